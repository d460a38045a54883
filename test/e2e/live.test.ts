import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoContext, modelloop, upload } from '../../demo/context.ts';
import { firstLight } from '../../demo/first-light.ts';
import { flightRows, writeFlights } from '../../demo/flights.ts';
import { pageArrives, pagesSince } from '../../demo/inbox.ts';
import { answersNow, fact, factOr, goesLive, runEnds } from '../../demo/progress.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { cloudDown, cloudUp } from '../../infra/local/cloud.ts';
import { checkout } from '../../infra/local/cloud-state.ts';
import { type AlarmKind, alarmName, endpointName, functionName } from '../../shared/domain/names.ts';
import { randomWords } from '../../shared/domain/random.ts';
import type { Champion, DriftMonitor, Release, Run } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import { approvalSuite } from './approval.ts';
import { startCalling } from './caller.ts';
import { canarySuite } from './canary.ts';
import { startCloud, stopCloud } from './cloud.ts';
import { retirementSuite } from './retirement.ts';

/** What is live: replaced and taken back under load, fought over, and there again after faults. The parts build on each other. */

let context: DemoContext;
beforeAll(async () => {
  context = await startCloud();
  const [january] = firstLight;
  await january?.play(context, () => undefined);
});
afterAll(stopCloud);

describe('the whole cloud stopped and started in mid-run', () => {
  test('the run is recorded as failed and paged; the next upload runs through', async () => {
    const since = await quiet('failed-run');
    await uploadMonth(2);
    await runStarts(2);
    await restart();
    const run = await runEnds(context, 2, () => undefined);
    expect(run).toMatchObject({ status: 'failed' });
    expect(run.failure?.reason).toMatch(/local cloud was stopped/);
    expect((await pageArrives(context, 'failed-run', since)).text).toMatch(/run 2\b/i);
    await expectServes();
    await month(3);
    await expectServes();
  });
});

describe('traffic like what the model was trained on', () => {
  const CHECKS = 50;
  const ROWS = 250;

  // What was trained on January's flights only.
  beforeAll(async () => {
    await modelloop(context, 'rollback', context.model, '--to', '1', '--wait');
    await modelloop(context, 'resume', context.model);
  });

  test(`${CHECKS} checks of it: no drift, and no page`, async () => {
    const since = new Date();
    const rows = shuffled(await flightRows(context, 1));
    const before = (await factOr<DriftMonitor>(context, registryKeys.driftMonitor(context.model)))?.lastCheck ?? 0;
    const verdicts: string[] = [];
    for (let check = 1; check <= CHECKS; check += 1) {
      const asked = rows.slice((check - 1) * ROWS, check * ROWS);
      await context.ports.endpoints.invoke(endpointName(context.place, context.model), asked);
      const monitor = await driftDecided(before + check);
      verdicts.push(monitor.lastVerdict ?? 'none');
      expect(monitor.lastVerdict, monitor.reason).toBe('ok');
    }
    expect(verdicts).toHaveLength(CHECKS);
    expect(await pagesSince(context, since)).toEqual([]);
  });
});

describe('two promotions and a rollback, while an application calls', () => {
  test('no call fails, and every answer is a release’s', async () => {
    const known = new Map<string, number>();
    const stop = startCalling(context);
    for (const args of [
      ['promote', context.model, '--version', '2'],
      ['promote', context.model, '--version', '1'],
      ['rollback', context.model],
    ]) {
      known.set(await answersNow(context), (await champion()).modelVersion);
      await modelloop(context, ...args, '--wait');
      known.set(await answersNow(context), (await champion()).modelVersion);
    }
    await modelloop(context, 'resume', context.model);
    const { total, errors, answers } = await stop();
    process.stdout.write(`${total} calls, ${errors.length} errors; model versions that answered: `);
    process.stdout.write(`${[...answers].map(([a, n]) => `${known.get(a)}: ${n}`).join(', ')}\n`);
    expect(errors).toEqual([]);
    expect(total).toBeGreaterThan(20);
    expect([...answers.keys()].filter((a) => !known.has(a))).toEqual([]);
    expect(answers.size).toBe(2);
    await expectServes();
  });
});

describe('rivals', () => {
  test('ten times two promotions at once: one champion a generation, no gap, and the loser says why', async () => {
    for (let round = 1; round <= 10; round += 1) {
      const before = (await champion()).release;
      const asked = await Promise.all([1, 2].map((version) => promote(version)));
      const winners = asked.filter((a) => a.outcome === 'live');
      for (const loser of asked.filter((a) => a.outcome !== 'live'))
        expect(loser.reason, `round ${round}`).toBeTruthy();
      const after = await champion();
      expect(after.release - before, `round ${round}: ${JSON.stringify(asked)}`).toBe(winners.length);
      await expectServes();
    }
    const releases = await context.ports.store.list<Release>(context.model, registryPrefixes.releases);
    expect(releases.map(({ value }) => value.release)).toEqual(releases.map((_, i) => i + 1));
  });
});

