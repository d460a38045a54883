import type { DriftMonitor, FreshnessMonitor, Release, Retraining } from '../../shared/domain/records.ts';
import type { WatchStatus } from '../../shared/use-cases/monitoring/read-drift.ts';
import { type Look, paint } from './text.ts';
import { relative } from './time.ts';

/** What monitoring has to say of a model, a line each. */
export const watchLines = (
  { drift, freshness, retraining }: WatchStatus,
  look: Look,
  live: Live | null,
): readonly string[] => [
  `drift     ${drift ? (notSince(drift, live) ?? driftLine(drift, look)) : 'not checked yet'}`,
  ...(drift?.lastVerdict === 'drift' && !notSince(drift, live)
    ? (drift.topFeatures ?? []).map((f) => `          ${f.words}`)
    : []),
  ...(freshness && freshness.verdict !== 'ok'
    ? [`freshness ${notSince(freshness, live) ?? freshnessLine(freshness, look)}`]
    : []),
  ...(retraining && retraining.status !== 'idle' ? [`retrain   ${retrainingLine(retraining, look)}`] : []),
];

type Live = Pick<Release, 'release' | 'liveFrom'>;

/** A check from before what is live says nothing of it. */
const notSince = ({ checkedAt }: { readonly checkedAt: string }, live: Live | null): string | undefined =>
  live && checkedAt < live.liveFrom ? `not checked since release ${live.release} went live` : undefined;

const driftLine = (drift: DriftMonitor, look: Look): string => {
  const { watched = true, verdict, reason, checkedAt, lastCheck, lastVerdict } = drift;
  // So by design: nothing to be coloured, and nothing to wait for.
  if (!watched) return reason;
  const last =
    verdict === 'unknown' && lastCheck !== undefined ? `; check ${lastCheck} said ${coloured(lastVerdict, look)}` : '';
  return `${coloured(verdict, look)}: ${reason}${last}, ${relative(checkedAt, look.now)}`;
};

export const coloured = (verdict: string | undefined, look: Look): string =>
  verdict === 'drift'
    ? paint(look, 'red', verdict)
    : verdict === 'ok'
      ? paint(look, 'green', verdict)
      : paint(look, 'yellow', verdict ?? 'unknown');

const freshnessLine = ({ verdict, reason, checkedAt }: FreshnessMonitor, look: Look): string =>
  `${paint(look, 'yellow', verdict)}: ${reason}, ${relative(checkedAt, look.now)}`;

const STATUS: Readonly<Record<Retraining['status'], string>> = {
  idle: 'not asked for',
  'waiting-for-data': 'waiting for data',
  requested: 'asked for',
  cooldown: 'cooling down',
  stopped: 'stopped',
};

const retrainingLine = ({ status, reason, since }: Retraining, look: Look): string =>
  `${paint(look, 'yellow', STATUS[status])}, ${relative(since, look.now)}: ${reason}`;
