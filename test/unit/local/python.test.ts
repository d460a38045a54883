import { describe, expect, test } from 'vitest';
import { findPython, unfitness } from '../../../infra/local/find-python.ts';
import { compareStamps, stampOf } from '../../../infra/local/python.ts';

describe('the stamp of the virtual environment', () => {
  const made = stampOf('a==1\n', '3.11.7', '/x/.local/venv');

  test('nothing to do when requirements, Python and place are the same', () => {
    expect(compareStamps(made, stampOf('a==1\n', '3.11.7', '/x/.local/venv'))).toBe('nothing');
  });
  test('other requirements are installed in place', () => {
    expect(compareStamps(made, stampOf('a==2\n', '3.11.7', '/x/.local/venv'))).toBe('install');
  });
  test.each([
    ['another Python', made, stampOf('a==1\n', '3.12.1', '/x/.local/venv')],
    ['another place', made, stampOf('a==1\n', '3.11.7', '/y/.local/venv')],
    ['an interrupted installation', undefined, made],
    ['no environment that works', made, undefined],
  ])('%s means a new one', (_, found, wanted) => {
    expect(compareStamps(found, wanted)).toBe('create');
  });
});

describe('which Python', () => {
  test.each([
    ['3.10.12', '', 'too old'],
    ['2.7.18', '', 'too old'],
    ['3.14.0', '', 'too new for the pinned libraries'],
    ['3.12.3', "No module named 'ensurepip'", expect.stringContaining('sudo apt install python3.12-venv')],
    ['3.11.0', '', undefined],
    ['3.13.1', '', undefined],
  ])('%s %s', (version, missing, expected) => {
    expect(unfitness(version, missing)).toEqual(expected);
  });

  test('the first one that will do', async () => {
    const versions: Record<string, string> = { python3: '3.10.1', 'python3.12': '3.12.1', 'python3.11': '3.11.1' };
    const look = async (command: string) => {
      const version = versions[command];
      const unfit = version && unfitness(version);
      return version ? { command, version, ...(unfit ? { unfit } : {}) } : undefined;
    };
    const found = await findPython(['python', 'python3', 'python3.12', 'python3.11'], look);
    expect(found).toMatchObject({ command: 'python3.12', version: '3.12.1' });
  });

  test('without any: what was looked for, what was wrong with what was found, and what to install', async () => {
    const look = async (command: string) =>
      command === 'python3' ? { command, version: '3.9.2', unfit: 'too old' } : undefined;
    const message = await findPython(['python3', 'python3.12'], look).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toContain('needs Python 3.11 to 3.13');
    expect(message).toContain('looked for python3, python3.12');
    expect(message).toContain('python3 is Python 3.9.2: too old');
    expect(message).toContain('brew install');
  });
});
