import {
  type BinaryDiagnosis,
  type CalibrationBin,
  type RegressionBin,
  ratesAt,
  wilsonInterval,
} from '../domain/build/diagnosis.ts';
import { chart } from './chart.ts';

/** Charts of how a model errs. Each returns SVG. */

const SQUARE = { width: 300, height: 280 };

const unit = (field: string, title: string) => ({
  ...{ field, type: 'quantitative', title, scale: { domain: [0, 1], nice: false }, axis: { tickCount: 5 } },
});
const number = (field: string, title: string | null) => ({
  ...{ field, type: 'quantitative', title, scale: { zero: false, padding: 8 } },
});

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
