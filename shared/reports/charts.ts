import type { Histogram } from '../domain/data/description.ts';
import type { BarPair } from '../domain/drift/drift-report.ts';
import type { Comparison } from '../domain/records.ts';
import { CHART_WIDTH, chart } from './chart.ts';
import { count, figure, percent } from './figures.ts';

/** Charts of bars, and of an interval. Each returns SVG. */

const WIDE = { width: CHART_WIDTH, height: 140 };

const share = (field: string, title: string | null) => ({
  ...{ field, type: 'quantitative', title, axis: { format: '.0%', tickCount: 5 } },
});
/** @returns undefined where there is nothing to draw: no value, or one only */
export const histogramChart = async ({ edges, counts }: Histogram, label: string): Promise<string | undefined> => {
  if (counts.length < 2) return undefined;
  // A bar that holds one whole number stands over it.
  const shift = edges.every((edge, i) => i === 0 || edge - (edges[i - 1] ?? 0) === 1) ? 0.5 : 0;
  const values = counts.map((rows, i) => ({ from: (edges[i] ?? 0) - shift, to: (edges[i + 1] ?? 0) - shift, rows }));
  const x = {
    field: 'from',
    type: 'quantitative',
    title: null,
    scale: { zero: false, nice: false },
    axis: { grid: false, tickCount: 5, ...(shift > 0 && { tickMinStep: 1 }) },
  };
  const y = { field: 'rows', type: 'quantitative', title: 'rows', axis: { tickCount: 3 } };
  const mark = { type: 'bar', binSpacing: 1 };
  return chart(
    { ...WIDE, data: { values }, mark, encoding: { x: { ...x, bin: 'binned' }, x2: { field: 'to' }, y } },
    label,
  );
};

/** Bars with their share written beside them. @param all rows that have a value */
export const valuesChart = (
  top: readonly { readonly value: string; readonly rows: number }[],
  all: number,
  label: string,
): Promise<string> => {
  const values = top.map(({ value, rows }) => ({ value, share: rows / all, words: percent(rows / all) }));
  const y = { field: 'value', type: 'nominal', sort: null, title: null };
  return chart(
    {
      ...{ width: CHART_WIDTH, height: 18 * values.length + 24, data: { values } },
      encoding: { y, x: { ...share('share', null), axis: null } },
      layer: [
        { mark: 'bar' },
        { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'words' } } },
      ],
    },
    label,
  );
};

/** Shares before and now, in pairs. */
export const pairsChart = (pairs: readonly BarPair[], label: string): Promise<string> => {
  const values = pairs.flatMap((p) => [
    { bar: p.label, side: 'before', share: p.before },
    { bar: p.label, side: 'now', share: p.now },
  ]);
  const y = { field: 'bar', type: 'nominal', sort: null, title: null };
  const color = {
    field: 'side',
    legend: null,
    scale: { domain: ['before', 'now'], range: ['var(--before)', 'var(--now)'] },
  };
  return chart(
    {
      ...{ width: CHART_WIDTH, height: 22 * pairs.length + 40, data: { values }, mark: 'bar' },
      encoding: { y, yOffset: { field: 'side', sort: null }, x: share('share', null), color },
    },
    label,
  );
};

/** The difference to the champion with its interval; what lies right of the dashed line is better by more than the margin. */
export const intervalChart = ({ low, high, difference, margin }: Comparison, label: string): Promise<string> => {
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: 'better than the champion by',
    axis: { tickCount: 5 },
  });
  const zero = [{ margin }, ...(margin === 0 ? [] : [{ margin: 0 }])];
  return chart(
    {
      ...{ width: CHART_WIDTH, height: 70, data: { values: [{ low, high, difference }] } },
      layer: [
        { data: { values: zero }, mark: { type: 'rule', strokeDash: [4, 4] }, encoding: { x: x('margin') } },
        {
          mark: { type: 'rule', strokeWidth: 3, color: 'var(--bar)' },
          encoding: { x: x('low'), x2: { field: 'high' } },
        },
        { mark: { type: 'point', size: 70 }, encoding: { x: x('difference') } },
      ],
    },
    label,
  );
};

/** What a histogram does not draw. */
export const outside = ({ below, above, edges }: Histogram): string => {
  const parts = [
    ...(below > 0 ? [`${count(below)} below ${figure(edges[0])}`] : []),
    ...(above > 0 ? [`${count(above)} above ${figure(edges.at(-1))}`] : []),
  ];
  return parts.length > 0 ? `Not drawn: ${parts.join(' and ')}.` : '';
};
