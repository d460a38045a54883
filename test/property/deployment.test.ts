import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentExecutionName, stateMachineArn } from '../../shared/domain/names.ts';
import type { Champion, DeploymentLock, Head, Release, Run } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../../shared/ports/registry-store.ts';
import { beginDeployment } from '../../shared/use-cases/begin-deployment.ts';
import { commitRelease, LockLostError } from '../../shared/use-cases/commit-release.ts';
import { recordFailure } from '../../shared/use-cases/record-failure.ts';
import { startDeployment } from '../../shared/use-cases/start-deployment.ts';
import { type Crashes, forgetful, hostile, persistently, watched } from '../fixtures/hostile-world.ts';
import { addCodeVersion, MODEL, type PipelineWorld, pipelineWorld, place } from '../fixtures/pipeline-world.ts';

/** Approvals of several model versions at once; each execution may end without a word at any step. */
interface Story {
  readonly ends: readonly ('succeeds' | 'fails' | 'fails while committing')[];
  readonly crashes: Crashes;
}

const fewWrites = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }).map((all) => new Set(all));
const story = (): fc.Arbitrary<Story> =>
  fc.record({
    ends: fc.array(fc.constantFrom('succeeds', 'fails', 'fails while committing'), { minLength: 1, maxLength: 4 }),
    crashes: fc.record({ before: fewWrites, after: fewWrites }),
  });

/** Run n made model version n, and both wait for their deployment. */
const approved = async (world: PipelineWorld, n: number) => {
  const run: Run = { model: MODEL, run: n, dataVersion: n, codeVersion: 1, status: 'finished', startedAt: 'then' };
  const version = {
    ...{ model: MODEL, version: n, run: n, candidate: 'a', trainingJob: 'j', dataVersion: n, codeVersion: 1 },
    ...{ artifact: { bucket: 'b', key: 'k', sha256: `hash ${n}` }, image: 'i', validation: {}, createdAt: 'then' },
  };
  await world.store.commit([
    { put: registryKeys.run(MODEL, n), value: run, expect: 'absent' },
    { put: registryKeys.modelVersion(MODEL, n), value: version, expect: 'absent' },
  ]);
};

const get = async <T extends object>(store: RegistryStore, key: (model: string) => { model: string; sort: string }) =>
  (await store.get<T>(key(MODEL)))?.value;

/** What is true at every moment. */
const watcher = () => {
  let lock: DeploymentLock | undefined;
  const owners = new Map<number, string>();
  return async (store: RegistryStore) => {
    const releases = (await store.list<Release>(MODEL, registryPrefixes.releases)).map((r) => r.value);
    expect(releases.map((r) => r.release)).toEqual(releases.map((_, i) => i + 1));
    const champion = await get<Champion>(store, registryKeys.champion);
    expect(champion?.release).toBe(releases.at(-1)?.release);
    expect(champion?.modelVersion).toBe(releases.at(-1)?.modelVersion);
    const held = await get<DeploymentLock>(store, registryKeys.deploymentLock);
    if (held) {
      expect(owners.get(held.deployment) ?? held.owner, 'a deployment has one owner').toBe(held.owner);
      owners.set(held.deployment, held.owner);
      expect((await get<Head>(store, registryKeys.deploymentHead))?.latest).toBe(held.deployment);
      if (lock && lock.owner !== held.owner) expect(held.deployment).toBeGreaterThan(lock.deployment);
    }
    lock = held;
  };
};

const play = async (scheduler: fc.Scheduler, told: Story, forget: readonly string[]) => {
  const base = pipelineWorld();
  await addCodeVersion(base);
  for (const [i] of told.ends.entries()) await approved(base, i + 1);
  /** Owners that acted as such while their execution was open: never two. */
  const creating = new Set<string>();
  const store = watched(base.store, watcher());
  const world = hostile({ ...base, store: forgetful(store, forget) }, scheduler, told.crashes);

  const deploy = async (n: number, end: Story['ends'][number]) => {
    const input = { model: MODEL, modelVersion: n, run: n };
    const execution = deploymentExecutionName(MODEL, n, n);
    await persistently(() => startDeployment(world, input));
    const begin = () => beginDeployment(world, { ...input, execution, kind: 'promotion' });
    let [start] = await twice(begin);
    while (start.outcome === 'busy') start = await persistently(begin);
    const executionArn = base.executions.arn('deployment', execution);
    if (start.outcome !== 'create' && start.outcome !== 'update')
      return base.executions.end(executionArn, { status: 'SUCCEEDED' });
    expect([...creating], 'two deployments at work on one endpoint').toEqual([]);
    creating.add(execution);
    await scheduler.schedule(Promise.resolve(), 'the endpoint is created');
    const serving = { ...input, execution, endpoint: start.endpoint, endpointConfig: start.config.EndpointConfigName };
    const commit = () => twice(() => commitRelease(world, serving));
    const fail = () => {
      creating.delete(execution);
      base.executions.end(executionArn, { status: 'FAILED', cause: 'as told' });
      return twice(() => recordFailure(world, { executionArn, stateMachineArn: stateMachineArn(place, 'deployment') }));
    };
    if (end === 'succeeds') {
      await commit();
      creating.delete(execution);
      base.executions.end(executionArn, { status: 'SUCCEEDED' });
    } else if (end === 'fails') await fail();
    else await Promise.all([fail(), commit().catch(unlessLost)]);
  };
  await scheduler.waitFor(Promise.all(told.ends.map((end, i) => deploy(i + 1, end))));
  return base;
};

/** A task whose first attempt is still at it when the next one begins. */
const twice = <T>(call: () => Promise<T>) => Promise.all([persistently(call), persistently(call)]);

const unlessLost = (error: unknown) => {
  if (!(error instanceof LockLostError)) throw error;
};

const property = (forget: readonly string[] = []) =>
  fc.asyncProperty(fc.scheduler(), story(), async (scheduler, told) => {
    const { store } = await play(scheduler, told, forget);
    expect(await get(store, registryKeys.deploymentLock), 'nothing is left locked').toBeUndefined();
    const releases = await store.list<Release>(MODEL, registryPrefixes.releases);
    if (told.ends.includes('succeeds')) expect(releases.length).toBeGreaterThan(0);
    const runs = (await store.list<Run>(MODEL, registryPrefixes.runs)).map((r) => r.value);
    const live = runs.filter((r) => r.deployment?.status === 'live');
    expect(live.map((r) => [r.run, r.deployment?.release])).toEqual(
      releases.map(({ value }) => [value.run, value.release]).sort(),
    );
    for (const { deployment } of runs) expect(deployment?.status).toMatch(/^(live|failed|not-needed)$/);
  });

describe('deployments, whatever is repeated, reordered or killed', () => {
  it('have one owner of the lock, releases without a gap, and the newest release as champion', async () => {
    await fc.assert(property(), { numRuns: 300 });
  });

  it.each(['lock', 'champion', 'head#deployment'])('would not, if nothing were expected of %s items', async (kind) => {
    const found = await fc.check(property([kind]), { numRuns: 2000, seed: 1, endOnFailure: true });
    expect(found.failed, 'the expectation is of no use, or this property does not see its use').toBe(true);
  });
});
