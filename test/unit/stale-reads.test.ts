import { describe, expect, it } from 'vitest';
import { memoryRegistryStore } from '../../shared/adapters/memory/registry-store.ts';
import type { Key } from '../../shared/domain/registry-keys.ts';
import { type Change, ConflictError, type RegistryStore } from '../../shared/ports/registry-store.ts';
import { sweepUploads } from '../../shared/use-cases/data/sweep-uploads.ts';
import { rejectChallenger } from '../../shared/use-cases/deployment/decide-approval.ts';
import { requestRetirement } from '../../shared/use-cases/deployment/request-retirement.ts';
import { checkDrift } from '../../shared/use-cases/monitoring/check-drift.ts';
import { addDataVersion, type PipelineWorld, part } from '../fixtures/pipeline-world.ts';
import { capturesRows, MIN_ROWS, TRAFFIC, watchedWorld } from '../fixtures/watched-world.ts';
import type { Case } from '../fixtures/worlds/case.ts';
import { begin, restoring } from '../fixtures/worlds/deployments.ts';
import { queued } from '../fixtures/worlds/promotions.ts';
import { ready } from '../fixtures/worlds/runs.ts';
import { CASES } from '../fixtures/write-cases.ts';

/**
 * Between what a use case reads and what it commits, somebody else changes one of the items that its commit names, each in turn: the commit
 * is refused, so that it is decided again on what is so now. A condition that is left out is found here.
 */

const model = 'churn';
const more: readonly Case[] = [
  // Its reports are named after the time at which they were made.
  ['monitoring/check-drift', captured, (w) => checkDrift(w, { model })],
  // It only confirms that the lock is its own.
  ['deployment/begin-deployment, of a restoration', restoring, begin],
  ['deployment/decide-approval', queued(3), (w) => rejectChallenger(w, { model, by: 'me', reason: 'no' })],
  ['deployment/request-retirement', fresh, (w) => requestRetirement(w, { model, by: 'me' })],
  ['sweep-repository', ready, (w) => sweepUploads(w)],
  ['sweep-repository, again', swept, (w) => sweepUploads(w)],
];
async function captured(): Promise<PipelineWorld> {
  const world = await watchedWorld();
  await addDataVersion(world, 1, [part('one')]);
  capturesRows(world, '2026/03/01/12/a.jsonl', TRAFFIC, MIN_ROWS, 7);
  return world;
}
async function fresh(): Promise<PipelineWorld> {
  return { ...(await ready()), store: memoryRegistryStore() };
}
async function swept(): Promise<PipelineWorld> {
  const world = await ready();
  await sweepUploads(world);
  return world;
}

const keyOf = (change: Change): Key =>
  'put' in change ? change.put : 'remove' in change ? change.remove : change.check;

const touch = async (store: RegistryStore, key: Key): Promise<void> => {
  const item = await store.get(key);
  const expect = item ? { revision: item.revision } : ('absent' as const);
  await store.commit([{ put: key, value: item?.value ?? {}, expect }]);
};

const withCommit = (world: PipelineWorld, commit: RegistryStore['commit']): PipelineWorld => ({
  ...world,
  store: { ...world.store, commit },
});

/** The changes of each commit of undisturbed work. */
async function commitsOf([, makeWorld, work]: Case): Promise<readonly (readonly Change[])[]> {
  const commits: (readonly Change[])[] = [];
  const world = await makeWorld();
  const commit: RegistryStore['commit'] = async (changes) => {
    commits.push(changes);
    await world.store.commit(changes);
  };
  await work(withCommit(world, commit));
  return commits;
}

/** @returns was the commit refused before which somebody touched the item of one of its changes? */
async function refuses([, makeWorld, work]: Case, commitNumber: number, changeNumber: number): Promise<boolean> {
  const world = await makeWorld();
  let count = 0;
  let refused = false;
  const commit: RegistryStore['commit'] = async (changes) => {
    const change = changes[changeNumber];
    if (count++ !== commitNumber || !change) return world.store.commit(changes);
    await touch(world.store, keyOf(change));
    await world.store.commit(changes).catch((error: unknown) => {
      refused = error instanceof ConflictError;
      throw error;
    });
  };
  // What comes of it after that is for other tests: who was touched here may be left in no state at all.
  await work(withCommit(world, commit)).catch(() => undefined);
  return refused;
}

describe('a change of what was read refuses the commit:', () => {
  it.each([...CASES, ...more])('%s', async (...input) => {
    const commits = await commitsOf(input);
    for (const [i, changes] of commits.entries())
      for (const [j, change] of changes.entries())
        expect(await refuses(input, i, j), `commit ${i + 1} does not rely on ${keyOf(change).sort}`).toBe(true);
  });
});
