import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoContext, modelloop, upload } from '../../demo/context.ts';
import { firstLight } from '../../demo/first-light.ts';
import { writeFlights } from '../../demo/flights.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { checkout } from '../../infra/local/cloud-state.ts';
import { venvPython } from '../../infra/local/python.ts';
import { uploadIdOf } from '../../shared/domain/data/upload-key.ts';
import { dataKeys, modelKeys } from '../../shared/domain/keys.ts';
import { bucketName, functionName, trainingJobName } from '../../shared/domain/names.ts';
import type { Champion, Head, Run, UploadRecord } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import { startCloud, stopCloud } from './cloud.ts';
import { deployTwice } from './deploy-twice.ts';
import { tenWithOnePoisoned, uploadUnheard } from './lost-messages.ts';
import { newContractSuite } from './new-contract.ts';
import { readmeSuite } from './readme.ts';

/** The real loop on the local cloud, from a first upload on. The parts build on each other, in this order. */

let context: DemoContext;
beforeAll(async () => {
  context = await startCloud();
});
afterAll(stopCloud);

describe('first light', () => {
  test.each(firstLight.map((chapter) => [chapter.title, chapter] as const))('%s', async (_, chapter) => {
    await chapter.play(context, () => undefined);
  });
});

describe('reports', () => {
  test('of the first data version and the first run are there, drawn by a function that may do no more', async () => {
    const { place, objects } = context.ports;
    const addresses = [
      { bucket: bucketName(place, 'data'), key: `${dataKeys.report(context.model, 1)}.html` },
      { bucket: bucketName(place, 'model'), key: `${modelKeys.evaluationReport(context.model, 1)}.html` },
    ];
    for (const address of addresses) {
      await waitFor(`a report at ${address.key}`, async () => (await objects.exists(address)) || undefined, {
        seconds: 60,
      });
      expect(new TextDecoder().decode(await objects.read(address))).toMatch(/^<!doctype html>.*<svg .*<\/html>\s*$/s);
    }
  });
});

describe('boto3 as the only client', () => {
  test('uploads, waits and predicts', async () => {
    const file = await writeFlights(context, '2013-02.csv', '--month', '2');
    const script = join(checkout, 'test/e2e/boto3_client.py');
    const { stdout } = await promisify(execFile)(venvPython, [script, context.model, file]);
    const { outcome, prediction } = JSON.parse(stdout);
    expect(outcome).toMatchObject({ status: 'accepted', dataVersion: 2 });
    expect(prediction).toBeGreaterThan(0);
    expect(prediction).toBeLessThan(1);
    await newestRun(2, 'finished');
  });
});

describe('a training process killed in mid-training', () => {
  test('fails its run with the reason, and nothing else', async () => {
    const before = await settledChampion();
    await upload(context, await writeFlights(context, '2013-03.csv', '--month', '3'));
    const pid = await trainingProcess(3, 'shallow');
    process.kill(pid, 'SIGKILL');
    const run = await newestRun(3, 'failed');
    expect(run.failure?.reason).toMatch(/r3-shallow.*(SIGKILL|signal 9|137)/s);
    expect(await context.ports.store.get(registryKeys.runSlot(context.model))).toBeUndefined();
    expect(await settledChampion()).toEqual(before);
  });

  test('and the next upload runs through, though a call that started one of its jobs is told that it is there already', async () => {
    await trainLike(2, 4, 'shallow');
    const { outcome } = await upload(context, await writeFlights(context, '2013-04.csv', '--month', '4'));
    expect(outcome).toMatchObject({ status: 'accepted', dataVersion: 4 });
    const run = await newestRun(4, 'finished');
    expect(run).toMatchObject({ dataVersion: 4, codeVersion: 1 });
    expectHonestVerdict(run.verdict);
  });
});

describe('a missing grant', () => {
  test('fails the upload with AccessDenied; with the grant back, the next upload is accepted', async () => {
    const restore = await deny('accept-upload', 'dynamodb:PutItem');
    const refused = await upload(context, await writeFlights(context, '2013-05.csv', '--month', '5'));
    await restore();
    expect(refused.outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(/AccessDenied/) });
    const { outcome } = await upload(context, await writeFlights(context, '2013-06.csv', '--month', '6'));
    expect(outcome).toMatchObject({ status: 'accepted', dataVersion: 5 });
    await newestRun(5, 'finished');
    await settledChampion();
  });
});

describe('what is lost on the way', () => {
  test('an upload that nothing announced is registered within one turn of the sweep', async () => {
    const object = await uploadUnheard(context, `in/${context.model}/unheard.csv`, 'no,such,columns\n1,2,3\n');
    const key = registryKeys.upload(context.model, uploadIdOf(object));
    const record = await waitFor('its outcome', async () => (await context.ports.store.get<UploadRecord>(key))?.value, {
      seconds: 180,
    });
    expect(record).toMatchObject({ ...object, sequencer: '0' });
  });

  test('one poisoned message in ten: nine are worked on, one is among the dead letters with its reason, and can be redriven', async () => {
    const { items, poison, repair } = await tenWithOnePoisoned(context);
    const { store } = context.ports;
    for (const [i, key] of items.entries())
      if (i !== poison) expect((await store.get<UploadRecord>(key))?.value.outcome?.status).toBe('rejected');
    const dead = JSON.parse(await modelloop(context, 'redrive', '--queue', 'uploads', '--dry-run', '--json'));
    expect(dead.queues).toMatchObject([{ depth: 1, messages: [{ reason: expect.stringMatching(/SyntaxError/) }] }]);
    await repair();
    await modelloop(context, 'redrive', '--queue', 'uploads');
    await waitFor('the tenth is registered', () => store.get(items[poison] ?? { model: '-', sort: '-' }), {
      seconds: 60,
    });
    expect(await modelloop(context, 'redrive', '--queue', 'uploads')).toBe('no dead letters\n');
  });
});

