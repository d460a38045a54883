import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Cli } from '../../../cli/cli.ts';
import { WIDTH } from '../../../cli/output/text.ts';
import { program } from '../../../cli/program.ts';
import { MODEL } from './fixture.ts';
import { json, modelloop, retiredSession, type Surroundings, waitingSession } from './terminal.ts';

/** Every command there is, with the words that call it. */
function all(command: Command, words: readonly string[] = []): { words: readonly string[]; command: Command }[] {
  return [{ words, command }, ...command.commands.flatMap((c) => all(c, [...words, c.name()]))];
}
const commands = all(program({} as Cli, '1.2.3'));
const leaves = commands.filter(({ command }) => command.commands.length === 0);
/** `local` makes a stage, `init` needs none, `push` needs a folder, `doctor` takes whatever it finds: they have tests of their own. */
const APART = ['local', 'init', 'push', 'doctor'];
const onRegistry = leaves.filter(({ words: [first = ''] }) => !APART.includes(first));

describe.each(commands)('$words', ({ words, command }) => {
  it('has help with a description and examples that begin with the command', async () => {
    const { code, stdout, stderr } = await modelloop([...words, '--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(command.description()).not.toBe('');
    expect(stdout).toMatch(/\nExamples:\n( {2}\$ .+\n?)+/);
    const examples = stdout.slice(stdout.indexOf('\nExamples:')).match(/^ {2}\$ .+$/gm) ?? [];
    expect(examples.some((line) => line.includes(['modelloop', ...words].join(' ')))).toBe(true);
  });
});

it('documents the exit codes', async () => {
  const { stdout } = await modelloop(['--help']);
  for (const code of [0, 1, 2, 3, 4]) expect(stdout).toMatch(new RegExp(`^ {2}${code} {2}\\S`, 'm'));
});

describe('wrong usage', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['stauts']],
    ['an unknown option', ['runs', MODEL, '--nope']],
    ['a missing argument', ['runs']],
    ['one argument too many', ['runs', MODEL, 'extra']],
    ['a number that is none', ['data', 'show', MODEL, '0x1']],
    ['version zero', ['data', 'show', MODEL, '0']],
  ])('%s exits with 2, with nothing on stdout', async (_, args) => {
    const { code, stdout, stderr } = await modelloop(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  it('suggests the command that was probably meant', async () =>
    expect((await modelloop(['stauts'])).stderr).toContain('status'));
});

/** A command line for each command that talks to a stage. */
const lineOf = (words: readonly string[]): readonly string[] => {
  const wants = leaves.find((l) => l.words === words)?.command.registeredArguments ?? [];
  const given: Readonly<Record<string, string>> = { version: '1', file: import.meta.filename };
  const required = wants.map((a) => given[a.name()] ?? MODEL);
  const options: Readonly<Record<string, readonly string[]>> = {
    predict: ['--data', '{"hour": 3, "carrier": "AA"}'],
    promote: ['--version', '1'],
    rollback: ['--to', '1'],
    reject: ['--reason', 'a doubt'],
  };
  return [...words, ...required, ...(options[words[0] ?? ''] ?? [])];
};

/** What a command needs beyond the history. */
const around = async (words: readonly string[]): Promise<Surroundings> => {
  if (words[0] === 'approve' || words[0] === 'reject') return { session: await waitingSession() };
  return words[0] === 'retire' ? { session: await retiredSession() } : {};
};

describe.each(onRegistry)('$words', ({ words }) => {
  it('says on stderr which stage it talks to', async () => {
    const { code, stderr } = await modelloop(lineOf(words), await around(words));
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('stage test · memory · account 123456789012 · eu-west-1\n');
  });

  it('prints one JSON document with --json, which names the stage', async () => {
    const outcome = await modelloop([...lineOf(words), '--json'], await around(words));
    expect(json(outcome)).toMatchObject({ stage: 'test', account: '123456789012', region: 'eu-west-1' });
  });

  it('keeps to the width and prints no control characters', async () => {
    const { stdout } = await modelloop(lineOf(words), await around(words));
    expect(Math.max(...stdout.split('\n').map((l) => l.length))).toBeLessThanOrEqual(WIDTH);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  it('exits with 4 when the stage cannot be reached', async () => {
    const { code, stdout } = await modelloop([...lineOf(words), '--stage', 'nowhere']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  });
});

describe.each(onRegistry.filter(({ command }) => command.registeredArguments.length > 0))('$words', ({ words }) => {
  it('names the known models when it does not know one, and exits with 3', async () => {
    const line = lineOf(words).map((w) => (w === MODEL ? 'flihgt-delay' : w));
    const { code, stdout, stderr } = await modelloop(line);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('known: flight-delay, quiet-model');
    expect(stderr).toContain('did you mean flight-delay?');
  });

  it('takes no nonsense for a name', async () =>
    expect((await modelloop(lineOf(words).map((w) => (w === MODEL ? '~models' : w)))).code).toBe(3));
});
