import { type Baseline, baselineColumns, PREDICTION } from './baseline.ts';
import type { ColumnDrift, TestResult, TopFeature } from './column-drift.ts';
import { type Comparison, compareColumn, type EffectFloors } from './compare-column.ts';
import { benjaminiHochberg, holm } from './corrections.ts';
import type { Window } from './window.ts';
import { columnInWords } from './words.ts';

export interface JudgedWindow {
  readonly verdict: 'ok' | 'drift';
  readonly reason: string;
  /** Those that page first, then by how far they went beyond their floors. */
  readonly columns: readonly ColumnDrift[];
}

/** In a report, 1 of 100 windows without any change may show a finding. */
const NOTABLE = 0.01;

/**
 * Has what is sent to the model, or what it answers, changed? Every test of every column is made, and all are corrected together: a page
 * takes corrected significance below `alpha` **and** a change above its floor.
 */
export const judgeWindow = (baseline: Baseline, window: Window, alpha: number, floors: EffectFloors): JudgedWindow => {
  const compared = baselineColumns(baseline).flatMap(([column, profile]) => {
    const seen = window.columns[column];
    return seen ? [{ column, ...compareColumn(profile, seen, floors) }] : [];
  });
  const ps = compared.flatMap(({ tests }) => tests.map(({ p }) => p));
  const [corrected, discovered] = [holm(ps), benjaminiHochberg(ps)];
  let next = 0;
  const columns = compared.map(({ column, tests, ...comparison }): ColumnDrift => {
    const results = tests.map((t): TestResult => {
      const i = next++;
      const pCorrected = corrected[i] ?? 1;
      const large = t.effect.value >= t.effect.floor;
      const notable = large && (discovered[i] ?? 1) <= NOTABLE;
      return { ...t, pCorrected, page: large && pCorrected <= alpha, notable };
    });
    return finding(column, comparison, results);
  });
  const sorted = columns.sort((a, b) => Number(b.page) - Number(a.page) || reach(b) - reach(a));
  return { ...inWords(sorted), columns: sorted };
};

const finding = (column: string, comparison: Omit<Comparison, 'tests'>, tests: readonly TestResult[]): ColumnDrift => {
  const found = {
    column,
    role: column === PREDICTION ? 'prediction' : 'feature',
    ...comparison,
    page: tests.some((t) => t.page),
    notable: tests.some((t) => t.notable || t.page),
    p: Math.min(1, ...tests.map((t) => t.pCorrected)),
    tests,
  } as const;
  return { ...found, words: columnInWords(found) };
};

/** How far the largest significant change goes beyond its floor; what is not significant comes last, by its size. */
const reach = ({ tests }: ColumnDrift): number =>
  Math.max(0, ...tests.map((t) => (t.effect.value / t.effect.floor) * (t.notable ? 1000 : 1)));

const inWords = (columns: readonly ColumnDrift[]): Pick<JudgedWindow, 'verdict' | 'reason'> => {
  const paged = columns.filter((c) => c.page);
  if (paged.length > 0) return { verdict: 'drift', reason: `${names(paged)} drifted` };
  const notable = columns.filter((c) => c.notable);
  if (notable.length > 0) return { verdict: 'ok', reason: `${names(notable)} moved, but not clearly enough to page` };
  return { verdict: 'ok', reason: `none of ${columns.length} columns drifted` };
};

const names = (columns: readonly ColumnDrift[]): string => {
  const shown = columns.slice(0, 3).map((c) => c.column);
  const more = columns.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ').replace(/, ([^,]*)$/, ' and $1');
};

const MOST_SHOWN = 5;

/** What a page shows: those that page, else those that are notable; at most five. */
export const topFeatures = ({ columns }: Pick<JudgedWindow, 'columns'>): readonly TopFeature[] =>
  columns
    .filter((c) => c.notable)
    .slice(0, MOST_SHOWN)
    .map(({ tests: _, ...shown }) => shown);
