import type { RequestAnswer } from '../deployment-request.ts';
import { indented, type Look, paint } from './text.ts';
import { absolute, durationText } from './time.ts';
import { decisionText } from './verdict-text.ts';

/** What came of asking for a deployment, in words. */
export function requestText(answer: RequestAnswer, look: Look): string {
  return [headline(answer, look), ...details(answer).map((line) => indented(line, 2))].join('\n');
}

function headline({ model, kind, outcome, modelVersion, release, contentOf }: RequestAnswer, look: Look): string {
  const what =
    kind === 'rollback'
      ? `the content of release ${contentOf}, model version ${modelVersion},`
      : `model version ${modelVersion}`;
  switch (outcome) {
    case 'live':
      return paint(look, 'green', `${model}: ${what} is live as release ${release?.release}`);
    case 'requested':
      return paint(look, 'yellow', `${model}: ${what} is being deployed (--wait waits for it)`);
    case 'not-needed':
      return `${model}: nothing to do`;
    case 'busy':
      return paint(
        look,
        'yellow',
        `${model}: not started, another deployment is under way (--wait waits for it to end)`,
      );
    case 'held':
      return paint(look, 'yellow', `${model}: ${what} is held back`);
    default:
      return paint(look, 'red', `${model}: ${what} is not live: ${outcome}`);
  }
}

const details = (answer: RequestAnswer): readonly string[] => {
  const { model, kind, outcome, reason, execution, release, verdict, approval, hold, run } = answer;
  return [
    ...(reason ? [`reason     ${reason}`] : []),
    ...(approval ? [`approved   by ${approval.by}${approval.reason ? `: ${approval.reason}` : ''}`] : []),
    ...(kind !== 'rollback'
      ? [
          `verdict    ${verdict ? `of run ${run}: ${decisionText(verdict)}: ${verdict.reasons.join('; ')}` : `run ${run} has none`}`,
        ]
      : []),
    ...(release
      ? [
          `live from  ${absolute(release.liveFrom)}, shifted within ${durationText(release.shift.from, release.shift.to)}`,
          ...(release.restored?.dataVersion
            ? [`data       brought back as data version ${release.restored.dataVersion}`]
            : []),
          ...(release.restored?.codeVersion
            ? [`code       brought back as code version ${release.restored.codeVersion}`]
            : []),
        ]
      : []),
    ...(execution ? [`execution  ${execution}`] : []),
    ...(hold
      ? [`on hold    no automatic promotion until: npx modelloop resume ${model}`]
      : kind === 'rollback' && outcome === 'not-needed'
        ? ['on hold    no: nothing was rolled back, so no hold was set; automatic promotion goes on']
        : []),
  ];
};
