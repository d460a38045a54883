import type { Approval, Champion, Deployment, Hold, Retired, Run } from '../records.ts';
import { notWaiting } from './approval.ts';

/** What is asked for, and what is so at that moment. */
export interface DeploymentSituation {
  readonly asked: Pick<Deployment, 'kind' | 'modelVersion' | 'all'> & {
    /** The release that was live when people asked for this, 0 when none was; approvals do not say. */
    readonly champion?: number | undefined;
    readonly approval?: Approval | undefined;
  };
  readonly champion?: Champion | undefined;
  readonly hold?: Hold | undefined;
  readonly retired?: Retired | undefined;
  /** The run that made the model version. */
  readonly run: Pick<Run, 'run' | 'verdict' | 'deployment' | 'approval'>;
  /** Why it cannot take the champion's place on the endpoint. */
  readonly endpoint?: string | undefined;
  /** The champion does not serve: people may put it back. */
  readonly notServing?: boolean | undefined;
}

export interface Objection {
  readonly status: 'held' | 'not-needed' | 'refused';
  readonly reason: string;
}

/** Why this may not be deployed now; undefined when it may. Whether the endpoint is free is another question. */
export const objectionTo = (situation: DeploymentSituation): Objection | undefined => {
  switch (situation.asked.kind) {
    case 'promotion':
      return toPromotion(situation);
    case 'manual':
    case 'rollback':
      return toRequest(situation);
    case 'retirement':
      return situation.retired && { status: 'not-needed', reason: retiredInWords(situation.retired) };
    case 'restoration':
      return { status: 'not-needed', reason: 'nothing is left to restore' };
  }
};

/**
 * A verdict holds against the model version that it compared with, and against no other. What somebody approved in vain goes on waiting:
 * to that, an objection is a refusal.
 */
const toPromotion = (situation: DeploymentSituation): Objection | undefined => {
  const { asked, champion, hold, retired, run, endpoint } = situation;
  if (retired) return { status: 'not-needed', reason: retiredInWords(retired) };
  if (champion?.modelVersion === asked.modelVersion) return { status: 'not-needed', reason: inWords(champion) };
  const undecided = toApproval(asked.approval !== undefined, run);
  if (undecided) return { status: 'refused', reason: undecided };
  if (hold)
    return {
      status: asked.approval ? 'refused' : 'held',
      reason: `automatic promotion has been on hold since ${hold.since}: ${hold.reason}`,
    };
  if (champion && run.verdict?.champion?.modelVersion !== champion.modelVersion)
    return {
      status: asked.approval ? 'refused' : 'not-needed',
      reason: `${inWords(champion)}, and has not been compared with model version ${asked.modelVersion} on the same rows`,
    };
  return endpoint === undefined ? undefined : { status: 'refused', reason: endpoint };
};

const toApproval = (approved: boolean, run: DeploymentSituation['run']): string | undefined => {
  switch (run.deployment?.status) {
    case 'waiting-for-approval':
      return approved ? undefined : `run ${run.run} is waiting for approval`;
    case 'rejected':
    case 'superseded':
      return notWaiting(run);
    default:
      return undefined;
  }
};

/** Whoever asked looked at a champion: when another one is live by now, they have to look again. */
const toRequest = ({ asked, champion, retired, endpoint, notServing }: DeploymentSituation): Objection | undefined => {
  if (retired && asked.kind === 'rollback') return { status: 'refused', reason: retiredInWords(retired) };
  if (asked.champion !== undefined && asked.champion !== (champion?.release ?? 0))
    return {
      status: 'refused',
      reason: champion
        ? `${inWords(champion)} since ${champion.since}: it came first`
        : `release ${asked.champion} is no longer live`,
    };
  if (champion?.modelVersion === asked.modelVersion && !asked.all && !notServing)
    return { status: 'not-needed', reason: inWords(champion) };
  return endpoint === undefined ? undefined : { status: 'refused', reason: endpoint };
};

export const retiredInWords = ({ at, by }: Pick<Retired, 'at' | 'by'>): string =>
  `the model was retired at ${at} by ${by}: npx modelloop promote brings a version of it back`;

const inWords = ({ modelVersion, release }: Champion) => `model version ${modelVersion} is live as release ${release}`;
