import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Endpoints, fromLocalSageMaker } from './feed/endpoints.ts';
import { Executions } from './feed/executions.ts';
import { Feed } from './feed/feed.ts';
import { Queues } from './feed/queues.ts';
import { Monitoring } from './monitoring.ts';
import { type Notes, writeNotes } from './notes.ts';
import { readSettings } from './settings.ts';

/**
 * Metrics and alarms of the local cloud: `node infra/local/monitoring/main.ts`. A client of the emulator and of local SageMaker, bound to
 * nothing; goes on when they are away, and ends on SIGTERM and SIGINT.
 */
const EVERY_MS = 2000;
const STARTING_MS = 10_000;

const report = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

async function main(): Promise<void> {
  const { stateDir, sagemakerUrl, secret } = readSettings();
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
  const options = { maxAttempts: 1 };
  const feedFile = join(stateDir, 'feed.json');
  // A compressed request is nothing that the emulator reads.
  const client = new CloudWatchClient({ ...options, disableRequestCompression: true });
  const feed = new Feed(client, [
    new Queues(new SQSClient(options)),
    new Executions(new SFNClient(options), countedUntil(feedFile)),
    new Endpoints(fromLocalSageMaker(sagemakerUrl, secret)),
  ]);
  const monitoring = new Monitoring({ client, feed, now: Date.now, report });
  let away = false;
  let said: Omit<Notes, 'pid'> | undefined;
  while (!ending.signal.aborted) {
    try {
      const notes = await monitoring.tick();
      if (away) report('the emulator is back');
      away = false;
      if (JSON.stringify(notes) !== JSON.stringify(said)) sayNotes(stateDir, notes, said);
      said = notes;
    } catch (error) {
      // It is started beside the emulator, which takes a moment.
      if (!said && performance.now() < STARTING_MS) continue;
      if (!away) report(`trying again every ${EVERY_MS / 1000} s: ${error instanceof Error ? error.message : error}`);
      away = true;
    } finally {
      await pause(said || away ? EVERY_MS : 250, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(feedFile, JSON.stringify({ countedUntil: Date.now() }));
}

function sayNotes(stateDir: string, notes: Omit<Notes, 'pid'>, before: Omit<Notes, 'pid'> | undefined): void {
  const fresh = (key: keyof Omit<Notes, 'pid'>) => notes[key].filter((line) => !before?.[key].includes(line));
  for (const line of fresh('alarmsNotEvaluated')) report(`NOT EVALUATED: alarm ${line}`);
  for (const line of fresh('metricsNotFed')) report(`NOT FED: metric ${line}`);
  writeNotes(stateDir, { pid: process.pid, ...notes });
}

/** Executions that the emulator ended while it was stopped count too, the next time; without a file, those from now on. */
function countedUntil(file: string): number {
  try {
    return Number((JSON.parse(readFileSync(file, 'utf8')) as { countedUntil: number }).countedUntil) || Date.now();
  } catch {
    return Date.now();
  }
}

main().then(
  // Open connections would keep the process alive.
  () => process.exit(0),
  (error: unknown) => {
    report(`local monitoring does not start: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
