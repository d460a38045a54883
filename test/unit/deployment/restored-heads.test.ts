import { beforeEach, expect, it } from 'vitest';
import { placeUpload } from '../../../shared/domain/data/data-version.ts';
import type { DataHead, ModelVersion, Part } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { restoredHeads } from '../../../shared/use-cases/deployment/restored-heads.ts';
import { checkFreshness } from '../../../shared/use-cases/monitoring/check-freshness.ts';
import { addCodeVersion, addDataVersion, MODEL, part, pipelineWorld } from '../../fixtures/pipeline-world.ts';
import { goesLive } from '../../fixtures/watched-world.ts';

const ROLLED_BACK = '2026-03-20T00:00:05.700Z';

/** Data of January and, bad, of March; then everything goes back to January's. */
let world: ReturnType<typeof pipelineWorld>;
const goBack = async (dataVersion: number, at: string) => {
  const version = { model: MODEL, version: 1, dataVersion, codeVersion: 1, run: 1 } as ModelVersion;
  await world.store.commit((await restoredHeads(world.store, version, at)).changes);
};

beforeEach(async () => {
  world = { ...pipelineWorld(), clock: () => '2026-03-20T01:00:00.000Z' };
  await addCodeVersion(world, 1, { monitoring: { maxDataAgeDays: 30 } });
  await addDataVersion(world, 1, [part('january')]);
  await addDataVersion(world, 2, [part('march')]);
  await goBack(1, ROLLED_BACK);
});

it('leaves data as old as it was', async () => {
  await goesLive(world, 1, ROLLED_BACK);
  const freshness = { verdict: 'stale', dataAgeDays: 78 + 1 / 24 };
  expect(await checkFreshness(world, { model: MODEL })).toMatchObject(freshness);
  await addDataVersion(world, 4, [part('march')]);
  await goBack(3, '2026-03-20T00:30:00.000Z');
  expect(await checkFreshness(world, { model: MODEL })).toMatchObject(freshness);
});

it.each([
  ['2026-03-20T00:00:04Z', 'superseded'],
  // S3 tells whole seconds: what was put at :05.9 says :05
  ['2026-03-20T00:00:05Z', 'accepted'],
  ['2026-03-20T00:00:06Z', 'accepted'],
])('a snapshot put at %s is %s', async (time, status) => {
  const head = await world.store.get<DataHead>(registryKeys.dataHead(MODEL));
  if (!head) throw new Error('there is no data');
  const { latest: version, asOf, manifestHash: hash } = head.value;
  const repaired: Part = { ...part('repaired'), uploadedAt: new Date(time).toISOString() };
  const inForce = { version, asOf, manifest: { hash, parts: [part('january')] } };
  expect(placeUpload(inForce, repaired, 'snapshot')).toMatchObject({ status });
});
