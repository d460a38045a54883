import { describe, expect, test } from 'vitest';
import { fragileTasks, ignoredLocally, invalidAsl, states } from './contracts/state-machines.ts';
import { definitions, synthesize } from './synth.ts';

const machines = definitions(synthesize('dev').pipelines);

describe.each(machines)('%s', (_, definition) => {
  test('is valid ASL', () => {
    expect(invalidAsl(definition)).toEqual([]);
  });

  test('uses nothing that the local cloud silently ignores', () => {
    expect(ignoredLocally(definition)).toEqual([]);
  });

  test('every task retries, and every call of a function has a time-out', () => {
    expect(fragileTasks(definition)).toEqual([]);
  });
});

describe('found when planted:', () => {
  const machine = (state: Record<string, unknown>, more = {}) => ({
    StartAt: 'Planted',
    States: { Planted: { End: true, ...state } },
    ...more,
  });
  const processor = (mode: string) => ({
    ProcessorConfig: { Mode: mode, ExecutionType: 'STANDARD' },
    ...machine({ Type: 'Pass' }),
  });
  const distributed = { Type: 'Map', ItemProcessor: processor('DISTRIBUTED') };
  const jsonata = { QueryLanguage: 'JSONata' };

  test.each([
    ['JSONata Items of a Distributed Map', machine({ ...distributed, ...jsonata, Items: '{% $states.input.rows %}' })],
    ['an ItemBatcher', machine({ ...distributed, ItemBatcher: { MaxItemsPerBatch: 10 } })],
    ['a ResultWriter', machine({ ...distributed, ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } })],
    ['JSONata Output of a Parallel', machine({ Type: 'Parallel', ...jsonata, Branches: [], Output: '{% 1 %}' })],
    ['JSONata Output of a Succeed', machine({ Type: 'Succeed', Output: '{% 1 %}' }, jsonata)],
    ['a time-out by path', machine({ Type: 'Task', Resource: 'arn', TimeoutSecondsPath: '$.seconds' })],
    ['a heartbeat', machine({ Type: 'Task', Resource: 'arn', HeartbeatSeconds: 60 })],
    ['one inside a Map', machine({ Type: 'Map', ItemProcessor: machine({ ...distributed, ItemBatcher: {} }) })],
    ['one inside a Parallel', machine({ Type: 'Parallel', Branches: [machine({ ...distributed, ItemBatcher: {} })] })],
  ])('%s', (_, definition) => {
    expect(ignoredLocally(definition)).toHaveLength(1);
  });

  test('but not what the local cloud does honour', () => {
    const inline = { Type: 'Map', ItemProcessor: processor('INLINE'), ...jsonata, Items: '{% $states.input.rows %}' };
    expect(ignoredLocally(machine(inline))).toEqual([]);
    expect(ignoredLocally(machine({ Type: 'Pass', ...jsonata, Output: '{% 1 %}' }))).toEqual([]);
  });

  test('a transition to nowhere', () => {
    expect(invalidAsl({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }).join()).toMatch(/B|MISSING/);
  });

  test('a task without Retry, a call without time-out', () => {
    const found = fragileTasks(machine({ Type: 'Task', Resource: 'arn:aws:lambda:r:a:function:f' }));
    expect(found).toEqual(['Planted does not retry', 'Planted has no time-out']);
  });

  test('a call of a function that fails when many are made at once, or when its reply is lost', () => {
    const Retry = [{ ErrorEquals: ['Lambda.ServiceException', 'States.TaskFailed'] }];
    const call = { Type: 'Task', Resource: 'arn:aws:lambda:r:a:function:f', TimeoutSeconds: 1, Retry };
    expect(fragileTasks(machine(call))).toEqual([
      'Planted does not retry Lambda.TooManyRequestsException',
      'Planted does not retry ConflictError',
      'Planted does not retry States.Timeout',
    ]);
  });

  test.each([
    ['aws-sdk:sagemaker:describeEndpoint', 'SageMaker.SageMakerException'],
    ['sagemaker:createTrainingJob.sync', 'SageMaker.AmazonSageMakerException'],
  ])('a call of SageMaker that fails when it is throttled: %s', (call, name) => {
    const Retry = [{ ErrorEquals: ['SageMaker.ThrottlingException'] }];
    const found = fragileTasks(machine({ Type: 'Task', Resource: `arn:aws:states:::${call}`, Retry }));
    expect(found).toEqual([`Planted does not retry ${name}`]);
  });
});

