import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { ModelDefinition } from '../../shared/domain/definition/model-definition.ts';
import { rowDoubts } from '../../shared/domain/definition/row-doubts.ts';
import { PredictionFormatError } from '../../shared/domain/prediction.ts';
import { printable } from '../../shared/domain/printable.ts';
import { EndpointError } from '../../shared/ports/endpoints.ts';
import { liveDefinition, type Prediction, predict } from '../../shared/use-cases/deployment/predict.ts';
import { newestDefinition } from '../../shared/use-cases/known-models.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT, unreadableFile } from '../errors.ts';
import { exampleRow } from '../example-row.ts';
import { type Row, rowsOfJson, rowsOfJsonLines } from '../json-rows.ts';
import { requireModel } from '../known-model.ts';
import { type Look, numberText, table } from '../output/text.ts';
import { answer, answering, stageCommand } from '../stage-command.ts';

interface Source {
  readonly data?: string;
  readonly file?: string;
}

/** `modelloop predict`: asks the live model, through the endpoint that callers use. */
export const predictCommand = (cli: Cli): Command =>
  stageCommand('predict', 'asks the live model for a prediction for each row', [
    `npx modelloop predict flight-delay --data '{"carrier": "B6", "origin": "JFK", "dest": "FLL", "distance": 1069, "sched_dep_time": 1745, "sched_arr_time": 2015}'`,
    'npx modelloop predict flight-delay --file rows.jsonl',
    "head -3 rows.jsonl | npx modelloop predict flight-delay --file - --json | jq '.predictions[].prediction'",
    'npx modelloop predict flight-delay          # without rows: shows an example row',
  ])
    .argument('<model>', 'name of the model')
    .addOption(new Option('--data <json>', 'one row as a JSON object, or several as an array').conflicts('file'))
    .option('--file <path>', 'rows as JSON Lines, one object per line; - reads stdin')
    .action(
      answering(cli, async (session, model: string, source: Source) => {
        await requireModel(session, model);
        const rows = await rowsFrom(cli, source);
        if (!rows) throw await askForRows(session, model);
        const definition = await liveDefinition(session.ports, model);
        const warnings = rows.flatMap((row, i) => rowDoubts(row, definition).map((doubt) => `row ${i + 1}: ${doubt}`));
        warn(cli, warnings);
        const predictions = await predictAll(session, model, rows);
        return answer({ model, predictions, warnings }, (d, look) =>
          predictionsText(d.predictions, headOf(definition), look),
        );
      }),
    );

const MOST_WARNINGS = 20;

const warn = (cli: Cli, warnings: readonly string[]): void => {
  for (const warning of warnings.slice(0, MOST_WARNINGS)) cli.err(`! ${printable(warning)}`);
  const more = warnings.length - MOST_WARNINGS;
  if (more > 0) cli.err(`! and ${more} more: --json has them all`);
};

const AT_ONCE = 4;

/** A few rows at a time, in order. @throws at the first row that is not answered, and says which it is */
async function predictAll({ ports }: Session, model: string, rows: readonly Row[]): Promise<readonly Prediction[]> {
  const predictions: Prediction[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE).map((features, i) =>
      predict(ports, { model, features }).catch((error: Error) => {
        const named = error instanceof EndpointError || error instanceof PredictionFormatError;
        throw named ? new EndpointError(`row ${at + i + 1}: ${error.message}`, { cause: error }) : error;
      }),
    );
    predictions.push(...(await Promise.all(some)));
  }
  return predictions;
}

/** Of classes the three likeliest are shown; `--json` has them all. */
const LIKELIEST = 3;

const headOf = ({ task, target }: ModelDefinition): string =>
  task === 'binary' ? `probability of ${target}` : 'prediction';

const predictionsText = (predictions: readonly Prediction[], head: string, look: Look): string =>
  table(
    look,
    ['row', head, 'release', 'model version'],
    predictions.map((p, i) => [String(i + 1), predictionText(p), String(p.release), String(p.modelVersion)]),
  );

const predictionText = ({ prediction, probabilities }: Prediction): string =>
  typeof prediction === 'number'
    ? numberText(prediction)
    : `${prediction}\n${Object.entries(probabilities ?? {})
        .sort(([, a], [, b]) => b - a)
        .slice(0, LIKELIEST)
        .map(([name, p]) => `${name} ${numberText(p)}`)
        .join(', ')}`;

async function rowsFrom(cli: Cli, { data, file }: Source): Promise<readonly Row[] | undefined> {
  if (data !== undefined) return rowsOfJson(data, '--data');
  if (file === '-') return rowsOfJsonLines(await cli.readInput(), 'stdin');
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadableFile(file, error);
  });
  return rowsOfJsonLines(text, file);
}

/** Nobody knows a model's features by heart: shows a row to start from. */
async function askForRows({ ports }: Session, model: string): Promise<CommandError> {
  const definition = await newestDefinition(ports, model);
  const row = definition ? JSON.stringify(exampleRow(definition)).replaceAll("'", `'\\''`) : '{…}';
  return new CommandError(EXIT.usage, 'which rows? for example:', {
    details: [`npx modelloop predict ${model} --data '${row}'`],
    todo: [`from a file, one row per line: npx modelloop predict ${model} --file rows.jsonl`],
  });
}
