import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Place } from '../shared/domain/names.ts';
import type { ColdStart } from './cold-start-child.ts';
import { eventFor } from './events.ts';
import { median, type Table } from './table.ts';

const PROCESSES = 5;

/**
 * What the first call of a fresh worker costs, and what a later one does, against the registry of the cloud that this process trusts.
 * A function that does not take its event is in the table without figures.
 */
export async function coldStarts(bundles: string, place: Place): Promise<Table> {
  // CloudFormation's, for the functions behind custom resources.
  const answers = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(answers, 'listening');
  const answerTo = `http://127.0.0.1:${(answers.address() as AddressInfo).port}/`;
  const rows: (string | number)[][] = [];
  for (const name of readdirSync(bundles).sort()) {
    const starts: Measured[] = [];
    for (let i = 0; i < PROCESSES && !starts.some((s) => s.broken); i++)
      starts.push(await coldStart(join(bundles, name, 'index.mjs'), name, eventFor(name, place, answerTo), place));
    const broken = starts.find((s) => s.broken)?.broken;
    if (broken) {
      rows.push([name, '–', '–', '–', '–', '–', `not measured: ${broken}, bench/events.ts does not fit it`]);
      continue;
    }
    const [init, first, warm] = (['init', 'first', 'warm'] as const).map((what) => median(starts.map((s) => s[what])));
    if (init === undefined || first === undefined || warm === undefined) throw new Error(`${name} was not measured`);
    rows.push([name, init, first, init + first, warm, (init + first) / warm, starts[0]?.error ?? 'an answer']);
  }
  answers.close();
  return {
    title: 'Cold and warm functions',
    says:
      `Milliseconds, medians of ${PROCESSES} fresh Node processes, with the emulator's registry and objects. \`init\`: reading and evaluating the bundle. ` +
      '`first`: the first call, which makes clients and connections. `warm`: the third call. Each is called about a model that is not there, so that ' +
      'the start is measured and not the work: an error at the end means that it asked and found nothing.',
    columns: ['function', 'init', 'first', 'cold', 'warm', 'cold ÷ warm', 'ends with'],
    rows,
  };
}

/** `broken`: it was refused before it began, or failed by a mistake of ours; then nothing of worth was measured. */
type Measured = ColdStart & { readonly broken?: string };

async function coldStart(bundle: string, name: string, event: object, place: Place): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'cold-start-child.ts'), [bundle, name, JSON.stringify(event)], {
    env: { ...process.env, MODELLOOP_STAGE: place.stage, MODELLOOP_ACCOUNT: place.account, AWS_REGION: place.region },
    execArgv: [],
    silent: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  const result = await new Promise<ColdStart>((resolve, reject) => {
    child.once('message', (message) => resolve(message as ColdStart));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was measured:\n${output}`)));
  });
  const broken = /TaskInputError|MalformedMessageError|ZodError|TypeError|ReferenceError/.exec(
    output + result.error,
  )?.[0];
  return { ...result, ...(broken ? { broken } : {}) };
}
