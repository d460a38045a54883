import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { duckdbEngine } from '../../../shared/adapters/duckdb/index.ts';
import type { ModelDefinition } from '../../../shared/domain/definition/model-definition.ts';
import type { Baseline } from '../../../shared/domain/drift/baseline.ts';
import { dataKeys, modelKeys } from '../../../shared/domain/keys.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { failRun } from '../../../shared/use-cases/build/fail-run.ts';
import { planRun } from '../../../shared/use-cases/build/plan-run.ts';
import { prepareRun } from '../../../shared/use-cases/build/prepare-run.ts';
import { retryRun } from '../../../shared/use-cases/build/retry-run.ts';
import { selectCandidate } from '../../../shared/use-cases/build/select-candidate.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { writeBaseline } from '../../../shared/use-cases/build/write-baseline.ts';
import { evaluationReport } from '../../../shared/use-cases/reports/evaluation-report.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import {
  addCodeVersion,
  buckets,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  trained,
  transformed,
  verdictOf,
} from '../../fixtures/pipeline-world.ts';
import { plannedRun } from '../../fixtures/planned-run.ts';
import { uploadFile } from '../../fixtures/upload-file.ts';
import { newContract } from '../../fixtures/worlds/runs.ts';

const customer = { type: 'string', feature: false } as const;
const columns = (...values: string[]) =>
  ({
    customer,
    plan: { type: 'string', values },
    age: { type: 'integer' },
    left: { type: 'boolean' },
  }) as const;
const OLD = columns('basic', 'pro');