describe('local SageMaker killed in mid-run', () => {
  test('the run is recorded as failed and paged; the next upload runs through', async () => {
    const since = await quiet('failed-run');
    await uploadMonth(4);
    await runStarts(4);
    const sagemaker = context.state.processes.find((p) => p.name === 'sagemaker');
    process.kill(sagemaker?.pid ?? Number.NaN, 'SIGKILL');
    const run = await runEnds(context, 4, () => undefined);
    expect(run).toMatchObject({ status: 'failed' });
    expect(run.failure?.reason).toBeTruthy();
    expect((await pageArrives(context, 'failed-run', since)).text).toMatch(/run 4\b/i);
    await restart();
    await month(5);
    await expectServes();
  });
});

canarySuite(() => context);
retirementSuite(() => context);
approvalSuite(() => context);

const champion = () => fact<Champion>(context, registryKeys.champion(context.model));

const uploadMonth = async (number: number) =>
  upload(context, await writeFlights(context, `2013-0${number}.csv`, '--month', String(number)));

/** Uploads a month and waits until its run has ended and what it promotes is live. */
async function month(number: number): Promise<Run> {
  const { outcome } = await uploadMonth(number);
  expect(outcome.status).toBe('accepted');
  const run = await runEnds(context, number, () => undefined);
  expect(run.status, JSON.stringify(run.failure)).toBe('finished');
  if (run.verdict?.decision === 'promote') await goesLive(context, run);
  return run;
}

const runStarts = (number: number) =>
  waitFor(`run ${number} starts`, () => factOr<Run>(context, registryKeys.run(context.model, number)), {
    seconds: 120,
    everyMs: 100,
  });

/** Calls the check as its schedule does, until it has decided so many times. Calls are captured a moment after they are made. */
const driftDecided = (checks: number): Promise<DriftMonitor> => {
  const lambda = new LambdaClient({ region: context.place.region });
  const FunctionName = functionName(context.place, 'check-drift');
  let seen = 'no check yet';
  return waitFor(
    `drift check ${checks} is decided`,
    async () => {
      await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ model: context.model }) }));
      const monitor = await fact<DriftMonitor>(context, registryKeys.driftMonitor(context.model));
      seen = monitor.reason;
      return (monitor.lastCheck ?? 0) >= checks ? monitor : undefined;
    },
    { seconds: 60 },
    () => seen,
  );
};

/** In an order that says nothing: a month's flights are listed day by day, and no day is like the month. */
function shuffled<T>(rows: readonly T[]): T[] {
  const word = randomWords(1);
  return rows
    .map((row) => [word(), row] as const)
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row);
}

/** Waits until the alarm is over: what happens while it is on calls nobody a second time. @returns the time from then on */
async function quiet(kind: AlarmKind): Promise<Date> {
  const cloudwatch = new CloudWatchClient({ region: context.place.region });
  const AlarmNames = [alarmName(context.place, context.model, kind)];
  await waitFor(
    `${AlarmNames[0]} is off`,
    async () => {
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }));
      return MetricAlarms.length === 1 && MetricAlarms[0]?.StateValue !== 'ALARM' ? true : undefined;
    },
    { seconds: 300 },
  );
  return new Date();
}

async function restart(): Promise<void> {
  const { directory } = context.state;
  await cloudDown(directory);
  context = { ...context, state: await cloudUp({ directory }) };
}

/** At rest, what serves is the champion. */
async function expectServes(): Promise<void> {
  const { release } = await champion();
  const { endpointConfig } = await fact<Release>(context, registryKeys.release(context.model, release));
  const sagemaker = new SageMakerClient({ region: context.place.region });
  const EndpointName = endpointName(context.place, context.model);
  const { EndpointStatus, EndpointConfigName } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  expect({ EndpointStatus, EndpointConfigName }).toEqual({
    EndpointStatus: 'InService',
    EndpointConfigName: endpointConfig,
  });
}

/** Asks once, and waits until it is decided; a refusal is an answer, too. */
async function promote(version: number): Promise<{ outcome: string; reason: string | null }> {
  const command = join(checkout, 'cli', 'bin', 'modelloop.js');
  const args = ['promote', context.model, '--version', String(version), '--json'];
  const env = { ...process.env, MODELLOOP_LOCAL_DIR: context.state.directory };
  const text = await promisify(execFile)(command, args, { env }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  const asked = JSON.parse(text) as { outcome: string; reason: string | null; execution: string | null };
  if (asked.outcome !== 'requested' || asked.execution === null) return asked;
  const key = registryKeys.deployment(context.model, asked.execution);
  return waitFor(
    `${asked.execution} ends`,
    async () => {
      const found = await factOr<{ status: string; reason?: string }>(context, key);
      if (!found || ['requested', 'deploying'].includes(found.status)) return undefined;
      return { outcome: found.status, reason: found.reason ?? null };
    },
    { seconds: 120 },
  );
}
