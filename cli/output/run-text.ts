import type { Run } from '../../shared/domain/records.ts';
import { indented, type Look, paint, scoresText } from './text.ts';
import { absolute, durationText, when } from './time.ts';
import { decisionText, verdictLines } from './verdict-text.ts';

/** A run in one phrase. */
export function runStatus(run: Run, look: Look): string {
  if (run.status === 'failed') return paint(look, 'red', `failed: ${run.failure?.error ?? 'no reason recorded'}`);
  if (run.status === 'running') return paint(look, 'yellow', 'running');
  const decision = run.verdict ? decisionText(run.verdict) : 'finished without a verdict';
  const won = run.verdict?.decision === 'promote';
  switch (run.deployment?.status) {
    case 'live':
      return paint(
        look,
        'green',
        won
          ? `${decision}, release ${run.deployment.release}`
          : `${decision}; put live by hand as release ${run.deployment.release}`,
      );
    case 'deploying':
      return paint(look, 'yellow', won ? 'won; being deployed' : `${decision}; being put live by hand`);
    case 'failed':
      return paint(look, 'red', `${decision}, but its deployment failed`);
    case 'held':
      return paint(look, 'yellow', `${decision}, but held back`);
    case 'waiting-for-approval':
      return paint(look, 'yellow', `${decision}, waiting for approval`);
    case 'rejected':
      return paint(look, 'yellow', `${decision}, but rejected`);
    case 'refused':
      return paint(look, 'red', `${decision}, but refused`);
    case 'superseded':
      return `${decision}, but superseded`;
    case 'not-needed':
      return `${decision}, but not deployed`;
    default:
      return decision;
  }
}

/** `approved by arn:…, 2026-01-31 08:00:05Z: why` */
const approvalText = ({ decision, by, at, reason }: NonNullable<Run['approval']>): string =>
  `${decision} by ${by}, ${absolute(at)}${reason ? `: ${reason}` : ''}`;

/** A run in full. */
export function runText(run: Run, look: Look): string {
  const took = run.endedAt ? `, took ${durationText(run.startedAt, run.endedAt)}` : '';
  const { deployment, failure, approval } = run;
  const lines = [
    `started     ${when(run.startedAt, look.now)}${took}`,
    `from        data version ${run.dataVersion} × code version ${run.codeVersion}`,
    ...(run.candidates ?? []).map(
      (c) => `candidate   ${c.candidate}: ${scoresText(c.validation)} on validation (${c.trainingJob})`,
    ),
    ...(run.modelVersion === undefined ? [] : [`model       version ${run.modelVersion}`]),
    ...(run.verdict ? verdictLines(run.verdict) : []),
    ...(failure ? [`failure     ${failure.error}: ${failure.reason}`] : []),
    ...(failure || deployment?.status === 'failed'
      ? [`again       npx modelloop retry ${run.model} --run ${run.run}`]
      : []),
    ...(approval ? [`approval    ${approvalText(approval)}`] : []),
    ...(deployment
      ? [
          `deployment  ${deployment.status}${deployment.release === undefined ? '' : `, release ${deployment.release}`}, ${absolute(deployment.at)}${deployment.reason ? `: ${deployment.reason}` : ''}`,
        ]
      : []),
  ];
  const title = `${paint(look, 'bold', `${run.model}, run ${run.run}`)}: ${runStatus(run, look)}`;
  return [title, ...lines.map((line) => indented(line, 2))].join('\n');
}
