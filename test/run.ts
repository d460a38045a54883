import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../infra/local/cloud-state.ts';
import { LockedError, withLock } from '../infra/local/lock.ts';
import { preparePython, venvPython } from '../infra/local/python.ts';

/**
 * `npm test`: every check of the project, quick ones first, then one closing line: `N passed, N failed`.
 * Every suite runs even when an earlier one failed, so that one run shows all that is wrong.
 */

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, by name: said again at the end, where thousands of lines do not hide it. */
  readonly failures?: readonly string[];
}

const RESULTS = join(checkout, '.local', 'test-results');

/** A command that is itself one check. */
const check = async (title: string, command: string, ...args: string[]): Promise<Counts> => {
  const code = await run(title, command, args);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, failures: [title] };
};

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests?: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

async function vitest(...projects: string[]): Promise<Counts> {
  const file = join(RESULTS, `vitest-${projects.join('-')}.json`);
  const title = `vitest ${projects.join(', ')}`;
  const code = await run(title, 'vitest', [
    'run',
    ...projects.flatMap((p) => ['--project', p]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
  ]);
  return readReport(title, file, code, (text) => {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }: VitestReport =
      JSON.parse(text);
    const failures = testResults.flatMap((f) => f.assertionResults).filter((test) => test.status === 'failed');
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests + (numTodoTests ?? 0),
      failures: failures.map((test) => `${title}: ${test.fullName}`),
    };
  });
}

async function pytest(folder: string, ...paths: string[]): Promise<Counts> {
  const file = join(RESULTS, `pytest-${folder}.xml`);
  const title = `pytest ${folder}`;
  const code = await run(title, venvPython, [
    '-m',
    'pytest',
    '-q',
    '-p',
    'no:cacheprovider',
    `--junitxml=${file}`,
    ...paths,
  ]);
  return readReport(title, file, code, (text) => {
    const count = (name: string) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
    const failed = count('failures') + count('errors');
    const failures = [...text.matchAll(/<testcase [^>]*\bname="([^"]*)"[^>]*><(?:failure|error)\b/g)];
    return {
      passed: count('tests') - failed - count('skipped'),
      failed,
      skipped: count('skipped'),
      failures: failures.map(([, name]) => `${title}: ${name}`),
    };
  });
}

/** A suite that ended badly without a failed test (a crash, no report, nothing collected) is a failure all the same. */
function readReport(title: string, file: string, code: number, parse: (text: string) => Counts): Counts {
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    process.stdout.write(`no report ${file}: ${String(error)}\n`);
  }
  const endedBadly = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  return endedBadly
    ? { ...counts, failed: 1, failures: [`${title}: ended with ${code}, ${counts.passed} passed`] }
    : counts;
}

function run(title: string, command: string, args: readonly string[]): Promise<number> {
  process.stdout.write(`\n── ${title}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: checkout, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (error) => {
      process.stdout.write(`${command} did not start: ${error.message}\n`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function runAll(): Promise<number> {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  await preparePython({
    log: join(RESULTS, 'python.log'),
    report: (line) => process.stdout.write(`python: ${line}\n`),
  });

  const counts = [
    await check('types', 'tsc', '--noEmit'),
    await check('lint and import rules', 'biome', 'check', '--error-on-warnings', '.'),
    await vitest('unit', 'property'),
    await vitest('infra'),
    await pytest('recipe', 'test/recipe'),
    await pytest('emulator', 'infra/local/emulator/tests'),
    await vitest('contract'),
    await vitest('e2e'),
  ];
  const sum = (of: (c: Counts) => number) => counts.reduce((total, c) => total + of(c), 0);
  const failed = sum((c) => c.failed);
  const skipped = sum((c) => c.skipped);
  for (const failure of counts.flatMap((c) => c.failures ?? [])) process.stdout.write(`\nFAILED ${failure}`);
  process.stdout.write(
    `\n${sum((c) => c.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  return failed === 0 ? 0 : 1;
}

mkdirSync(join(checkout, '.local'), { recursive: true });
const lock = join(checkout, '.local', 'test.lock');
try {
  // Two at once would take each other's local cloud away.
  process.exitCode = await withLock(lock, 0, runAll);
} catch (error) {
  if (!(error instanceof LockedError)) throw error;
  process.stderr.write(`npm test is running in this checkout already: process ${error.pid}\n`);
  process.exitCode = 1;
}
