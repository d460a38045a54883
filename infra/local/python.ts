import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './cloud-state.ts';
import { runLogged } from './commands.ts';
import { findPython, probe } from './find-python.ts';
import { withLock } from './lock.ts';

/** One virtual environment serves all local clouds of a checkout: it stays in `.local`, whatever their directories are. */
export const venvDirectory = join(checkout, '.local', 'venv');
export const venvPython = join(venvDirectory, 'bin', 'python');
const requirementsFile = join(checkout, 'infra/local/requirements.txt');

/** Another `up` of this checkout may be making it just now. */
const WAIT_FOR_ANOTHER_SECONDS = 900;

export interface PreparePythonOptions {
  readonly log: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Makes the virtual environment, or finds that it is as it should be. @returns whether there was something to do */
export async function preparePython(options: PreparePythonOptions): Promise<boolean> {
  mkdirSync(join(checkout, '.local'), { recursive: true });
  const lock = join(checkout, '.local', 'venv.lock');
  return withLock(lock, WAIT_FOR_ANOTHER_SECONDS, () => prepareAlone(options), options.signal);
}

async function prepareAlone(options: PreparePythonOptions): Promise<boolean> {
  const requirements = readFileSync(requirementsFile, 'utf8');
  const current = existsSync(venvPython) ? await probe(venvPython) : undefined;
  const wanted = current && !current.unfit ? stampOf(requirements, current.version) : undefined;
  const todo = compareStamps(readStamp(), wanted);
  if (todo === 'nothing') return false;
  const { version } = todo === 'install' && current ? current : await createVenv(options);
  await installRequirements(options);
  writeFileSync(stampFile, JSON.stringify(stampOf(requirements, version)));
  return true;
}

/** What a virtual environment was made from. Written last, so that what was interrupted is done again. */
export interface Stamp {
  readonly requirements: string;
  readonly python: string;
  /** Scripts in a virtual environment name its absolute path: one that was moved is made again. */
  readonly directory: string;
}

const stampFile = join(venvDirectory, 'modelloop-stamp.json');

export const stampOf = (requirements: string, python: string, directory = venvDirectory): Stamp => ({
  requirements: createHash('sha256').update(requirements).digest('hex'),
  python,
  directory,
});

/**
 * Where only the requirements changed, the environment is brought up to date in place: another local cloud may be running from it.
 * @param wanted undefined when there is no environment, or none that works
 */
export function compareStamps(found: Stamp | undefined, wanted: Stamp | undefined): 'nothing' | 'install' | 'create' {
  if (!found || !wanted || found.python !== wanted.python || found.directory !== wanted.directory) return 'create';
  return found.requirements === wanted.requirements ? 'nothing' : 'install';
}

function readStamp(): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')) as Stamp;
  } catch {
    return undefined; // Without a readable stamp nobody knows what is in there: it is made again.
  }
}

async function createVenv({ log, report, signal }: PreparePythonOptions) {
  const python = await findPython();
  report(`making a virtual environment with Python ${python.version}`);
  rmSync(venvDirectory, { recursive: true, force: true });
  const args = ['-m', 'venv', venvDirectory];
  await runLogged({ purpose: 'making the virtual environment', command: python.command, args, log, signal });
  return python;
}

async function installRequirements({ log, report, signal }: PreparePythonOptions): Promise<void> {
  report('installing the Python requirements');
  await runLogged({
    purpose: 'installing the Python requirements',
    command: venvPython,
    args: ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '-r', requirementsFile],
    log,
    signal,
    onLine: (line) => {
      const [, doing, what] = /^(Collecting|Downloading) (\S+)/.exec(line) ?? [];
      if (doing) report(`${doing.toLowerCase()} ${what}`);
      else if (line.startsWith('Installing')) report('unpacking');
    },
  });
}
