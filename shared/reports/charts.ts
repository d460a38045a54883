import type { Histogram } from '../domain/description.ts';
import {
  type BinaryDiagnosis,
  type CalibrationBin,
  type RegressionBin,
  ratesAt,
  wilsonInterval,
} from '../domain/diagnosis.ts';
import type { BarPair } from '../domain/drift/finding.ts';
import type { Comparison } from '../domain/records.ts';
import { CHART_WIDTH, chart } from './chart.ts';
import { count, figure, percent } from './figures.ts';

/** The charts of the reports. Each returns SVG. */

const WIDE = { width: CHART_WIDTH, height: 140 };
const SQUARE = { width: 300, height: 280 };

const share = (field: string, title: string | null) => ({
  ...{ field, type: 'quantitative', title, axis: { format: '.0%', tickCount: 5 } },
});
const unit = (field: string, title: string) => ({
  ...{ field, type: 'quantitative', title, scale: { domain: [0, 1], nice: false }, axis: { tickCount: 5 } },
});
const number = (field: string, title: string | null) => ({
  ...{ field, type: 'quantitative', title, scale: { zero: false, padding: 8 } },
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

const DIAGONAL = {
  ...{
    data: {
      values: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
    mark: { type: 'line', color: 'var(--line)', strokeDash: [4, 4], strokeWidth: 1 },
  },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
};

/** Needs rows of both classes. */
export const rocChart = (d: BinaryDiagnosis, label: string): Promise<string> => {
  const values = [{ recall: 0, falsePositiveRate: 0 }, ...d.thresholds.map((t) => ratesAt(t, d))];
  return curve(
    values,
    [ratesAt(d.confusion, d)],
    unit('falsePositiveRate', 'false-positive rate'),
    unit('recall', 'recall'),
    label,
  );
};

export const precisionRecallChart = (d: BinaryDiagnosis, label: string): Promise<string> => {
  const at = ratesAt(d.confusion, d);
  const marked = Number.isFinite(at.precision) ? [at] : [];
  return curve(
    d.thresholds.map((t) => ratesAt(t, d)),
    marked,
    unit('recall', 'recall'),
    unit('precision', 'precision'),
    label,
  );
};

/** @param marked the point at a threshold of 0.5 */
const curve = (values: object[], marked: object[], x: object, y: { field: string }, label: string): Promise<string> => {
  const line = {
    data: { values },
    mark: { type: 'line', interpolate: 'linear' },
    encoding: { x, y, order: { field: 'order' } },
  };
  const ordered = { ...line, data: { values: values.map((v, order) => ({ ...v, order })) } };
  const dot = { data: { values: marked }, mark: { type: 'point', size: 60, color: 'var(--now)' }, encoding: { x, y } };
  return chart({ ...SQUARE, layer: [...(y.field === 'recall' ? [DIAGONAL] : []), ordered, dot] }, label);
};

/** With the 95% interval of each share. */
export const calibrationChart = (bins: readonly CalibrationBin[], label: string): Promise<string> => {
  const values = bins.map(({ rows, predicted, observed }) => {
    const [low, high] = wilsonInterval(observed, rows);
    return { predicted, observed, low, high };
  });
  const x = unit('predicted', 'predicted probability');
  const spread = {
    mark: { type: 'rule', color: 'var(--bar)' },
    encoding: { x, y: unit('low', 'observed share'), y2: { field: 'high' } },
  };
  const dots = { mark: { type: 'point', size: 40 }, encoding: { x, y: unit('observed', 'observed share') } };
  return chart({ ...SQUARE, data: { values }, layer: [DIAGONAL, spread, dots] }, label);
};

/** Mean prediction against mean actual value, by tenths of the predictions. */
export const actualChart = (bins: readonly RegressionBin[], label: string): Promise<string> => {
  const ends = bins.flatMap(({ predicted, actual }) => [predicted, actual]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const [x, y] = [number('predicted', 'mean prediction'), number('actual', 'mean actual value')];
  const even = {
    data: {
      values: [
        { predicted: low, actual: low },
        { predicted: high, actual: high },
      ],
    },
    mark: DIAGONAL.mark,
  };
  const dots = { data: { values: bins }, mark: { type: 'point', size: 40 } };
  return chart({ ...SQUARE, encoding: { x, y }, layer: [even, dots] }, label);
};

/** Where eight of ten residuals lie, and their median, along the predictions. */
export const residualChart = (bins: readonly RegressionBin[], label: string): Promise<string> => {
  const x = number('predicted', 'mean prediction');
  const y = { field: 'low', type: 'quantitative', title: 'prediction − actual' };
  const band = {
    mark: { type: 'rule', strokeWidth: 6, color: 'var(--bar)', opacity: 0.4 },
    encoding: { x, y, y2: { field: 'high' } },
  };
  const medians = { mark: { type: 'point', size: 40 }, encoding: { x, y: { ...y, field: 'median' } } };
  const zero = {
    data: { values: [{ zero: 0 }] },
    mark: 'rule',
    encoding: { y: { field: 'zero', type: 'quantitative' } },
  };
  return chart({ ...SQUARE, data: { values: bins }, layer: [zero, band, medians] }, label);
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
