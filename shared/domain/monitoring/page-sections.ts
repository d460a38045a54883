import { silenceInWords } from '../drift/silence.ts';
import { functionName } from '../names.ts';
import type { Release } from '../records.ts';
import type { PageFacts } from './page-facts.ts';
import { functionOf } from './queues.ts';
import { notServingInWords, putBackCommand } from './serving.ts';

/** The parts of a page, as lines. Nothing in them is guessed: what the registry does not know is left out, or said to be unknown. */

export const whatWeKnow = (facts: PageFacts): string[] => [
  ...wrong(facts),
  ...features(facts),
  ...(facts.model === undefined ? [] : ['', ...live(facts)]),
];

const wrong = (facts: PageFacts): string[] => {
  const { alarm, model, queue, kind, place } = facts;
  const { since, reason } = causeOf(facts);
  const sentence = alarm.description.split(' No data:')[0]?.trim();
  return [
    `${model ?? queue ?? 'ModelLoop'}: ${kind} (stage ${place.stage}, ${place.region})`,
    '',
    'What is wrong',
    ...(sentence ? [`  ${sentence}`] : []),
    ...(reason ? [`  ${reason}`] : []),
    ...(since ? [`  since  ${timeOf(since)}`] : []),
    `  alarm  ${alarm.name}, since ${timeOf(alarm.changedAt)}: ${alarm.reason}`,
  ];
};

/** Why, and since when, in the words of whoever found it. */
function causeOf(facts: PageFacts): { since?: string; reason?: string } {
  const { kind, drift, freshness, notServing, failedRun: run, failedDeployment: deployment } = facts;
  if (kind === 'drift' && drift) {
    const now = drift.verdict === 'drift' ? '' : ` (the newest check says ${drift.verdict})`;
    return { reason: `${drift.reason}${now}`, ...(drift.verdict === 'drift' ? { since: drift.since } : {}) };
  }
  if (kind === 'stale' && freshness)
    return { reason: freshness.reason, ...(freshness.verdict === 'stale' ? { since: freshness.since } : {}) };
  if (kind === 'not-serving' && notServing) return { since: notServing.since, reason: notServingInWords(notServing) };
  if (kind === 'failed-run' && run)
    return {
      since: run.endedAt ?? run.startedAt,
      reason: `Run ${run.run} (data ${run.dataVersion}, code ${run.codeVersion}): ${run.failure?.reason ?? 'no reason recorded'}`,
    };
  if (kind === 'failed-deployment' && deployment)
    return {
      since: deployment.at,
      reason: `Deployment ${deployment.execution} (${deployment.kind} of model version ${deployment.modelVersion}): ${deployment.reason ?? 'no reason recorded'}`,
    };
  if (kind === 'monitor-overdue')
    return {
      reason: `Last checks: drift ${drift ? timeOf(drift.checkedAt) : 'never'}, freshness ${freshness ? timeOf(freshness.checkedAt) : 'never'}.${drift?.silence ? ` Drift: ${silenceInWords(drift.silence)}.` : ''}`,
    };
  return {};
}

const features = ({ kind, drift }: PageFacts): string[] => {
  if (kind !== 'drift' || !drift?.topFeatures?.length) return [];
  return [
    '',
    'What has changed most',
    ...drift.topFeatures.map((f) => `  ${f.page ? '!' : ' '} ${f.words}`),
    ...(drift.report ? [`  report  s3://${drift.report.bucket}/${drift.report.html}`] : []),
  ];
};

const live = ({ live: now, before, hold, retraining, kind }: PageFacts): string[] => [
  kind === 'not-serving' ? 'What should serve' : 'What is live',
  now ? `  release ${now.release}: ${contentOf(now)}, since ${timeOf(now.liveFrom)}` : '  nothing',
  before
    ? `  last good release: ${before.release} (${contentOf(before)}, live from ${timeOf(before.liveFrom)})`
    : '  there is no earlier release to go back to',
  ...(hold ? [`  automatic promotion has been on hold since ${timeOf(hold.since)}: ${hold.reason}`] : []),
  ...(retraining && (kind === 'drift' || retraining.status !== 'idle')
    ? [
        `  retraining: ${retraining.status.replaceAll('-', ' ')} since ${timeOf(retraining.since)}: ${retraining.reason}`,
      ]
    : []),
];

const contentOf = ({ modelVersion, dataVersion, codeVersion }: Release): string =>
  `model ${modelVersion}, data ${dataVersion}, code ${codeVersion}`;

export const whatToDo = (facts: PageFacts): string[] => {
  const { before, model, place, kind, notServing } = facts;
  const back = model !== undefined && before !== undefined ? `npx modelloop rollback ${model}` : undefined;
  const [name, command] =
    kind === 'not-serving' && model && notServing ? ['put back', putBackCommand(model, notServing)] : ['go back', back];
  const width = name.length + 2;
  return [
    'What to do',
    `  ${'look'.padEnd(width)}${lookCommand(facts)}`,
    ...(command ? [`  ${name}  ${command} --stage ${place.stage}`] : []),
    `  ${'runbook'.padEnd(width)}docs/runbooks/${kind}.md`,
  ];
};

function lookCommand({ kind, model, queue, place }: PageFacts): string {
  const stage = `--stage ${place.stage}`;
  if (kind === 'dead-letters') return `npx modelloop redrive --queue ${queue} --dry-run ${stage}`;
  const logsOf = (fn: string, since: string) =>
    `aws logs tail /aws/lambda/${functionName(place, fn)} --region ${place.region} --since ${since}`;
  const consumer = queue === undefined ? undefined : functionOf(queue);
  // Not its messages: each look at one counts as a try to work on it.
  if (consumer !== undefined) return logsOf(consumer, '1h');
  if (kind === 'heartbeat') return logsOf('check-monitors', '6h');
  if (kind === 'sweep') return logsOf('sweep', '6h');
  if (kind === 'failed-run') return `npx modelloop runs ${model} ${stage}`;
  if (kind === 'failed-deployment') return `npx modelloop releases ${model} ${stage}`;
  return `npx modelloop status ${model} ${stage}`;
}

/** `2026-01-31 08:00 UTC`; what is no time is shown as it is. */
export function timeOf(time: string): string {
  const at = new Date(time.replace(/\+0000$/, 'Z'));
  return Number.isNaN(at.getTime()) ? time : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
