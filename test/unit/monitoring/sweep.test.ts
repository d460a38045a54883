import { beforeEach, describe, expect, it } from 'vitest';
import { restorationExecutionName } from '../../../shared/domain/names.ts';
import type { DeploymentLock, UploadRecord } from '../../../shared/domain/records.ts';
import { registryKeys, registryPrefixes, UNKNOWN_MODEL } from '../../../shared/domain/registry-keys.ts';
import type { ListedVersion } from '../../../shared/ports/object-store.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { sweepBundles } from '../../../shared/use-cases/code/sweep-bundles.ts';
import { sweep } from '../../../shared/use-cases/monitoring/sweep.ts';
import { sweepRepository } from '../../../shared/use-cases/sweep-repository.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import { trainedVersion } from '../../fixtures/deployment-machine.ts';
import {
  addCodeVersion,
  addDataVersion,
  buckets,
  MODEL,
  part,
  pipelineWorld,
  runRecord,
} from '../../fixtures/pipeline-world.ts';

const known = async () => {
  const world = pipelineWorld();
  await addCodeVersion(world);
  await world.store.commit([{ put: registryKeys.catalogue(MODEL), value: {}, expect: 'absent' }]);
  return world;
};
type World = Awaited<ReturnType<typeof known>>;
let world: World;
beforeEach(async () => {
  world = await known();
});

const uploads = async ({ store }: World, model = MODEL) =>
  (await store.list<UploadRecord>(model, registryPrefixes.uploads)).map((u) => u.value);

const AT = '2026-01-01T00:00:00.000Z';

describe('uploads that nothing announced', () => {
  it('are registered and started; folders are nothing, and an unknown model is told', async () => {
    world.objects.put(buckets.data, `in/${MODEL}/`, '', AT);
    const versionId = world.objects.put(buckets.data, `in/${MODEL}/january.csv`, 'a,b', AT);
    world.objects.put(buckets.data, 'in/nobody/january.csv', 'a,b', AT);
    await sweep(world);
    expect(await uploads(world)).toMatchObject([{ versionId, size: 3, uploadedAt: AT, sequencer: '0' }]);
    expect(await uploads(world, UNKNOWN_MODEL)).toMatchObject([{ outcome: { status: 'rejected' } }]);
    expect(world.executions.started).toHaveLength(1);
  });

  it('of one key keep their order, though they were made in one second', async () => {
    for (const body of ['1', '2', '3']) world.objects.put(buckets.data, `in/${MODEL}/january.csv`, body, AT);
    await sweep(world);
    const bySequencer = (await uploads(world)).sort((a, b) => (a.sequencer < b.sequencer ? -1 : 1));
    expect(bySequencer.map((u) => [u.sequencer, u.versionId])).toEqual([
      ['0', 'v1'],
      ['1', 'v2'],
      ['2', 'v3'],
    ]);
  });

  it('fail with the reason when their execution ended unheard', async () => {
    world.objects.put(buckets.data, `in/${MODEL}/january.csv`, 'a,b', AT);
    await sweep(world);
    await sweep(world);
    expect((await uploads(world))[0]?.outcome).toBeUndefined();
    const [{ name } = { name: 'none' }] = world.executions.started;
    world.executions.end(world.executions.arn('data', name), {
      status: 'FAILED',
      error: 'E',
      cause: 'the disk is full',
    });
    await sweep(world);
    expect((await uploads(world))[0]?.outcome).toMatchObject({ status: 'failed', reason: 'the disk is full' });
  });
});

describe('a repository', () => {
  const look = async (most?: number, visit = async (_: ListedVersion) => {}) => {
    const seen: string[] = [];
    const remember = (version: ListedVersion) => {
      seen.push(version.versionId);
      return visit(version);
    };
    const turn = sweepRepository(world, 'data', remember, most);
    const found = await turn.catch((error: unknown) => error);
    return { seen, found };
  };
  const put = (name: string, at = AT) => world.objects.put(buckets.data, `in/${MODEL}/${name}`, 'x', at);

  it('is looked at in turns, whole keys at a time, and again from the start', async () => {
    for (const name of ['a', 'b', 'b', 'c']) put(name);
    expect(await look(2)).toMatchObject({ seen: ['v1', 'v2', 'v3'], found: { looked: 3, whole: false } });
    expect(await look(2)).toMatchObject({ seen: ['v4'], found: { looked: 1, whole: true } });
    expect((await look(9)).seen).toEqual(['v1', 'v2', 'v3', 'v4']);
  });

  it('is not looked at again where it is older than the last whole look by more than an upload can take', async () => {
    put('long ago', '2025-12-23T00:00:00.000Z');
    put('a week ago', '2025-12-25T00:00:00.000Z');
    expect((await look()).seen).toHaveLength(2);
    expect((await look()).seen).toEqual(['v2']);
  });

  it('is shown again as a whole when one version could not be checked, which hinders no other', async () => {
    put('long ago', '2025-12-23T00:00:00.000Z');
    put('poison');
    put('zebra');
    const fail = async ({ key }: ListedVersion) => {
      if (key.endsWith('poison')) throw new Error('cannot be read');
    };
    const { seen, found } = await look(undefined, fail);
    expect(seen).toHaveLength(3);
    expect(String(found)).toContain('"in/churn/poison": cannot be read');
    expect((await look()).seen).toHaveLength(3);
    expect((await look()).seen).toHaveLength(2);
  });
});

