import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** From the first version that the emulator runs on, to the last one that the pinned numpy and pandas have wheels for. */
const MINOR_VERSIONS = { from: 11, to: 13 } as const;

export interface Interpreter {
  readonly command: string;
  readonly version: string;
  /** Why it will not do. */
  readonly unfit?: string;
}

/** @throws with what to install, when no interpreter will do */
export async function findPython(
  candidates = process.env.PYTHON ? [process.env.PYTHON] : ['python3', 'python3.12', 'python3.13', 'python3.11'],
  look: (command: string) => Promise<Interpreter | undefined> = probe,
): Promise<Interpreter> {
  const found: Interpreter[] = [];
  for (const command of candidates) {
    const interpreter = await look(command);
    if (interpreter && !interpreter.unfit) return interpreter;
    if (interpreter) found.push(interpreter);
  }
  const { from, to } = MINOR_VERSIONS;
  throw new Error(
    [
      `the local cloud needs Python 3.${from} to 3.${to} with its venv module; looked for ${candidates.join(', ')}`,
      ...found.map((i) => `  ${i.command} is Python ${i.version}: ${i.unfit}`),
      ...(found.length === 0 ? ['  none of them was found'] : []),
      'install one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.12),',
      'or name one: PYTHON=/path/to/python3.12 npx modelloop local up',
    ].join('\n'),
  );
}

const PROBE = `
import sys
try:
    import ensurepip, venv
    missing = ''
except ImportError as e:
    missing = str(e)
print('.'.join(map(str, sys.version_info[:3])), missing, sep='|')
`;

/** @returns undefined when there is no such command, or it is no Python 3 */
export async function probe(command: string): Promise<Interpreter | undefined> {
  let answer: string;
  try {
    answer = (await promisify(execFile)(command, ['-c', PROBE], { timeout: 30_000 })).stdout.trim();
  } catch {
    return undefined;
  }
  const [version = '', missing = ''] = answer.split('|');
  const unfit = unfitness(version, missing);
  return { command, version, ...(unfit === undefined ? {} : { unfit }) };
}

/** @param missing what importing the venv module complained about */
export function unfitness(version: string, missing = ''): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < MINOR_VERSIONS.from)) return 'too old';
  if (major > 3 || minor > MINOR_VERSIONS.to) return 'too new for the pinned libraries';
  if (missing) return `its venv module is missing (${missing}); Debian, Ubuntu: sudo apt install python3.${minor}-venv`;
  return undefined;
}
