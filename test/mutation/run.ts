import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Condition, conditions } from './conditions.ts';

/**
 * `npm run mutate`: leaves out each condition of a registry write in turn, and shows which test notices. Exits with 1 when one is not
 * noticed: then a test is missing, or the condition is of no use. `npm run mutate -- <text>` takes those whose file or text has it.
 */

interface Result {
  readonly passed: boolean;
  /** The first test that failed. */
  readonly by: string;
}

const SECONDS = 240;
const reports = mkdtempSync(join(tmpdir(), 'modelloop-mutants-'));
const config = join(import.meta.dirname, 'vitest.config.ts');

function test(mutant: number, withAll: boolean): Promise<Result> {
  return new Promise((resolve, reject) => {
    const file = join(reports, `${mutant}.json`);
    const child = spawn('vitest', ['run', '--config', config, '--reporter=json', `--outputFile=${file}`], {
      env: { ...process.env, MODELLOOP_MUTANT: String(mutant), ...(withAll && { MODELLOOP_MUTANT_ALL: '1' }) },
      stdio: 'ignore',
      timeout: SECONDS * 1000,
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ passed: code === 0, by: code === null ? 'it hangs' : firstFailure(file) }));
  });
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function firstFailure(file: string): string {
  const report: Report = JSON.parse(readFileSync(file, 'utf8'));
  for (const { name, message, assertionResults } of report.testResults) {
    const failed = assertionResults.find((a) => a.status === 'failed');
    const file = name.slice(name.indexOf('/test/') + 1);
    if (failed) return `${file}: ${failed.fullName}`;
    if (message) return `${file}: ${message.split('\n')[0]}`;
  }
  return 'nothing';
}

const [wanted = ''] = process.argv.slice(2);
const all = conditions();
const queue = all.flatMap((c, i) => (`${c.file}:${c.line} ${c.text}`.includes(wanted) ? [[c, i] as const] : []));
const whole = await test(-1, true);
if (!whole.passed) throw new Error(`the tests fail without any mutant: ${whole.by}`);

const missed: Condition[] = [];
const work = async () => {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [condition, i] = next;
    const near = await test(i, false);
    const { passed, by } = near.passed ? await test(i, true) : near;
    if (passed) missed.push(condition);
    console.log(`${passed ? 'NOT NOTICED' : 'noticed    '}  ${condition.file}:${condition.line}  ${condition.text}`);
    if (!passed) console.log(`             by ${by}`);
  }
};
const tried = queue.length;
await Promise.all(Array.from({ length: Math.max(1, availableParallelism() - 1) }, work));
console.log(`\n${tried - missed.length} of ${tried} conditions are noticed when they are left out`);
process.exitCode = missed.length === 0 ? 0 : 1;
