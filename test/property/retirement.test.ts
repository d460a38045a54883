import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Champion, Deployment, DeploymentLock, Retired, WaitingChallenger } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../../shared/ports/registry-store.ts';
import { NotApprovableError, wishToApprove } from '../../shared/use-cases/deployment/decide-approval.ts';
import { requestDeployment, wishForVersion } from '../../shared/use-cases/deployment/request-deployment.ts';
import { requestRetirement } from '../../shared/use-cases/deployment/request-retirement.ts';
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
import { type Crashes, fewCrashes, persistently } from '../fixtures/hostile-world.ts';
import { addCodeVersion, MODEL } from '../fixtures/pipeline-world.ts';

/** A model is retired while verdicts, approvals and people are at work on it. */
interface Story {
  readonly approval: 'none' | 'manual';
  readonly rounds: readonly (readonly ('retire' | 'verdict' | 'promote' | 'approve')[])[];
  readonly ends: readonly End[];
  readonly crashes: Crashes;
}

const story = (): fc.Arbitrary<Story> =>
  fc.record({
    approval: fc.constantFrom('none', 'manual'),
    rounds: fc.array(
      fc.array(fc.constantFrom('retire', 'retire', 'verdict', 'promote', 'approve'), { minLength: 1, maxLength: 4 }),
      { minLength: 1, maxLength: 4 },
    ),
    ends: fc.array(fc.constantFrom<End>('succeeds', 'succeeds', 'is stopped before the update'), {
      minLength: 1,
      maxLength: 3,
    }),
    crashes: fewCrashes(6),
  });

/** What is true at every moment. */
const watch = async (store: RegistryStore) => {
  const [champion, retired, waiting] = [
    (await store.get<Champion>(registryKeys.champion(MODEL)))?.value,
    (await store.get<Retired>(registryKeys.retired(MODEL)))?.value,
    (await store.get<WaitingChallenger>(registryKeys.waiting(MODEL)))?.value,
  ];
  const releases = await releasesOf(store);
  expect(releases.map((r) => r.release)).toEqual(releases.map((_, i) => i + 1));
  if (retired) expect(champion, 'a retired model has no champion').toBeUndefined();
  if (retired) expect(waiting, 'nothing waits for the approval of a retired model').toBeUndefined();
  if (champion) expect(champion.release).toBe(releases.at(-1)?.release);
  if (releases.length > 0 && !champion) expect(retired?.release, 'what was live is retired').toBe(releases.length);
};

const act = async (deployed: DeploymentWorld, actor: string, n: number): Promise<unknown> => {
  const { base, world } = deployed;
  switch (actor) {
    case 'retire':
      return persistently(() => requestRetirement(world, { model: MODEL, by: `nobody ${n}` }));
    case 'verdict':
      await foundBetter(base, n);
      return persistently(() => startDeployment(world, { model: MODEL, modelVersion: n, run: n }));
    case 'promote':
      return persistently(async () =>
        requestDeployment(world, await wishForVersion(world, { model: MODEL, version: n })),
      );
    default:
      return persistently(async () =>
        requestDeployment(world, await wishToApprove(world, { model: MODEL, by: 'somebody' })),
      ).catch((error: unknown) => {
        if (!(error instanceof NotApprovableError)) throw error;
      });
  }
};

const property = () =>
  fc.asyncProperty(fc.scheduler(), story(), async (scheduler, told) => {
    const ends: readonly End[] = ['succeeds', ...told.ends];
    const deployed = deploymentWorld({ scheduler, ends, crashes: told.crashes, watch });
    const { base, spawn } = deployed;
    await addCodeVersion(base, 1, { deployment: { approval: told.approval } });
    const actors = told.rounds.flat().length;
    for (let n = 1; n <= 1 + actors; n += 1) await trainedVersion(base, n);
    await base.store.commit([{ put: registryKeys.modelHead(MODEL), value: { latest: 1 + actors }, expect: 'absent' }]);
    await promoteByHand(deployed, scheduler, 1);
    let n = 1;
    for (const round of told.rounds) {
      for (const actor of round) {
        n += 1;
        const number = n;
        spawn(() => act(deployed, actor, number));
      }
      await scheduler.waitFor(deployed.atRest());
      await atRest(deployed);
    }
  });

const atRest = async ({ base: { store }, endpoint }: DeploymentWorld) => {
  await watch(store);
  expect((await store.get<DeploymentLock>(registryKeys.deploymentLock(MODEL)))?.value).toBeUndefined();
  const retired = await store.get<Retired>(registryKeys.retired(MODEL));
  const releases = await releasesOf(store);
  expect(endpoint.config, 'what serves is on record').toBe(retired ? undefined : releases.at(-1)?.endpointConfig);
  for (const { value } of await store.list<Deployment>(MODEL, registryPrefixes.deployments))
    expect(value.status, value.execution).not.toBe('deploying');
};

describe('retiring, whatever else is asked for at once, repeated, reordered or killed', () => {
  it('leaves nothing that serves, and never two truths', async () => {
    await fc.assert(property(), { numRuns: 300 });
  });
});
