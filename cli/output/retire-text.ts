import type { Retired } from '../../shared/domain/records.ts';
import { indented, type Look, paint } from './text.ts';
import { when } from './time.ts';

export interface RetireAnswer {
  readonly model: string;
  /** `under-way`: not gone within the time given. */
  readonly outcome: 'retired' | 'under-way' | 'busy' | 'failed';
  readonly reason: string | null;
  readonly execution: string | null;
  readonly retired: Retired | null;
  /** What still is there, and how to remove it. */
  readonly left: readonly { readonly what: string; readonly remove: string }[];
}

/** What came of `retire`, what is left, and the way back. */
export function retireText({ model, outcome, reason, execution, retired, left }: RetireAnswer, look: Look): string {
  const lines = [
    ...(retired
      ? [`since      ${when(retired.at, look.now)}, by ${retired.by}${retired.reason ? `: ${retired.reason}` : ''}`]
      : []),
    ...(reason ? [`reason     ${reason}`] : []),
    ...(execution ? [`execution  ${execution}`] : []),
    ...(outcome === 'retired'
      ? [
          ...left.flatMap(({ what, remove }) => [`left       ${what}`, `           ${remove}`]),
          `back       npx modelloop promote ${model} --version N`,
        ]
      : []),
  ];
  return [headline(model, outcome, look), ...lines.map((line) => indented(line, 2))].join('\n');
}

const headline = (model: string, outcome: RetireAnswer['outcome'], look: Look): string => {
  switch (outcome) {
    case 'retired':
      return paint(look, 'green', `${model} is retired: nothing of it is live`);
    case 'busy':
      return paint(look, 'yellow', `${model}: not started, another deployment is under way`);
    case 'under-way':
      return paint(look, 'yellow', `${model}: still being removed; run this again to see, nothing is done twice`);
    case 'failed':
      return paint(look, 'red', `${model} is not retired`);
  }
};
