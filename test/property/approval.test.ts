import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentLock, Run, WaitingChallenger } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../../shared/ports/registry-store.ts';
import {
  NotApprovableError,
  rejectChallenger,
  wishToApprove,
} from '../../shared/use-cases/deployment/decide-approval.ts';
import {
  NothingToGoBackToError,
  requestDeployment,
  wishForVersion,
  wishToGoBack,
} from '../../shared/use-cases/deployment/request-deployment.ts';
import { resumePromotion } from '../../shared/use-cases/deployment/resume-promotion.ts';
import { startDeployment } from '../../shared/use-cases/deployment/start-deployment.ts';
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

/** Verdicts that need an approval, and several people who decide on them at once. */
interface Story {
  readonly rounds: readonly (readonly Actor[])[];
  readonly ends: readonly End[];
  readonly crashes: Crashes;
}
type Actor = 'verdict' | 'approve' | 'reject' | 'promote what waits' | 'rollback' | 'resume';

const round = fc.array(
  fc.constantFrom<Actor>(
    ...(['verdict', 'verdict', 'approve', 'approve', 'reject', 'reject'] as const),
    ...(['promote what waits', 'rollback', 'resume'] as const),
  ),
  { minLength: 1, maxLength: 5 },
);
const story = (): fc.Arbitrary<Story> =>
  fc.record({
    rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
    ends: fc.array(fc.constantFrom<End>('succeeds', 'succeeds', 'fails its smoke test'), {
      minLength: 1,
      maxLength: 4,
    }),
    crashes: fewCrashes(6),
  });

const runsOf = async (store: RegistryStore): Promise<readonly Run[]> =>
  (await store.list<Run>(MODEL, registryPrefixes.runs)).map(({ value }) => value);

/** What is true at every moment. */
const watch = async (store: RegistryStore) => {
  const waiting = (await store.get<WaitingChallenger>(registryKeys.waiting(MODEL)))?.value;
  const runs = await runsOf(store);
  const waits = runs.filter((r) => r.deployment?.status === 'waiting-for-approval').map((r) => r.run);
  expect(waits, 'the one that waits is the one on record').toEqual(waiting ? [waiting.run] : []);
  for (const { run, deployment } of runs)
    if (deployment?.status === 'superseded') expect(runs.some((later) => later.run > run)).toBe(true);
  for (const release of await releasesOf(store)) {
    if (release.kind !== 'promotion') continue;
    const of = runs.find((r) => r.run === release.run);
    expect(release.approval, 'a release without an approval').toBeDefined();
    expect(of?.approval?.decision, `run ${release.run} went live`).toBe('approved');
  }
  for (const { run, approval, deployment } of runs)
    if (approval?.decision === 'rejected')
      expect(deployment?.status, `run ${run}, rejected`).toMatch(/^(rejected|live)$/);
};

/** A person who looks at what waits, and decides; what cannot be is told to them. */
const decide = async ({ base, world }: DeploymentWorld, actor: Actor, who: string): Promise<unknown> => {
  const decision = { model: MODEL, by: who, reason: 'as told' };
  const waiting = (await base.store.get<WaitingChallenger>(registryKeys.waiting(MODEL)))?.value;
  try {
    switch (actor) {
      case 'approve':
        return await persistently(async () => requestDeployment(world, await wishToApprove(world, decision)));
      case 'reject':
        return await persistently(() => rejectChallenger(world, decision));
      case 'promote what waits': {
        if (!waiting) return undefined;
        const wish = await wishForVersion(world, { model: MODEL, version: waiting.modelVersion });
        return await persistently(() => requestDeployment(world, wish));
      }
      case 'rollback': {
        const wish = await wishToGoBack(world, { model: MODEL });
        return await persistently(() => requestDeployment(world, wish));
      }
      default:
        return await persistently(() => resumePromotion(world, { model: MODEL }));
    }
  } catch (error) {
    if (error instanceof NotApprovableError || error instanceof NothingToGoBackToError) return undefined;
    throw error;
  }
};

const property = (forget: readonly string[] = []) =>
  fc.asyncProperty(fc.scheduler(), story(), async (scheduler, told) => {
    const ends: readonly End[] = ['succeeds', ...told.ends];
    const deployed = deploymentWorld({ scheduler, ends, crashes: told.crashes, forget, watch });
    const { base, world, spawn } = deployed;
    await addCodeVersion(base, 1, { deployment: { approval: 'manual' } });
    const verdicts = told.rounds.flat().filter((actor) => actor === 'verdict').length;
    for (let n = 1; n <= 1 + verdicts; n += 1) await trainedVersion(base, n);
    await promoteByHand(deployed, scheduler, 1);
    let newest = 1;
    for (const [i, actors] of told.rounds.entries()) {
      for (const [j, actor] of actors.entries()) {
        if (actor !== 'verdict') spawn(() => decide(deployed, actor, `${actor} ${i}.${j}`));
        else {
          newest += 1;
          const run = newest;
          await foundBetter(base, run);
          const approved = { model: MODEL, modelVersion: run, run };
          // Delivered twice, at the same time.
          for (const _ of [1, 2]) spawn(() => persistently(() => startDeployment(world, approved)));
        }
      }
      await scheduler.waitFor(deployed.atRest());
      await atRest(deployed);
    }
  });

const atRest = async ({ base: { store, notifications } }: DeploymentWorld) => {
  await watch(store);
  expect((await store.get<DeploymentLock>(registryKeys.deploymentLock(MODEL)))?.value).toBeUndefined();
  for (const { run, deployment, approval } of await runsOf(store)) {
    if (deployment?.status !== 'waiting-for-approval') continue;
    expect(approval, `run ${run} waits, though it was decided on`).toBeUndefined();
    const told = notifications.published.filter((n) => n.subject.includes(`run ${run} is waiting for approval`));
    expect(told.length, `nobody was told that run ${run} waits`).toBeGreaterThan(0);
  }
};

describe('approvals, rejections and newer challengers at once, repeated, reordered or killed', () => {
  it('leave one waiting, the newest; one decision wins; nothing goes live that nobody approved', async () => {
    await fc.assert(property(), { numRuns: 300 });
  });

  it('would not, if nothing were expected of what waits', async () => {
    await expectNoticed(property, 'waiting', 3000);
  });
});
