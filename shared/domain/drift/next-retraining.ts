import type { Retraining, Run, RunDeployment } from '../records.ts';

/** What is known when drift has, or has not, been found. */
export interface RetrainingSituation {
  readonly now: string;
  /** Why a retraining is wanted; without it, none is. */
  readonly wanted?: string;
  readonly previous?: Retraining;
  /** The first run after the one that was newest when retraining was asked for. */
  readonly answer?: Run;
  /** The newest run's number, 0 before the first. */
  readonly newestRun: number;
  /** Has newest data × newest code not been taken by a run? */
  readonly due: boolean;
  readonly championSince?: string;
  readonly cooldownHours: number;
  readonly maxInARow: number;
}

const NEVER: Retraining = { status: 'idle', since: '', reason: 'nothing asks for it', inARow: 0 };

/**
 * What becomes of the wish for a retraining. There is one at a time; the next comes after the cooldown, and after `maxInARow` that did
 * not promote drift asks for no more, until something else goes live: the same training on the same world ends the same way.
 */
export const nextRetraining = (situation: RetrainingSituation): Retraining => {
  const { now, wanted, newestRun, due } = situation;
  const standing = settled(situation);
  if (isUnderWay(situation)) return standing;
  const become = (status: Retraining['status'], reason: string, more: Partial<Retraining> = {}): Retraining => {
    const { inARow, endedAt } = standing;
    const since = status === standing.status ? standing.since : now;
    return { status, since, reason, inARow, ...(endedAt !== undefined && { endedAt }), ...more };
  };
  if (wanted === undefined) return become('idle', 'nothing asks for it');
  if (standing.inARow >= situation.maxInARow)
    return become(
      'stopped',
      `${standing.inARow} retrainings in a row promoted nothing; push better code, or promote by hand`,
    );
  const until = cooldownUntil(standing, situation.cooldownHours);
  if (until !== undefined && now < until)
    return become('cooldown', `the last retraining ended ${standing.endedAt}: no other before ${until}`);
  const afterRun = isOpen(standing) ? (standing.afterRun ?? newestRun) : newestRun;
  return due
    ? become('requested', wanted, { afterRun })
    : become(
        'waiting-for-data',
        `${wanted}; this code has already been trained on the newest data, so the next upload starts a run`,
        {
          afterRun,
        },
      );
};

const isOpen = ({ status }: Retraining) => status === 'requested' || status === 'waiting-for-data';

const isUnderWay = ({ previous, answer }: RetrainingSituation): boolean =>
  previous !== undefined && isOpen(previous) && answer !== undefined && !hasEnded(answer);

/** A promoted model is not live yet: what becomes of its approval and deployment belongs to the retraining. */
const hasEnded = ({ status, verdict, deployment }: Run): boolean =>
  status === 'failed' || (status === 'finished' && (verdict?.decision !== 'promote' || !isPending(deployment?.status)));

const isPending = (status: RunDeployment['status'] | undefined): boolean =>
  status === undefined || status === 'deploying' || status === 'waiting-for-approval';

/** The standing with the outcome of the run that answered it, and forgetting what was before the champion. */
const settled = ({ previous = NEVER, answer, championSince, now }: RetrainingSituation): Retraining => {
  const renewed = championSince !== undefined && previous.since !== '' && championSince > previous.since;
  const before = renewed ? { ...previous, inARow: 0 } : previous;
  if (!isOpen(previous) || answer === undefined || !hasEnded(answer)) return before;
  const endedAt = answer.endedAt ?? now;
  // What was promoted and held, refused or superseded did not go live; what somebody released since ends the row as well.
  const renewedSince = championSince !== undefined && championSince >= endedAt;
  const inARow = answer.deployment?.status === 'live' || renewedSince ? 0 : before.inARow + 1;
  return { status: 'idle', since: now, reason: `run ${answer.run} ended`, inARow, endedAt };
};

const cooldownUntil = ({ endedAt }: Retraining, hours: number): string | undefined =>
  endedAt === undefined ? undefined : new Date(Date.parse(endedAt) + hours * 3_600_000).toISOString();
