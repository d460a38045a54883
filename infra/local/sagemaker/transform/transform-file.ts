import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { JobFailure, messageOf } from '../errors.ts';
import { BYTES_PER_MB, batches, type TransformRecord } from './batches.ts';
import { type Filter, joined, parseFilter } from './filters.ts';
import { parseLossless, stringify } from './lossless-json.ts';

const DEFAULT_PAYLOAD_MB = 6;

/** Asks the model; the answer is its body. @throws JobFailure when the model refuses */
export type Ask = (payload: string | Buffer) => Promise<Buffer>;

/** Transforms one input file into one output file. @throws JobFailure naming the file */
export async function transformFile(
  request: CreateTransformJobRequest,
  from: string,
  to: string,
  ask: Ask,
): Promise<void> {
  // 0 stands for "no limit" on AWS.
  const megabytes = request.MaxPayloadInMB ?? DEFAULT_PAYLOAD_MB;
  const maxBytes = megabytes === 0 ? Number.POSITIVE_INFINITY : megabytes * BYTES_PER_MB;
  const output = await open(to, 'w');
  try {
    const parts =
      request.TransformInput?.SplitType === 'Line'
        ? transformLines(request, from, maxBytes, ask)
        : transformWhole(request, from, maxBytes, ask);
    const ending = request.TransformOutput?.AssembleWith === 'Line' ? '\n' : '';
    for await (const part of parts) {
      await output.write(part);
      if (ending && part.at(-1) !== 10) await output.write(ending);
    }
  } finally {
    await output.close();
  }
}

async function* transformWhole(
  request: CreateTransformJobRequest,
  from: string,
  maxBytes: number,
  ask: Ask,
): AsyncGenerator<Buffer> {
  const { size } = await stat(from);
  if (size > maxBytes) {
    throw new JobFailure(
      `ClientError: Max payload exceeded: the file has ${size} bytes, MaxPayloadInMB allows ${maxBytes}`,
    );
  }
  const processing = processingOf(request);
  const body = await readFile(from);
  if (!processing) return yield await ask(body);
  const source = body.toString('utf8');
  const answer = await ask(stringify(processing.input(parsed(source, 'input'))));
  yield Buffer.from(processing.output(source, answer.toString('utf8')));
}

async function* transformLines(
  request: CreateTransformJobRequest,
  from: string,
  maxBytes: number,
  ask: Ask,
): AsyncGenerator<Buffer> {
  const processing = processingOf(request);
  const counted = processing !== undefined || request.TransformOutput?.AssembleWith === 'Line';
  const strategy = request.BatchStrategy ?? 'MultiRecord';
  for await (const batch of batches(records(from, processing?.input), strategy, maxBytes)) {
    const answer = await ask(batch.map((record) => record.payload).join('\n'));
    if (!counted) {
      yield answer;
      continue;
    }
    const lines = strategy === 'SingleRecord' ? [answer.toString('utf8').trimEnd()] : linesOf(answer);
    if (lines.length !== batch.length) {
      throw new JobFailure(
        `ClientError: the model gave ${lines.length} lines for ${batch.length} records: they cannot be told apart`,
      );
    }
    yield Buffer.from(
      batch.map(({ source }, i) => `${processing ? processing.output(source, lines[i] ?? '') : lines[i]}\n`).join(''),
    );
  }
}

async function* records(from: string, filter: Filter | undefined): AsyncGenerator<TransformRecord> {
  for await (const source of createInterface({ input: createReadStream(from), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (source.trim() === '') continue;
    yield { source, payload: filter ? stringify(filter(parsed(source, 'input'))) : source };
  }
}

interface Processing {
  readonly input: Filter;
  /** The output line for an input line and what the model said to it. */
  readonly output: (source: string, answer: string) => string;
}

function processingOf({ DataProcessing }: CreateTransformJobRequest): Processing | undefined {
  const { InputFilter = '$', OutputFilter = '$', JoinSource = 'None' } = DataProcessing ?? {};
  if (InputFilter === '$' && OutputFilter === '$' && JoinSource === 'None') return undefined;
  const filter = parseFilter('DataProcessing.OutputFilter', OutputFilter);
  return {
    input: parseFilter('DataProcessing.InputFilter', InputFilter),
    output(source, answer) {
      const said = parsed(answer, 'output');
      return stringify(filter(JoinSource === 'Input' ? joined(parsed(source, 'input'), said) : said));
    },
  };
}

function parsed(text: string, side: 'input' | 'output'): unknown {
  try {
    return parseLossless(text);
  } catch (error) {
    throw new JobFailure(
      `ClientError: a record of the ${side} is not JSON: ${messageOf(error)}: ${text.slice(0, 200)}`,
      {
        cause: error,
      },
    );
  }
}

function linesOf(answer: Buffer): string[] {
  const text = answer.toString('utf8').replace(/\r?\n$/, '');
  return text === '' ? [] : text.split(/\r?\n/);
}
