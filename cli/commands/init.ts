import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join, relative } from 'node:path';
import { Command, Option } from 'commander';
import type { Task } from '../../shared/domain/definition/model-definition.ts';
import { didYouMean } from '../../shared/domain/did-you-mean.ts';
import { UnknownColumnError } from '../../shared/domain/draft/column-of.ts';
import { DraftError, type DraftOptions } from '../../shared/domain/draft/draft.ts';
import { MODEL_NAME } from '../../shared/domain/names.ts';
import { SampleError } from '../../shared/ports/sample-engine.ts';
import { draftDefinition } from '../../shared/use-cases/code/draft-definition.ts';
import type { Cli } from '../cli.ts';
import { CommandError, EXIT, unreadableFile } from '../errors.ts';
import { draftText } from '../output/draft-text.ts';
import { explain } from '../output/error-text.ts';
import { printableDeep } from '../output/text.ts';
import { withExamples } from '../stage-command.ts';

interface InitOptions {
  readonly data: string;
  readonly target: string;
  readonly task?: Task;
  readonly owner?: string;
  readonly id?: string;
  readonly stdout?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
}

type Terminal = Pick<Cli, 'out' | 'err' | 'models' | 'colour' | 'now'>;

/** `modelloop init`: a model's definition from a sample of its data. Talks to no stage. */
export const initCommand = (cli: Terminal): Command =>
  withExamples(new Command('init').description('writes models/<name>/model.yaml, from a sample of the data'), [
    'npx modelloop init iris --data iris.csv --target species',
    'npx modelloop init prices --data sales.parquet --target price --id order_id --owner sales-team',
    'npx modelloop init churn --data churn.jsonl.gz --target left --stdout      # only shows it',
    "npx modelloop init churn --data churn.csv --target left --stdout --json | jq '.warnings'",
  ])
    .argument('<name>', 'name of the new model, and of its folder in models/')
    .requiredOption('--data <file>', 'a sample: .csv, .jsonl or .ndjson (each also as .gz), or .parquet')
    .requiredOption('--target <column>', 'the column to predict')
    .addOption(
      new Option('--task <task>', 'the kind of target; inferred if not given').choices([
        'binary',
        'multiclass',
        'regression',
      ]),
    )
    .option('--owner <who>', 'who owns the model (default: you)')
    .option('--id <columns>', 'the column that identifies a row, or several (a,b), or none (default: inferred)')
    .option('--force', 'overwrite an existing model.yaml')
    .option('--stdout', 'print it instead of writing a file')
    .option('--json', 'print one JSON document on stdout; its shape is stable')
    .action(async (name: string, options: InitOptions) => {
      try {
        await init(cli, name, options);
      } catch (error) {
        throw explain(forPeople(error, options), options.data);
      }
    });

const init = async (cli: Terminal, name: string, options: InitOptions): Promise<void> => {
  if (!MODEL_NAME.test(name))
    throw new CommandError(EXIT.usage, `"${name}" is not a valid model name`, {
      details: [
        'a name is 1 to 20 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen',
      ],
    });
  const { duckdbSampleEngine } = await import('../../shared/adapters/duckdb/index.ts');
  const engine = duckdbSampleEngine({ directory: tmpdir() });
  const file = { path: options.data, name: basename(options.data) };
  const drafted = await draftDefinition(engine, file, draftOptions(name, options));
  const written = options.stdout ? undefined : await write(cli.models, name, drafted.text, options.force ?? false);
  const { text, definition, rows, why, warnings } = drafted;
  if (options.json) {
    const document = { model: name, file: written ?? null, rows, definition, why, warnings, ...(!written && { text }) };
    return cli.out(JSON.stringify(document, null, 2));
  }
  if (!written) {
    cli.out(text.trimEnd());
    for (const warning of warnings) cli.err(`! ${warning}`);
    return;
  }
  cli.out(
    draftText(printableDeep(drafted), { name, written, data: options.data }, { colour: cli.colour, now: cli.now() }),
  );
};

const draftOptions = (name: string, { target, task, owner, id }: InitOptions): DraftOptions => ({
  ...{ name, target, owner: owner ?? userInfo().username },
  ...(task && { task }),
  ...(id !== undefined && { id: id === 'none' ? [] : id.split(',').map((c) => c.trim()) }),
});

/** @returns the file's path. @throws CommandError when it is there, unless `force` */
const write = async (models: string, name: string, text: string, force: boolean): Promise<string> => {
  const path = join(models, name, 'model.yaml');
  await mkdir(join(models, name), { recursive: true });
  await writeFile(path, text, { flag: force ? 'w' : 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new CommandError(EXIT.failed, `${fromHere(path)} already exists`, {
      todo: ['overwrite it: --force', 'or only show what would be written: --stdout'],
      cause: error,
    });
  });
  return fromHere(path);
};

const fromHere = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
};

/** A command that writes another header; of a format with a name in each row, or in binary, there is none so short. */
const renaming = (data: string, names: readonly string[]): readonly string[] => {
  const [suffix] = /\.csv(\.gz)?$/i.exec(data) ?? [];
  if (suffix === undefined) return [];
  const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;
  const renamed = quoted(`${data.slice(0, -suffix.length)}-renamed.csv`);
  const header = `sed '1s/.*/${names.join(',')}/'`;
  const command =
    suffix.toLowerCase() === '.csv' ? `${header} ${quoted(data)}` : `gunzip -c ${quoted(data)} | ${header}`;
  return [`for example: ${command} > ${renamed}`];
};

/** What is wrong with the sample or the wish, and what to do. */
const forPeople = (error: unknown, { data }: InitOptions): unknown => {
  if (error instanceof UnknownColumnError) {
    const meant = didYouMean(error.asked, error.known);
    return new CommandError(EXIT.usage, error.message, {
      details: [`it has: ${error.known.join(', ')}`],
      ...(meant && { todo: [`did you mean ${meant}?`] }),
      cause: error,
    });
  }
  if (error instanceof DraftError) {
    const { details, names } = error;
    const todo = [...error.todo, ...(names ? renaming(data, names) : [])];
    return new CommandError(EXIT.failed, error.message, { details, todo, cause: error });
  }
  if (error instanceof SampleError)
    return new CommandError(EXIT.failed, `${data} cannot be read as a table`, {
      details: error.problems.map((p) => p.message),
      cause: error,
    });
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
    return unreadableFile(data, error as NodeJS.ErrnoException);
  return error;
};