test('there are three machines', () => {
  expect(machines).toHaveLength(3);
});

test('calls of functions wait for each other for minutes, and what took its fifteen minutes is done once more at most', () => {
  const calls = machines
    .flatMap(([, definition]) => states(definition))
    .filter(([, s]) => s.Resource?.includes(':lambda:'));
  expect(calls.length).toBeGreaterThan(10);
  for (const [name, { Retry, TimeoutSeconds }] of calls) {
    const retriers = Retry as { ErrorEquals: string[]; MaxAttempts: number }[];
    const first = (error: string) => retriers.find(({ ErrorEquals }) => ErrorEquals.includes(error));
    for (const error of ['Lambda.TooManyRequestsException', 'ConflictError'])
      expect(first(error), name).toMatchObject({ MaxAttempts: 20, MaxDelaySeconds: 60, JitterStrategy: 'FULL' });
    for (const error of ['States.Timeout', 'Sandbox.Timedout', 'Lambda.Unknown'])
      expect(first(error)?.MaxAttempts, name).toBe(Number(TimeoutSeconds) > 600 ? 1 : 3);
  }
});

test('nothing is trained before the data is prepared for the contract of the code: it is planned again until then', () => {
  const build = Object.fromEntries(machines.flatMap(([, definition]) => states(definition)));
  const asked = build[String(build['Plan the run']?.Next)];
  expect(asked).toMatchObject({
    Choices: [{ Variable: '$.plan.outcome', StringEquals: 'unprepared', Next: 'Prepare for this contract' }],
    Default: 'Train each candidate',
  });
  // What it answers would only add to what is handed on from state to state.
  expect(build['Prepare for this contract']).toMatchObject({
    ItemsPath: '$.plan.batches',
    ResultPath: null,
    Next: 'Plan the run',
  });
});

test('a champion that cannot predict the test rows is an outcome of the run; a candidate that cannot fails it', () => {
  const build = Object.fromEntries(machines.flatMap(([, definition]) => states(definition)));
  const champions = Object.entries(build).filter(
    ([name, { Resource }]) => Resource?.includes('createTransformJob') && name.includes('champion'),
  );
  expect(champions.map(([name]) => name).sort()).toEqual([
    'Predict with the champion',
    'Predict with the new champion',
  ]);
  for (const [name, { Catch }] of champions)
    expect(Catch, name).toEqual([
      expect.objectContaining({ ErrorEquals: ['SageMaker.ResourceInUseException'] }),
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: expect.stringMatching(/without predictions/) },
    ]);
  expect(build['Predict with the candidate']?.Catch).toHaveLength(1);
});

test('a job that is there already was started by a call whose reply was lost: it is waited for', () => {
  const build = Object.fromEntries(machines.flatMap(([, definition]) => states(definition)));
  const jobs = Object.entries(build).filter(([, { Resource }]) => Resource?.endsWith('Job.sync'));
  expect(jobs.length).toBeGreaterThan(3);
  for (const [name, { Catch, Resource }] of jobs) {
    const [inUse] = Catch as { ErrorEquals: string[]; Next: string }[];
    expect(inUse?.ErrorEquals, name).toEqual(['SageMaker.ResourceInUseException']);
    const look = build[inUse?.Next ?? ''];
    const described = Resource?.replace('states:::sagemaker:create', 'states:::aws-sdk:sagemaker:describe');
    expect(look?.Resource, name).toBe(described?.replace('.sync', ''));
  }
});
