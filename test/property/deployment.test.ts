import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryAlarms } from '../../shared/adapters/memory/alarms.ts';
import type { Champion, Deployment, DeploymentLock, Head, Hold, Run } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../../shared/ports/registry-store.ts';
import {
  NothingToGoBackToError,
  requestDeployment,
  wishForVersion,
  wishToGoBack,
} from '../../shared/use-cases/deployment/request-deployment.ts';
import { resumePromotion } from '../../shared/use-cases/deployment/resume-promotion.ts';
import { startDeployment } from '../../shared/use-cases/deployment/start-deployment.ts';
import { checkServing } from '../../shared/use-cases/monitoring/check-serving.ts';
import { sweepModel } from '../../shared/use-cases/monitoring/sweep-model.ts';
import {
  type DeploymentWorld,
  deploymentWorld,
  type End,
  foundBetter,
  promoteByHand,
  releasesOf,
  trainedVersion,
} from '../fixtures/deployment-machine.ts';
import { expectNoticed } from '../fixtures/expect-noticed.ts';
import { type Crashes, fewCrashes, persistently } from '../fixtures/hostile-world.ts';
import { addCodeVersion, MODEL } from '../fixtures/pipeline-world.ts';

/** Verdicts, people and failures at the same time. */
interface Story {
  readonly actors: readonly ('verdict' | 'promote' | 'rollback' | 'resume')[];
  readonly ends: readonly End[];
  readonly crashes: Crashes;
  /** When it is looked whether the champion serves. */
  readonly looks: readonly number[];
}

const ENDS: readonly End[] = [
  'succeeds',
  'fails its smoke test',
  'falls back silently',
  'is taken back by its alarm',
  'is stopped before the update',
  'is stopped after the update',
  'fails while committing',
];
const story = (): fc.Arbitrary<Story> =>
  fc.record({
    actors: fc.array(fc.constantFrom('verdict', 'promote', 'rollback', 'resume', 'verdict', 'promote'), {
      minLength: 1,
      maxLength: 6,
    }),
    ends: fc.array(fc.oneof(fc.constant<End>('succeeds'), fc.constantFrom(...ENDS)), { minLength: 1, maxLength: 5 }),
    crashes: fewCrashes(8),
    looks: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
  });

const get = async <T extends object>(store: RegistryStore, key: (model: string) => { model: string; sort: string }) =>
  (await store.get<T>(key(MODEL)))?.value;

/** What is true at every moment. */
const watcher = () => {
  let lock: DeploymentLock | undefined;
  let seen = 0;
  return async (store: RegistryStore, alarms: MemoryAlarms) => {
    const releases = await releasesOf(store);
    expect(releases.map((r) => r.release)).toEqual(releases.map((_, i) => i + 1));
    const champion = await get<Champion>(store, registryKeys.champion);
    expect(champion?.release).toBe(releases.at(-1)?.release);
    expect(champion?.modelVersion).toBe(releases.at(-1)?.modelVersion);
    const hold = await get<Hold>(store, registryKeys.hold);
    const fresh = releases.slice(seen).filter((r) => r.kind === 'promotion');
    expect(hold ? fresh : [], 'a verdict made a release during a hold').toEqual([]);
    seen = releases.length;
    const held = await get<DeploymentLock>(store, registryKeys.deploymentLock);
    if (held) {
      expect((await get<Head>(store, registryKeys.deploymentHead))?.latest).toBe(held.deployment);
      if (lock && lock.deployment !== held.deployment) expect(held.deployment).toBeGreaterThan(lock.deployment);
    }
    for (const name of alarms.there.keys())
      expect(name.split('.').at(-1), 'an alarm of a deployment that is over').toBe(`d${held?.deployment}`);
    lock = held;
  };
};

/** Versions 1 and 2 have been live, one after the other, before the story begins. */
const withHistory = async (deployed: DeploymentWorld, scheduler: fc.Scheduler, versions: number) => {
  const { base } = deployed;
  await addCodeVersion(base, 1, { deployment: { instances: 2, canary: {} } });
  for (let n = 1; n <= versions; n += 1) await trainedVersion(base, n);
  for (const version of [1, 2]) {
    await promoteByHand(deployed, scheduler, version);
  }
};

const act = async (
  { base, world }: DeploymentWorld,
  actor: Story['actors'][number],
  n: number,
  unheard: boolean,
): Promise<unknown> => {
  if (actor === 'resume') return persistently(() => resumePromotion(world, { model: MODEL }));
  if (actor === 'verdict') {
    await persistently(() => foundBetter(base, n));
    if (unheard) return;
    return persistently(() => startDeployment(world, { model: MODEL, modelVersion: n, run: n }));
  }
  const wish = () =>
    actor === 'promote' ? wishForVersion(world, { model: MODEL, version: n }) : wishToGoBack(world, { model: MODEL });
  try {
    const wished = await wish();
    return await persistently(() => requestDeployment(world, wished));
  } catch (error) {
    if (error instanceof NothingToGoBackToError) return undefined;
    throw error;
  }
};

