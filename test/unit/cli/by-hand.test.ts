import { describe, expect, it } from 'vitest';
import type { Session } from '../../../cli/cli.ts';
import type { DriftMonitor, FreshnessMonitor, Hold, Run } from '../../../shared/domain/records.ts';
import { type Key, registryKeys } from '../../../shared/domain/registry-keys.ts';
import { MODEL, waitingRun } from './fixture.ts';
import { historySession, modelloop, waitingSession } from './terminal.ts';

/** What people do by hand, and what status and runs say of it afterwards. */

const put = async ({ ports: { store } }: Session, key: Key, value: object) => {
  const before = await store.get(key);
  await store.commit([{ put: key, value, expect: before ? { revision: before.revision } : 'absent' }]);
};
const at = '2026-03-01T11:50:00.000Z';
const lost = {
  ...waitingRun.verdict,
  decision: 'keep-champion',
  outcome: 'not-better',
  reasons: ['this may be chance'],
};

describe('what became of a run', () => {
  it.each([
    [lost, 'live', 'not promoted: not better than the champion; put live by hand as release 2'],
    [lost, 'deploying', 'not promoted: not better than the champion; being put live by hand'],
    [waitingRun.verdict, 'deploying', 'won; being deployed'],
    [waitingRun.verdict, 'live', 'promoted, release 2'],
  ] as const)('%#: %s', async (verdict, status, words) => {
    const session = await waitingSession();
    const run = { ...waitingRun, verdict, deployment: { status, release: 2, at } } as Run;
    await put(session, registryKeys.run(MODEL, 3), run);
    const { stdout } = await modelloop(['runs', MODEL, '--run', '3'], { session });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${MODEL}, run 3: ${words} `);
  });
});

it('promote tells the verdict in the words of every other command', async () => {
  const session = await waitingSession();
  await put(session, registryKeys.run(MODEL, 3), { ...waitingRun, verdict: lost, deployment: undefined });
  const { stdout } = await modelloop(['promote', MODEL, '--version', '2'], { session });
  expect(stdout).toContain('of run 3: not promoted: not better than the champion: this may be chance');
  expect(stdout).not.toContain('keep-champion');
});

describe('rollback', () => {
  it('with one release says what can be done instead', async () => {
    const { code, stderr } = await modelloop(['rollback', MODEL]);
    expect(code).toBe(3);
    expect(stderr).toContain(`npx modelloop promote ${MODEL} --version N`);
    expect(stderr).toContain(`npx modelloop retire ${MODEL} --yes`);
  });

  it('to what is live says that nothing is on hold because of it', async () => {
    const session = await historySession();
    const { stdout } = await modelloop(['rollback', MODEL, '--to', '1'], { session });
    expect(stdout).toContain('no hold was set');
    const hold: Hold = { since: at, reason: 'release 2 was taken back', release: 2 };
    await put(session, registryKeys.hold(MODEL), hold);
    const held = await modelloop(['rollback', MODEL, '--to', '1'], { session });
    expect(held.stdout).not.toContain('no hold was set');
    expect(held.stdout).toContain(`npx modelloop resume ${MODEL}`);
  });
});

it('status says why drift is not watched, not when that was last seen', async () => {
  const session = await historySession();
  const monitor: DriftMonitor = {
    ...{ watched: false, checkedAt: '2026-03-01T11:30:00.000Z', verdict: 'unknown', reason: 'no calls are captured' },
    ...{ since: at, pendingRows: 0 },
  };
  await put(session, registryKeys.driftMonitor(MODEL), monitor);
  expect((await modelloop(['status', MODEL], { session })).stdout).toMatch(/drift +no calls are captured$/m);
});

describe('what monitoring said before what is live', () => {
  const drift: DriftMonitor = {
    ...{ checkedAt: '2026-03-01T11:00:00.000Z', verdict: 'drift', reason: 'distance moved', lastVerdict: 'drift' },
    ...{ since: at, pendingRows: 0, lastCheck: 1 },
  };
  const freshness: FreshnessMonitor = {
    checkedAt: drift.checkedAt,
    verdict: 'stale',
    reason: 'the data is old',
    since: at,
  };
  const status = async (checkedAt: string) => {
    const session = await historySession();
    await put(session, registryKeys.driftMonitor(MODEL), { ...drift, checkedAt });
    await put(session, registryKeys.freshnessMonitor(MODEL), { ...freshness, checkedAt });
    return (await modelloop(['status', MODEL], { session })).stdout;
  };

  it('is not told of it, nor asks for anybody', async () => {
    const told = await status('2026-03-01T11:00:00.000Z');
    expect(told).toContain('drift     not checked since release 1 went live');
    expect(told).toContain('freshness not checked since release 1 went live');
    expect(told).not.toMatch(/distance moved|the data is old/);
  });

  it('is told when it was checked after it went live', async () => {
    const told = await status('2026-03-01T11:30:00.000Z');
    expect(told).toContain('drift     drift: distance moved');
    expect(told).toContain('it has gone stale: the data is old');
  });
});
