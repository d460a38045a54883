import { subjectOf, textOf } from '../monitoring/page.ts';
import type { Place } from '../names.ts';
import type { Champion, Run, WaitingChallenger } from '../records.ts';

export interface ApprovalFacts {
  readonly place: Place;
  readonly run: Run;
  readonly waiting: WaitingChallenger;
  readonly champion?: Champion | undefined;
}

/** The news that a challenger waits: what it is better than, by what, and how to decide. */
export const approvalNotice = ({ place, run, waiting, champion }: ApprovalFacts) => {
  const { model } = run;
  const { supersedes } = waiting;
  const on = `--run ${run.run} --stage ${place.stage}`;
  return {
    subject: subjectOf(`NEWS ${model}: run ${run.run} is waiting for approval (${place.stage})`),
    text: textOf([
      `${model}: model version ${waiting.modelVersion}, of run ${run.run}, is waiting for approval (stage ${place.stage}, ${place.region})`,
      ...(supersedes === undefined ? [] : [`It takes the place of run ${supersedes}, which was waiting until now.`]),
      '',
      'Why it was promoted',
      ...(run.verdict?.reasons ?? []).map((reason) => `  ${reason}`),
      `  trained on data version ${run.dataVersion} with code version ${run.codeVersion}`,
      '',
      'What is live',
      champion
        ? `  release ${champion.release}, model version ${champion.modelVersion}, since ${champion.since}`
        : '  nothing',
      '',
      'What to do',
      `  look     npx modelloop runs ${model} ${on}`,
      `  approve  npx modelloop approve ${model} ${on}`,
      `  reject   npx modelloop reject ${model} ${on} --reason "…"`,
    ]),
  };
};