const property = (forget: readonly string[] = [], unheard = false) =>
  fc.asyncProperty(fc.scheduler(), story(), async (scheduler, told) => {
    const ends: readonly End[] = ['succeeds', 'succeeds', ...told.ends];
    const deployed = deploymentWorld({ scheduler, ends, crashes: told.crashes, forget, unheard, watch: watcher() });
    await withHistory(deployed, scheduler, told.actors.length + 2);
    for (const [i, actor] of told.actors.entries()) deployed.spawn(() => act(deployed, actor, i + 3, unheard));
    for (let n = 0; unheard && n < 2; n += 1)
      deployed.spawn(() => persistently(() => sweepModel(deployed.world, MODEL)));
    const look = (after = 0) =>
      deployed.spawn(async () => {
        for (let n = 0; n < after; n += 1) await scheduler.schedule(Promise.resolve(), 'not yet');
        await persistently(() => checkServing(deployed.world, MODEL));
      });
    for (const after of told.looks) look(after);
    await scheduler.waitFor(deployed.atRest());
    // What one sweep sets going may be lost in its turn.
    for (let n = 0; unheard && n < 2 * told.actors.length + 2; n += 1) {
      deployed.spawn(() => persistently(() => sweepModel(deployed.world, MODEL)));
      await scheduler.waitFor(deployed.atRest());
    }
    look();
    await scheduler.waitFor(deployed.atRest());
    await atRest(deployed);
    const looks = deployed.base.metrics.valuesOf('NotServing', MODEL);
    expect(looks.at(-1), 'a champion that serves').toBe(0);
    expect(looks, 'paged for a deployment under way').not.toContain(1);
    const failures = deployed.base.metrics.valuesOf('FailedDeployment', MODEL);
    if (ends.every((end) => end === 'succeeds')) expect(failures, 'paged for nothing').toEqual([]);
  });

/** What is true when nothing is under way. */
const atRest = async ({ base: { store, alarms }, endpoint }: DeploymentWorld) => {
  expect([...alarms.there.keys()], 'no alarm is left behind').toEqual([]);
  expect(await get(store, registryKeys.deploymentLock), 'nothing is left locked').toBeUndefined();
  const releases = await releasesOf(store);
  expect(endpoint.config, 'what serves is the champion').toBe(releases.at(-1)?.endpointConfig);
  const deployments = (await store.list<Deployment>(MODEL, registryPrefixes.deployments)).map((d) => d.value);
  const live = deployments.filter((d) => d.status === 'live');
  expect(new Map(live.map((d) => [d.release, d.execution]))).toEqual(
    new Map(releases.map((r) => [r.release, r.deployedBy])),
  );
  for (const { status, reason, rolledBackBy, execution } of deployments) {
    expect(status, execution).toMatch(/^(live|failed|refused|held|not-needed|done)$/);
    if (status !== 'live' && status !== 'done') expect(reason, `${execution} lost without a reason`).toBeTruthy();
    if (rolledBackBy) expect(reason).toContain(`rolled back: ${rolledBackBy} fired (as told)`);
  }
  for (const { value: run } of await store.list<Run>(MODEL, registryPrefixes.runs)) {
    expect(run.deployment?.status, `run ${run.run}`).not.toBe('deploying');
    if (run.verdict) expect(run.deployment, `the verdict of run ${run.run} was heard`).toBeDefined();
  }
};

describe('deployments, whatever is asked for at once, repeated, reordered or killed', () => {
  it('make releases without a gap, one champion a generation, reasons for who lost; and the champion serves', async () => {
    await fc.assert(property(), { numRuns: 300 });
  });

  it('do so as well when nobody hears of verdicts and failures, and sweeps make up for it', async () => {
    await fc.assert(property([], true), { numRuns: 200 });
  });

  it('would not, if nothing were expected of the lock', async () => {
    await expectNoticed(property, 'lock', 2000);
  });
});

describe('100 rounds of simultaneous promotions', () => {
  it('have one winner each, and the others are told who', async () => {
    const rounds = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const deployed = deploymentWorld({ scheduler, watch: watcher() });
      const rivals = 3;
      await withHistory(deployed, scheduler, 2 + 100 * rivals);
      for (let round = 0; round < 100; round += 1) {
        const first = 3 + round * rivals;
        for (let n = first; n < first + rivals; n += 1) deployed.spawn(() => act(deployed, 'promote', n, false));
        await scheduler.waitFor(deployed.atRest());
        expect((await releasesOf(deployed.base.store)).length, `after round ${round + 1}`).toBe(3 + round);
      }
      await atRest(deployed);
    });
    await fc.assert(rounds, { numRuns: 1, endOnFailure: true });
  }, 60_000);
});
