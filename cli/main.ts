import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Cli } from './cli.ts';
import { EXIT } from './errors.ts';
import { run } from './program.ts';
import { connect } from './stage.ts';

/** The command as a process: arguments from the command line, answers on stdout. @returns the exit code */
export async function main(): Promise<number> {
  // `modelloop … | head` closes the pipe early: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  const cli: Cli = {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    readInput: () => text(process.stdin),
    inputIsTerminal: process.stdin.isTTY === true,
    colour: process.stdout.isTTY === true && process.stdout.hasColors(),
    models: join(import.meta.dirname, '../models'),
    now: () => new Date(),
    connect,
    exitCode: EXIT.ok,
  };
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return run(cli, version, process.argv.slice(2), process.env.MODELLOOP_DEBUG === '1');
}
