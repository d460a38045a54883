import type { ModelDefinition } from '../definition/model-definition.ts';
import type { Part, Problem } from '../records.ts';
import { boundedProblems, cut } from './upload-report.ts';

/** A part in use that does not satisfy the contract of newer code. */
export interface Refusal {
  readonly sha256: string;
  readonly source: Part['source'];
  readonly codeVersion: number;
  readonly problems: readonly Problem[];
}

export const refusalOf = ({ sha256, source }: Part, codeVersion: number, problems: readonly Problem[]): Refusal => ({
  sha256,
  source,
  codeVersion,
  problems: boundedProblems(problems),
});

/** So many are told in a sentence for people, which a run's failure has room for; the rest is in the files. */
export const TOLD_REFUSALS = 3;
const TOLD_PROBLEMS = 2;
const MAX_PROBLEM = 180;
const MAX_KEY = 80;

/**
 * @param refusals the first of `count`
 * @param files where all of them are
 */
export const refusalReason = (
  refusals: readonly Refusal[],
  of: {
    readonly count: number;
    readonly dataVersion: number;
    readonly codeVersion: number;
    readonly mode: ModelDefinition['data']['mode'];
    readonly files: string;
  },
): string => {
  const told = refusals.slice(0, TOLD_REFUSALS).map(partWords);
  const more = of.count - told.length;
  return [
    `data version ${of.dataVersion} does not satisfy the contract of code version ${of.codeVersion}:`,
    [...told, ...(more > 0 ? [`${more} more`] : [])].join(' | '),
    `| Either let the contract in model.yaml allow these rows and push it, or ${REPLACE[of.mode]}: that starts a run.`,
    `The uploads are kept. All problems: ${of.files}`,
  ].join(' ');
};

const REPLACE = {
  append: 'push `data.mode: snapshot` and upload one file in place of all',
  snapshot: 'upload a snapshot that satisfies it',
} as const;

const partWords = ({ sha256, source, problems }: Refusal): string => {
  const told = problems.slice(0, TOLD_PROBLEMS).map(({ message, rows = 1 }) => {
    const text = cut(message, MAX_PROBLEM);
    return rows > 1 ? `${text} (${rows} such rows)` : text;
  });
  const more = problems.length > told.length ? ['and more'] : [];
  return `${cut(source.key, MAX_KEY)} (part ${sha256.slice(0, 12)}): ${[...told, ...more].join('; ')}`;
};
