import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Cli } from '../../../cli/cli.ts';
import { program } from '../../../cli/program.ts';
import { MODEL_ALARMS, PLATFORM_ALARMS } from '../../../shared/domain/names.ts';
import { commandsOf, wordsOf } from '../../fixtures/documented-commands.ts';

/** What the documents tell people to type exists, with these options; and what they link to is there. */

const root = join(import.meta.dirname, '../../..');
const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].sort();
const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts);
const command = program({} as Cli, '1.2.3');

describe.each(documents)('%s', (document) => {
  const text = readFileSync(join(root, document), 'utf8');

  it('names only commands that there are', () => {
    expect(commandsOf(text).map(wrongWith).filter(Boolean)).toEqual([]);
  });

  it('links only to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = '']) => link);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });
});

it('the index of runbooks has every alarm, once', () => {
  const index = readFileSync(join(root, 'docs/runbooks/README.md'), 'utf8');
  const named = [...index.matchAll(/^\| \[([a-z-]+)\]\(\1\.md\) \|/gm)].map(([, alarm]) => alarm);
  expect(named.sort()).toEqual([...MODEL_ALARMS, ...PLATFORM_ALARMS].sort());
});

it('finds a command, an option or a script that is not there', () => {
  const text =
    '`npx modelloop statsu`, `modelloop runs <model> --nope`, `npm run nothing`, `npx modelloop status a b --json`';
  expect(commandsOf(text).map(wrongWith)).toEqual([
    expect.stringContaining('statsu'),
    expect.stringContaining('--nope'),
    expect.stringContaining('nothing'),
    expect.stringContaining('too many words'),
  ]);
});

it('reads shell blocks: comments, and quotes over several lines', () => {
  expect(commandsOf('```sh\nnpx modelloop status   # all of it\n# so\nnpx x --data \'{\n "a": 1}\'\n```\n')).toEqual([
    'npx modelloop status',
    'npx x --data \'{\n "a": 1}\'',
  ]);
});

/** @returns what is wrong with a command line; undefined when nothing is, or when it is not ours to know */
function wrongWith(line: string): string | undefined {
  const words = wordsOf(line.replace(/^eval "\$\((.*)\)"$/, '$1'));
  const tool = words[0] === 'npx' ? words.slice(1) : words;
  if (tool[0] === 'npm' && tool[1] === 'run')
    return scripts.includes(tool[2] ?? '') ? undefined : `${line}: package.json has no script ${tool[2]}`;
  return tool[0] === 'modelloop' ? wrongWithOurs(line, tool.slice(1)) : undefined;
}

function wrongWithOurs(line: string, words: readonly string[]): string | undefined {
  let at: Command = command;
  let rest = [...words];
  for (let next = childOf(at, rest[0]); next; next = childOf(at, rest[0])) {
    at = next;
    rest = rest.slice(1);
  }
  if (at.commands.length > 0 && rest.length > 0 && !rest[0]?.startsWith('-')) return `${line}: there is no ${rest[0]}`;
  let places = at.registeredArguments.length;
  while (rest.length > 0) {
    const [word = '', ...others] = rest;
    rest = others;
    if (!word.startsWith('-')) places -= 1;
    else {
      const option = at.options.find((o) => o.long === word || o.short === word);
      if (!option && word !== '--help') return `${line}: there is no option ${word}`;
      if (option?.required) rest = others.slice(1);
    }
  }
  return places < 0 && !at.registeredArguments.at(-1)?.variadic ? `${line}: too many words` : undefined;
}

const childOf = (at: Command, name: string | undefined) => at.commands.find((c) => c.name() === name);
