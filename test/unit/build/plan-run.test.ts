import { beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../../../shared/domain/data/refusal.ts';
import { contractOf } from '../../../shared/domain/definition/model-definition.ts';
import { hashOf } from '../../../shared/domain/hash.ts';
import { dataKeys } from '../../../shared/domain/keys.ts';
import { failureOf } from '../../../shared/domain/monitoring/execution-failure.ts';
import type { Part, Problem } from '../../../shared/domain/records.ts';
import { runPlanning } from '../../../shared/events/build-tasks.ts';
import { failRun } from '../../../shared/use-cases/build/fail-run.ts';
import { DataRefusedError, EmptySplitError, planRun } from '../../../shared/use-cases/build/plan-run.ts';
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
    if (planned.outcome !== 'planned') throw new Error(planned.outcome);
    expect(planned.candidates.map((c) => [c.candidate, c.request.TrainingJobName])).toEqual([
      ['shallow', 'modelloop-test-churn-r1-shallow'],
      ['deep', 'modelloop-test-churn-r1-deep'],
    ]);
    expect(runPlanning.parse(planned)).toEqual(planned);
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

  describe('of parts that are not prepared under the contract of its code', () => {
    const refused = (p: Part, ...problems: Problem[]) =>
      world.objects.put(
        buckets.data,
        `${dataKeys.refusals(MODEL, 1)}${p.sha256}.json`,
        JSON.stringify(refusalOf(p, 1, problems)),
      );

    it('says which they are, and writes nothing', async () => {
      preparePart(world, jan, { train: 70, validation: 10, test: 20 });
      preparePart(world, feb, { train: 70, validation: 10, test: 20 }, 'another');
      const planned = await plan();
      expect(planned).toEqual({
        outcome: 'unprepared',
        batches: [{ model: MODEL, run: 1, parts: [feb.sha256] }],
      });
      expect(runPlanning.parse(planned)).toEqual(planned);
      expect(await world.objects.list(buckets.data, 'runs/')).toEqual([]);
    });

    it('deals out thousands of them a page at a time, within what a state may hand on', async () => {
      const many = Array.from({ length: 2500 }, (_, i) => part(`day ${i}`));
      await addDataVersion(world, 2, many);
      await failRun(world, { model: MODEL, run: 1 }, { status: 'ABORTED' });
      await startRun(world, { model: MODEL });
      const planned = await planRun(world, { model: MODEL, run: 2 });
      if (planned.outcome !== 'unprepared') throw new Error(planned.outcome);
      expect(JSON.stringify(planned).length).toBeLessThan(128 * 1024);
      const dealt = planned.batches.flatMap(({ parts }) => parts);
      expect(planned.batches.map(({ parts }) => parts.length)).toEqual([250, 250, 250, 250]);
      expect(new Set(dealt)).toEqual(new Set(many.slice(0, 1000).map(({ sha256 }) => sha256)));
    });

    it('fails when one of them cannot be, naming it, its first problems and what to do', async () => {
      const problem = (line: number) => ({ code: 'not-allowed', message: `line ${line}, column plan: "x"`, line });
      refused(feb, { ...problem(2), rows: 7 }, problem(3), problem(4));
      await expect(plan()).rejects.toThrow(DataRefusedError);
      await expect(plan()).rejects.toThrow(
        'data version 1 does not satisfy the contract of code version 1: ' +
          `in/churn/feb.csv (part ${feb.sha256.slice(0, 12)}): line 2, column plan: "x" (7 such rows); line 3, column plan: "x"; and more ` +
          '| Either let the contract in model.yaml allow these rows and push it, or push `data.mode: snapshot` and upload one file in place ' +
          `of all: that starts a run. The uploads are kept. All problems: s3://${buckets.data}/runs/churn/1/refused/`,
      );
    });

    it('has room for what to do, however much is wrong', async () => {
      const long = { code: 'x', message: 'm'.repeat(1000) };
      const parts = Array.from({ length: 5 }, (_, i) => ({
        ...part(`${i}`),
        source: { ...jan.source, key: 'k'.repeat(1000) },
      }));
      for (const p of parts) refused(p, ...Array.from({ length: 60 }, () => long));
      const error = await plan().catch((e: Error) => e);
      if (!(error instanceof DataRefusedError)) throw error;
      const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
      expect(failureOf({ status: 'FAILED', error: error.name, cause }).reason).toBe(
        `DataRefusedError: ${error.message}`,
      );
      expect(error.message).toMatch(/; and more \| 2 more \| Either let/);
    });
  });

  it('does not plan what was never started', async () => {
    await expect(planRun(world, { model: MODEL, run: 2 })).rejects.toThrow(NotRegisteredError);
  });
});