describe('a deployment over a registry in use, in mid-run', () => {
  test('changes the table in place and deploys again: every item is there, and the run comes to its end', async () => {
    await upload(context, await writeFlights(context, '2013-07.csv', '--month', '7'));
    await waitFor('run 6 is under way', () => context.ports.store.get(registryKeys.run(context.model, 6)), {
      seconds: 60,
    });
    const { before, between, after } = await deployTwice(context);
    expect(before.length).toBeGreaterThan(20);
    // Scheduled checks and the run go on writing meanwhile.
    expect(between).toEqual(expect.arrayContaining(before));
    expect(after).toEqual(expect.arrayContaining(between));
    await newestRun(6, 'finished');
  });
});

newContractSuite(() => context);
readmeSuite(() => context);

/** Against the champion on the same rows, whatever came of it: the decision follows from the interval. */
function expectHonestVerdict(verdict: Run['verdict']): void {
  if (!verdict?.champion?.scores || !verdict.comparison) throw new Error(`not compared: ${JSON.stringify(verdict)}`);
  const { challenger, champion, comparison } = verdict;
  const gain = (challenger.auc ?? Number.NaN) - (champion.scores?.auc ?? Number.NaN);
  expect(comparison.difference).toBeCloseTo(gain, 9);
  expect(comparison.low).toBeLessThan(comparison.difference);
  expect(comparison.high).toBeGreaterThan(comparison.difference);
  const better = comparison.low > comparison.margin;
  expect(verdict).toMatchObject(
    better ? { decision: 'promote', outcome: 'better' } : { decision: 'keep-champion', outcome: 'not-better' },
  );
}

/** The champion, once every run that was promoted has its deployment behind it. */
const settledChampion = (): Promise<Champion> =>
  waitFor(
    'no deployment is due or under way',
    async () => {
      const { store } = context.ports;
      const runs = await store.list<Run>(context.model, registryPrefixes.runs);
      const due = runs.some(({ value: { verdict, deployment } }) =>
        deployment ? deployment.status === 'deploying' : verdict?.decision === 'promote',
      );
      if (due || (await store.get(registryKeys.deploymentLock(context.model)))) return undefined;
      return (await store.get<Champion>(registryKeys.champion(context.model)))?.value;
    },
    { seconds: 300 },
  );

/** Waits for run `number`, the newest, to end. */
const newestRun = (number: number, status: Run['status']): Promise<Run> =>
  waitFor(
    `run ${number} is ${status}`,
    async () => {
      const run = (await context.ports.store.get<Run>(registryKeys.run(context.model, number)))?.value;
      const head = await context.ports.store.get<Head>(registryKeys.runHead(context.model));
      expect(head?.value.latest ?? 0, 'no run beyond the expected one').toBeLessThanOrEqual(number);
      if (run && run.status !== 'running') expect(run).toMatchObject({ status });
      return run?.status === status ? run : undefined;
    },
    { seconds: 300 },
  );

/** @returns the process id of a candidate's training, as soon as it runs */
/** Starts a job of a run to come, as a call does whose reply is lost. */
const trainLike = async (run: number, next: number, candidate: string): Promise<void> => {
  const { place, model } = context;
  const sagemaker = new SageMakerClient({ region: place.region });
  const nameIn = (n: number) => ({ TrainingJobName: trainingJobName(place, model, n, candidate) });
  const { AlgorithmSpecification, RoleArn, HyperParameters, InputDataConfig, OutputDataConfig, ...like } =
    await sagemaker.send(new DescribeTrainingJobCommand(nameIn(run)));
  const { ResourceConfig, StoppingCondition } = like;
  const request = { AlgorithmSpecification, RoleArn, HyperParameters, InputDataConfig, OutputDataConfig };
  await sagemaker.send(
    new CreateTrainingJobCommand({ ...nameIn(next), ...request, ResourceConfig, StoppingCondition }),
  );
};

const trainingProcess = (run: number, candidate: string): Promise<number> => {
  const job = trainingJobName(context.place, context.model, run, candidate);
  const file = join(context.state.directory, 'sagemaker/training-jobs', job, 'process.json');
  return waitFor(
    `training job ${job} has a process (${file})`,
    async () => {
      try {
        return (JSON.parse(readFileSync(file, 'utf8')) as { training?: number }).training;
      } catch {
        return undefined; // Not there yet, or not whole.
      }
    },
    { seconds: 180, everyMs: 20 },
  );
};

/** Takes a permission from a function. @returns how to give it back */
async function deny(fn: string, action: string): Promise<() => Promise<unknown>> {
  const { region } = context.place;
  const name = functionName(context.place, fn);
  const { Role } = await new LambdaClient({ region }).send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const policy = { RoleName: Role?.split('/').at(-1), PolicyName: 'planted-denial' };
  const statement = { Effect: 'Deny', Action: action, Resource: '*' };
  const iam = new IAMClient({ region });
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document }));
  return () => iam.send(new DeleteRolePolicyCommand(policy));
}
