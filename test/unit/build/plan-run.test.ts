import { beforeEach, describe, expect, it } from 'vitest';
import { contractOf } from '../../../shared/domain/definition/model-definition.ts';
import { hashOf } from '../../../shared/domain/hash.ts';
import { dataKeys } from '../../../shared/domain/keys.ts';
import { runPlan } from '../../../shared/events/build-tasks.ts';
import { EmptySplitError, NotPreparedError, planRun } from '../../../shared/use-cases/build/plan-run.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { NotRegisteredError } from '../../../shared/use-cases/registry-access.ts';
import {
  addCodeVersion,
  addDataVersion,
  buckets,
  definition,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  preparePart,
} from '../../fixtures/pipeline-world.ts';

const contractHash = hashOf(contractOf(definition()));
const [jan, feb] = [part('jan'), part('feb')];

describe('planning a run', () => {
  let world: PipelineWorld;
  const plan = () => planRun(world, { model: MODEL, run: 1 });
  const json = async (key: string): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode(await world.objects.read({ bucket: buckets.data, key })));
  const prefixOf = (p: { sha256: string }) => dataKeys.prepared(MODEL, p.sha256, contractHash);

  beforeEach(async () => {
    world = pipelineWorld();
    await addCodeVersion(world);
    await addDataVersion(world, 1, [jan, feb]);
    await startRun(world, { model: MODEL });
  });

  it('gives each candidate its training job, in the order of the definition', async () => {
    preparePart(world, jan, { train: 70, validation: 10, test: 20 });
    preparePart(world, feb, { train: 70, validation: 10, test: 20 });
    const planned = await plan();
    expect(planned.candidates.map((c) => [c.candidate, c.request.TrainingJobName])).toEqual([
      ['shallow', 'modelloop-test-churn-r1-shallow'],
      ['deep', 'modelloop-test-churn-r1-deep'],
    ]);
    expect(runPlan.parse(planned)).toEqual(planned);
  });

  it("writes the channels as SageMaker's manifests, of the parts that have rows there", async () => {
    preparePart(world, jan, { train: 70, validation: 0, test: 20 });
    preparePart(world, feb, { train: 70, validation: 10, test: 0 });
    await plan();
    const prefix = { prefix: `s3://${buckets.data}/` };
    expect(await json(dataKeys.channel(MODEL, 1, 'train'))).toEqual([
      prefix,
      `${prefixOf(jan)}train.parquet`,
      `${prefixOf(feb)}train.parquet`,
    ]);
    expect(await json(dataKeys.channel(MODEL, 1, 'validation'))).toEqual([
      prefix,
      `${prefixOf(feb)}validation.parquet`,
    ]);
  });

  it('lays out the test rows of each part under the run, none that is empty, and again if repeated', async () => {
    preparePart(world, jan, { train: 70, validation: 10, test: 3 });
    preparePart(world, feb, { train: 70, validation: 10, test: 0 });
    await plan();
    expect(await plan()).toEqual(await plan());
    const keys = await world.objects.list(buckets.data, dataKeys.testInput(MODEL, 1));
    expect(keys).toEqual([`runs/churn/1/test/${jan.sha256}.jsonl`]);
    const text = new TextDecoder().decode(await world.objects.read({ bucket: buckets.data, key: String(keys[0]) }));
    expect(text.trim().split('\n')).toHaveLength(3);
  });

  it.each(['train', 'validation', 'test'] as const)('refuses data without %s rows', async (side) => {
    preparePart(world, jan, { train: 70, validation: 10, test: 20, [side]: 0 });
    preparePart(world, feb, { train: 70, validation: 10, test: 20, [side]: 0 });
    await expect(plan()).rejects.toThrow(EmptySplitError);
    await expect(plan()).rejects.toThrow(
      `data version 1 has no ${side} rows: its 200 rows are split by the hash of their id, 20% to test and 10% to validation`,
    );
  });

  it('names the part that was prepared under another contract, and what to do', async () => {
    preparePart(world, jan, { train: 70, validation: 10, test: 20 });
    preparePart(world, feb, { train: 70, validation: 10, test: 20 }, 'another');
    await expect(plan()).rejects.toThrow(NotPreparedError);
    await expect(plan()).rejects.toThrow(/part [0-9a-f]{12} \(in\/churn\/feb.csv\) of data version 1.*upload it again/);
  });

  it('says both contracts when the code has moved on', async () => {
    const fresh = pipelineWorld();
    const code = await addCodeVersion(fresh, 1, { split: { test: 0.3 } });
    await addDataVersion(fresh, 1, [jan], contractHash);
    preparePart(fresh, jan, { train: 70, validation: 10, test: 20 });
    await startRun(fresh, { model: MODEL });
    await expect(planRun(fresh, { model: MODEL, run: 1 })).rejects.toThrow(
      `was prepared under contract ${contractHash.slice(0, 12)}, but code version 1 has contract ${code.contractHash.slice(0, 12)}: upload it again`,
    );
  });

  it('does not plan what was never started', async () => {
    await expect(planRun(world, { model: MODEL, run: 2 })).rejects.toThrow(NotRegisteredError);
  });
});
