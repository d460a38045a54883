import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildExecutionName } from '../../shared/domain/names.ts';
import type { ModelVersion, Run } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../../shared/ports/registry-store.ts';
import { latestOf, play, runsOf, story } from '../fixtures/build-loop.ts';
import { expectNoticed } from '../fixtures/expect-noticed.ts';
import { MODEL } from '../fixtures/pipeline-world.ts';

/** What is true at every moment. */
const watcher = () => {
  const over = new Map<number, Run>();
  return async (store: RegistryStore) => {
    const runs = await runsOf(store);
    for (const run of runs) {
      const before = over.get(run.run);
      if (before) expect(run, 'a run that is over does not change').toEqual(before);
      else if (run.status !== 'running') over.set(run.run, run);
    }
    checkNow(runs, await latestOf(store, registryKeys.runHead));
  };
};

const checkNow = (runs: readonly Run[], latest: number) => {
  expect(runs.filter((r) => r.status === 'running').length, 'runs under way').toBeLessThanOrEqual(1);
  expect(runs.map((r) => r.run)).toEqual(upTo(runs.length));
  expect(latest).toBe(runs.length);
  const pairs = runs.map((r) => `${r.dataVersion}×${r.codeVersion}`);
  expect(new Set(pairs).size, `a pair was run twice: ${pairs.join(', ')}`).toBe(pairs.length);
};

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

const property = (forget: readonly string[] = [], fewest: 0 | 1 = 1) =>
  fc.asyncProperty(fc.scheduler(), story(fewest), async (scheduler, told) => {
    const { store, executions, metrics } = await play(scheduler, told, { forget, watch: watcher() });
    const runs = await runsOf(store);
    expect(runs.filter((r) => r.status === 'running')).toEqual([]);
    expect(await store.get(registryKeys.runSlot(MODEL))).toBeUndefined();
    if (told.ends.every((end) => end === 'succeeds')) expect(metrics.valuesOf('FailedRun', MODEL)).toEqual([]);
    const newest = { dataVersion: told.dataVersions, codeVersion: told.codeVersions };
    expect(runs, 'newest data × newest code has its run').toContainEqual(expect.objectContaining(newest));
    expect(executions.started.map((e) => e.name)).toEqual(runs.map((r) => buildExecutionName(MODEL, r.run)));

    const versions = (await store.list<ModelVersion>(MODEL, registryPrefixes.modelVersions)).map((v) => v.value);
    expect(versions.map((v) => v.version)).toEqual(upTo(versions.length));
    const made = runs.filter((r) => r.modelVersion !== undefined);
    expect(made.map((r) => [r.run, r.modelVersion])).toEqual(versions.map((v) => [v.run, v.version]));
  });

describe('the build loop, whatever is repeated, reordered or killed', () => {
  it('has one run at a time, each pair once, the newest pair in the end, and numbers without a gap', async () => {
    await fc.assert(property(), { numRuns: 100 });
  });

  it('does so as well when events are lost and sweeps make up for them', async () => {
    await fc.assert(property([], 0), { numRuns: 100 });
  });

  it.each(['slot', 'run-of'])('would not, if nothing were expected of %s items', async (kind) => {
    await expectNoticed(property, kind, 1500);
  });
});
