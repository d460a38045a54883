import { objectionTo } from '../deployment/may-deploy.ts';
import { silenceInWords } from '../drift/silence.ts';
import type {
  Champion,
  DriftMonitor,
  FreshnessMonitor,
  Hold,
  NotServing,
  Run,
  UploadRecord,
  WaitingChallenger,
} from '../records.ts';
import { notServingInWords, putBackCommand } from './serving.ts';

/** The most urgent first. */
const KINDS = [
  'not-serving',
  'failed-deployment',
  'failed-run',
  'drift',
  'no-captures',
  'approval',
  'hold',
  'stale',
  'upload',
] as const;

/** Something that goes on, or stays as it is, until a person does something about it. */
export interface Need {
  readonly kind: (typeof KINDS)[number];
  readonly since: string;
  readonly what: string;
  readonly why: string;
  /** What to run, or to look at first. */
  readonly command: string;
}

export interface NeedsSituation {
  readonly model: string;
  /** Then nothing needs anybody. */
  readonly retired: boolean;
  readonly champion?: Champion | undefined;
  readonly hold?: Hold | undefined;
  /** The challenger that is waiting for approval, and its run. */
  readonly waiting?: { readonly challenger: WaitingChallenger; readonly run: Run } | undefined;
  /** The newest, newest first. */
  readonly runs: readonly Run[];
  readonly newestUpload?: UploadRecord | undefined;
  readonly drift?: DriftMonitor | undefined;
  readonly freshness?: FreshnessMonitor | undefined;
  /** Of the champion. */
  readonly notServing?: NotServing | undefined;
}

/** What of a model needs somebody, the most urgent first. Each thing is named once, and no longer than it is so. */
export const needsOf = (situation: NeedsSituation): readonly Need[] =>
  situation.retired
    ? []
    : [approval, badUpload, drifted, failedDeployment, failedRun, onHold, stale, uncaptured, unserved]
        .flatMap((needs) => needs(situation))
        .sort(byUrgency);

export const byUrgency = (a: Need, b: Need): number => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);

const unserved = ({ model, notServing: found }: NeedsSituation): readonly Need[] =>
  found
    ? [
        {
          ...{ kind: 'not-serving', since: found.since, what: 'the live release does not serve' },
          ...{ why: notServingInWords(found), command: putBackCommand(model, found) },
        },
      ]
    : [];

const approval = ({ model, waiting, champion, hold }: NeedsSituation): readonly Need[] => {
  if (!waiting) return [];
  const { challenger, run } = waiting;
  const { modelVersion, since } = challenger;
  const asked = { kind: 'promotion', modelVersion, approval: { by: '', at: '' } } as const;
  const objection = objectionTo({ asked, champion, hold, run });
  const what = `run ${run.run} is waiting for approval`;
  const on = `${model} --run ${run.run}`;
  if (objection && !hold)
    return [
      {
        ...{ kind: 'approval', since, what: `${what}, in vain` },
        ...{ why: objection.reason, command: `npx modelloop reject ${on} --reason "…"` },
      },
    ];
  const why = run.verdict?.reasons.at(-1) ?? '';
  return [{ kind: 'approval', since, what, why, command: `npx modelloop approve ${on}` }];
};

const onHold = ({ model, hold }: NeedsSituation): readonly Need[] =>
  hold
    ? [
        {
          ...{ kind: 'hold', since: hold.since, what: 'on hold: no automatic promotion' },
          ...{ why: hold.reason, command: `npx modelloop resume ${model}` },
        },
      ]
    : [];

const failedRun = ({ model, runs: [newest] }: NeedsSituation): readonly Need[] =>
  newest?.status === 'failed'
    ? [
        {
          ...{ kind: 'failed-run', since: newest.endedAt ?? newest.startedAt, what: `run ${newest.run} failed` },
          ...{ why: newest.failure?.reason ?? '', command: `npx modelloop runs ${model} --run ${newest.run}` },
        },
      ]
    : [];

/** What a verdict promoted and did not get there, unless something else has gone live since. */
const failedDeployment = ({ model, runs, champion }: NeedsSituation): readonly Need[] => {
  const failed = runs.find(({ deployment }) => deployment?.status === 'failed' || deployment?.status === 'refused');
  if (!failed?.deployment || (champion && champion.since > failed.deployment.at)) return [];
  const { at: since, reason = '', status } = failed.deployment;
  const what = `the deployment of run ${failed.run} ${status === 'refused' ? 'was refused' : 'failed'}`;
  return [
    { kind: 'failed-deployment', since, what, why: reason, command: `npx modelloop runs ${model} --run ${failed.run}` },
  ];
};

/** A check from before what is live says nothing of it. */
const isBefore = ({ checkedAt }: { readonly checkedAt: string }, champion: Champion | undefined): boolean =>
  champion !== undefined && checkedAt < champion.since;

/** The last check that was decided stands while rows are gathered for the next. */
const drifted = ({ model, drift, champion }: NeedsSituation): readonly Need[] => {
  if (drift?.lastVerdict !== 'drift' || isBefore(drift, champion)) return [];
  const since = drift.verdict === 'drift' ? drift.since : drift.checkedAt;
  const why = drift.topFeatures?.[0]?.words ?? drift.reason;
  return [
    {
      kind: 'drift',
      since,
      what: 'its requests or predictions have changed',
      why,
      command: `npx modelloop drift ${model}`,
    },
  ];
};

const uncaptured = ({ model, drift, champion }: NeedsSituation): readonly Need[] =>
  drift?.silence && !isBefore(drift, champion)
    ? [
        {
          ...{
            kind: 'no-captures',
            since: drift.silence.from,
            what: 'calls are not captured, so drift is not watched',
          },
          ...{ why: silenceInWords(drift.silence), command: `npx modelloop drift ${model}` },
        },
      ]
    : [];

const stale = ({ model, freshness, champion }: NeedsSituation): readonly Need[] =>
  freshness?.verdict === 'stale' && !isBefore(freshness, champion)
    ? [
        {
          ...{ kind: 'stale', since: freshness.since, what: 'it has gone stale' },
          ...{ why: freshness.reason, command: `npx modelloop data uploads ${model}` },
        },
      ]
    : [];

const badUpload = ({ model, newestUpload: upload }: NeedsSituation): readonly Need[] => {
  const { outcome } = upload ?? {};
  if (!upload || (outcome?.status !== 'rejected' && outcome?.status !== 'failed')) return [];
  const why = outcome.status === 'failed' ? outcome.reason : (outcome.problems[0]?.message ?? '');
  const what = `the newest upload, ${upload.key}, ${outcome.status === 'failed' ? 'failed' : 'was rejected'}`;
  return [{ kind: 'upload', since: outcome.at, what, why, command: `npx modelloop data uploads ${model}` }];
};