describe('code with another contract, over real rows', { timeout: 60_000 }, () => {
  let world: PipelineWorld;
  let code = 0;
  let run = 0;

  const file = (month: string, ...plans: string[]) =>
    [
      'customer,plan,age,left',
      ...Array.from(
        { length: 400 },
        (_, i) => `${month}${i},${plans[(i * 7) % plans.length]},${20 + ((i * 31) % 50)},${(i * 7919) % 5 < 2}`,
      ),
      '',
    ].join('\n');
  const pushed = (over: Parameters<typeof addCodeVersion>[2]) => addCodeVersion(world, ++code, over);
  const started = async () => {
    expect(await startRun(world, { model: MODEL })).toEqual({ outcome: 'started', run: ++run });
    return { model: MODEL, run };
  };
  /** As the machine does, until a job would be trained. */
  const runs = async () => {
    const plan = await plannedRun(world, await started());
    await failRun(world, plan, { status: 'ABORTED' });
    return plan;
  };
  const fails = async (message: RegExp) => {
    const id = await started();
    await expect(plannedRun(world, id)).rejects.toThrow(message);
    await failRun(world, id, { status: 'FAILED' });
  };
  const text = async (key: string) => new TextDecoder().decode(await world.objects.read({ bucket: buckets.data, key }));
  const trainedOn = async () => JSON.parse(await text(dataKeys.channel(MODEL, run, 'train'))).slice(1) as string[];
  const testIds = async () => {
    const keys = await world.objects.list(buckets.data, dataKeys.testInput(MODEL, run));
    const lines = (await Promise.all(keys.map(text))).join('').trim().split('\n');
    return new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
  };

  beforeEach(async () => {
    [code, run] = [0, 0];
    world = { ...pipelineWorld(), engine: duckdbEngine({ directory: tmpdir() }) };
    await pushed({ columns: OLD });
    expect(await uploadFile(world, 'jan.csv', file('jan', 'basic', 'pro'))).toMatchObject({ status: 'accepted' });
    expect(await uploadFile(world, 'feb.csv', file('feb', 'basic', 'pro'))).toMatchObject({ status: 'accepted' });
    await runs();
  });

  it('does what the rejection advises: a value is added, the rows in use are trained on, and the file is accepted', async () => {
    const march = file('mar', 'basic', 'pro', 'team');
    const rejected = await uploadFile(world, 'mar.csv', march);
    expect(JSON.stringify(rejected)).toMatch(/"team\\".*add it to `values` in model.yaml/);
    const { contractHash } = await pushed({ columns: columns('basic', 'pro', 'team') });
    await runs();
    expect(await trainedOn()).toEqual([expect.stringContaining(contractHash), expect.stringContaining(contractHash)]);
    expect(await uploadFile(world, 'mar-again.csv', march)).toMatchObject({ status: 'accepted', dataVersion: 3 });
    await runs();
    expect(await trainedOn()).toHaveLength(3);
  });

  it('is prepared once: a later run under the same contract reads no row', async () => {
    await pushed({ columns: OLD, split: { test: 0.3 } });
    await runs();
    await pushed({ columns: OLD, split: { test: 0.3 }, metric: 'accuracy' });
    world = { ...world, engine: pipelineWorld().engine };
    await runs();
  });

  it('moves rows only from one side to the other: a larger test share keeps the test rows that there were', async () => {
    const before = await testIds();
    await pushed({ columns: OLD, split: { test: 0.5 } });
    await runs();
    const after = await testIds();
    expect(after.size).toBeGreaterThan(before.size * 2);
    expect([...before].filter((id) => !after.has(id))).toEqual([]);
  });

  it('comes to its verdict, baseline and model card', async () => {
    await pushed({ columns: { ...OLD, age: { type: 'integer', feature: false } }, split: { test: 0.4 } });
    const plan = await plannedRun(world, await started());
    for (const { candidate } of plan.candidates)
      trained(world, run, candidate, { 'metrics.json': '{"validation": {"auc": 0.8}}' });
    const { modelVersion } = await selectCandidate(world, plan);
    await transformed(world, run, () => ({ prediction: 0.5 }));
    await writeBaseline(world, { model: MODEL, run, modelVersion });
    const input = { model: MODEL, run, modelVersion, champion: { outcome: 'none' } } as const;
    const { testRows } = verdictOf(await evaluateRun(world, input));
    expect(testRows).toBe((await testIds()).size);
    const report = await evaluationReport(world, { model: MODEL, run });
    expect(report?.data.split.test).toBe(testRows);
    const key = modelKeys.baseline(MODEL, modelVersion);
    const baseline = JSON.parse(
      new TextDecoder().decode(await world.objects.read({ bucket: buckets.model, key })),
    ) as Baseline;
    expect(baseline.rows).toBe(800);
    expect(Object.keys(baseline.features)).toEqual(['plan']);
  });

  it('that rows in use do not satisfy fails the run with where and what; with the contract put right, the next one runs', async () => {
    await pushed({ columns: columns('basic') });
    await fails(
      /^data version 2 .* code version 2: in\/churn\/(jan|feb)\.csv \(part .*line 3, column plan: "pro".* \| in\//,
    );
    const refusals = await world.objects.list(buckets.data, dataKeys.refusals(MODEL, run));
    const { codeVersion, problems } = JSON.parse(await text(refusals[0] ?? ''));
    expect([codeVersion, problems[0].line, problems[0].value]).toEqual([2, 3, 'pro']);
    // Trying the same again is judged again, and says the same.
    await retryRun(world, { model: MODEL, by: 'somebody' });
    await fails(/"pro"/);
    await pushed({ columns: columns('basic', 'pro', 'team') });
    await runs();
    expect(await trainedOn()).toHaveLength(2);
  });

  it('that wants another column: one file in place of all is the way on', async () => {
    const more: ModelDefinition['columns'] = { region: { type: 'string', feature: true, nullable: false } };
    const wider = (mode: 'append' | 'snapshot') => pushed({ columns: { ...OLD, ...more }, data: { mode } });
    await wider('append');
    await fails(/column region is missing.*push `data\.mode: snapshot` and upload one file in place of all/);
    await wider('snapshot');
    await fails(/column region is missing.*upload a snapshot that satisfies it/);
    const rows = file('all', 'basic', 'pro')
      .replaceAll(/$(?<=.)/gm, ',north')
      .replace('left,north', 'left,region');
    expect(await uploadFile(world, 'all.csv', rows)).toMatchObject({ status: 'accepted', dataVersion: 3 });
    await runs();
    expect(await trainedOn()).toHaveLength(1);
  });
});

describe('preparing a run', () => {
  const input = { model: MODEL, run: 1, parts: [part('january').sha256] };

  it('ends in the same plan wherever a function dies', async () => {
    const expected = await newContract('good')().then((w) => plannedRun(w, input));
    const places = await crashEverywhere(
      newContract('good'),
      (world) => plannedRun(world, input),
      async (_, plan) => expect(plan).toEqual(expected),
    );
    expect(places).toBeGreaterThan(20);
  });

  it('stops when its time is over, and goes on from there when it is called again', async () => {
    const world = await newContract('good')();
    const slow = { ...world, clock: minutesApart(5) };
    await prepareRun(slow, input);
    const validatedOnly = { ...world.engine, validate: () => Promise.reject(new Error('checked before')) };
    expect(await planRun(world, input)).toMatchObject({ outcome: 'unprepared' });
    await prepareRun({ ...world, engine: validatedOnly }, input);
    expect(await planRun(world, input)).toMatchObject({ outcome: 'planned' });
  });

  it('comes to an end however little time there is', async () => {
    const world = await newContract('good')();
    const plan = await plannedRun({ ...world, clock: minutesApart(5) }, input);
    expect(plan.candidates).toHaveLength(2);
  });
});

/** Each look at the clock takes so long. */
const minutesApart = (minutes: number) => {
  let looks = 0;
  return () => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000 * looks++).toISOString();
};