describe('bundles that nothing announced', () => {
  it('are registered, or rejected, once', async () => {
    world.objects.put(buckets.code, `in/${MODEL}/${'0'.repeat(64)}.tar.gz`, 'not an archive', AT);
    await sweepBundles(world);
    const reports = () => world.objects.listVersions(buckets.code, 'rejected/');
    expect((await reports()).versions).toHaveLength(1);
    await sweepBundles(world);
    expect((await reports()).versions).toHaveLength(1);
  });
});

describe('a model', () => {
  it('whose run ended unheard gets the failure recorded and measured, and its slot back', async () => {
    await addDataVersion(world, 1, [part('january')]);
    await startRun(world, { model: MODEL });
    await sweep(world);
    expect(await runRecord(world, 1)).toMatchObject({ status: 'running' });
    world.executions.end(world.executions.arn('build', `${MODEL}-r1`), { status: 'TIMED_OUT' });
    await sweep(world);
    expect(await runRecord(world, 1)).toMatchObject({ status: 'failed', failure: { error: 'States.Timeout' } });
    expect(world.metrics.valuesOf('FailedRun', MODEL)).toEqual([1]);
    expect(await world.store.get(registryKeys.runSlot(MODEL))).toBeUndefined();
  });

  const locked = async (over: Partial<DeploymentLock>) => {
    await trainedVersion(world, 1);
    const lock: DeploymentLock = {
      ...{ owner: 'its-owner', deployment: 1, run: 1, modelVersion: 1, kind: 'manual', since: AT },
      ...over,
    };
    await world.store.commit([{ put: registryKeys.deploymentLock(MODEL), value: lock, expect: 'absent' }]);
  };

  it('whose deployment ended unheard gets the failure recorded and measured, and its lock back', async () => {
    await locked({});
    await sweep(world);
    expect(await world.store.get(registryKeys.deploymentLock(MODEL))).toBeUndefined();
    expect((await world.store.get(registryKeys.deployment(MODEL, 'its-owner')))?.value).toMatchObject({
      status: 'failed',
      reason: 'there is no execution its-owner',
    });
    expect(world.metrics.valuesOf('FailedDeployment', MODEL)).toEqual([1]);
  });

  it('whose restoration was never started gets it started', async () => {
    const owner = restorationExecutionName('its-owner');
    await locked({ owner, kind: 'restoration' });
    await sweep(world);
    await sweep(world);
    expect(world.executions.started.map((e) => e.name)).toEqual([owner]);
    expect((await world.store.get(registryKeys.deploymentLock(MODEL)))?.value).toMatchObject({ owner });
  });
});

describe('the sweep', () => {
  it('changes nothing where all is well, and beats', async () => {
    await sweep(world);
    expect(world.metrics.calls).toEqual([[{ name: 'Sweep', value: 1 }]]);
    expect(world.executions.started).toEqual([]);
    expect(world.bus.published).toEqual([]);
  });

  it('goes on when a model cannot be looked at, says which, and does not beat', async () => {
    await world.store.commit([{ put: registryKeys.catalogue('aaa'), value: {}, expect: 'absent' }]);
    await addDataVersion(world, 1, [part('january')]);
    const get: typeof world.store.get = (key) =>
      key.model === 'aaa' ? Promise.reject(new Error('aaa cannot be read')) : world.store.get(key);
    await expect(sweep({ ...world, store: { ...world.store, get } })).rejects.toThrow('aaa cannot be read');
    expect(await runRecord(world, 1)).toMatchObject({ status: 'running' });
    expect(world.metrics.valuesOf('Sweep')).toEqual([]);
  });

  it('can die anywhere: the next one does what is left', async () => {
    const places = await crashEverywhere(
      async () => {
        const made = await known();
        made.objects.put(buckets.data, `in/${MODEL}/january.csv`, 'a,b', AT);
        await addDataVersion(made, 1, [part('january')]);
        await startRun(made, { model: MODEL });
        made.executions.end(made.executions.arn('build', `${MODEL}-r1`), { status: 'ABORTED' });
        return made;
      },
      sweep,
      async (left) => {
        expect(await uploads(left)).toHaveLength(1);
        expect(left.executions.started.map((e) => e.name)).toHaveLength(2);
        expect(await runRecord(left, 1)).toMatchObject({ status: 'failed' });
        expect(left.metrics.valuesOf('FailedRun', MODEL).length).toBeGreaterThan(0);
      },
    );
    expect(places).toBeGreaterThan(15);
  });
});
