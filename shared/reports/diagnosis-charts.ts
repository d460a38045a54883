import {
  type BinaryDiagnosis,
  type Diagnosis,
  type MulticlassDiagnosis,
  type RegressionDiagnosis,
  ratesAt,
} from '../domain/build/diagnosis.ts';
import { histogramChart, outside } from './charts.ts';
import { actualChart, calibrationChart, precisionRecallChart, residualChart, rocChart } from './curves.ts';
import { count, figure, percent } from './figures.ts';

/** A chart with its heading and what to read from it. */
export interface Picture {
  readonly heading: string;
  readonly svg: string;
  readonly note: string;
}

/** How a model errs, in pictures. */
export const diagnosisCharts = async (
  d: Diagnosis,
  metrics: Readonly<Record<string, number | undefined>>,
): Promise<readonly Picture[]> => {
  if (d.kind === 'binary') return binary(d, metrics.auc);
  return d.kind === 'multiclass' ? multiclass(d) : regression(d);
};

const binary = async (d: BinaryDiagnosis, auc: number | undefined): Promise<readonly Picture[]> => {
  const calibrated = await calibration(d.calibration, 'predicted', 'true');
  // With one class only there are no such curves.
  if (d.positives === 0 || d.positives === d.rows) return [calibrated];
  const at = ratesAt(d.confusion, d);
  const roc = `ROC curve${auc === undefined ? '' : `, area ${figure(auc)}`}; at a threshold of 0.5 recall ${percent(at.recall)}, false-positive rate ${percent(at.falsePositiveRate)}`;
  const precision = Number.isFinite(at.precision) ? `precision ${percent(at.precision)}` : 'no row is predicted true';
  const pr = `Precision-recall curve; at a threshold of 0.5 recall ${percent(at.recall)}, ${precision}`;
  return [
    {
      heading: 'ROC',
      svg: await rocChart(d, roc),
      note: `${roc}. The dot is that threshold; on the dashed line a model only guesses.`,
    },
    {
      heading: 'Precision and recall',
      svg: await precisionRecallChart(d, pr),
      note: `${pr}. ${percent(d.positives / d.rows)} of the rows are true: the precision of predicting all of them true.`,
    },
    calibrated,
  ];
};

const calibration = async (bins: BinaryDiagnosis['calibration'], what: string, came: string): Promise<Picture> => {
  const words = bins.map((b) => `${percent(b.predicted)} ${what}, ${percent(b.observed)} ${came}`).join('; ');
  return {
    heading: 'Calibration',
    svg: await calibrationChart(bins, `Calibration: ${words}`),
    note: 'Rows in tenths by probability, each with the share that came true and its 95% interval. On the dashed line, probabilities can be taken at face value.',
  };
};

const multiclass = async (d: MulticlassDiagnosis): Promise<readonly Picture[]> => [
  { ...(await calibration(d.calibration, 'sure', 'right')), heading: 'Calibration of the predicted class' },
];

const regression = async ({ residuals, calibration: bins }: RegressionDiagnosis): Promise<readonly Picture[]> => {
  const histogram = await histogramChart(residuals, 'Histogram of the residuals, prediction minus actual value');
  const actual = bins.map((b) => `${figure(b.predicted)} predicted, ${figure(b.actual)} actual`).join('; ');
  const spread = bins.map((b) => `at ${figure(b.predicted)}, ${figure(b.low)} to ${figure(b.high)}`).join('; ');
  return [
    ...(histogram
      ? [
          {
            heading: 'Residuals',
            svg: histogram,
            note: `Prediction minus actual value: above 0 it was too high. ${outside(residuals)}`,
          },
        ]
      : []),
    {
      heading: 'Calibration',
      svg: await actualChart(bins, `Mean prediction and mean actual value by tenths of the rows: ${actual}`),
      note: 'Rows in tenths by prediction: on the dashed line the model is right on average.',
    },
    {
      heading: 'Residuals by prediction',
      svg: await residualChart(bins, `Where eight of ten residuals lie: ${spread}`),
      note: 'Rows in tenths by prediction: eight of ten residuals lie on the bar, half of them below the dot.',
    },
  ];
};

/** With more classes than these, columns are headed by numbers: names have no room there. */
const MOST_NAMED = 5;

/** Rows by what they are and what they are told to be. */
export interface Matrix {
  readonly heads: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[]; readonly right: string }[];
}

export const matrixOf = (d: Diagnosis): Matrix | undefined => {
  if (d.kind === 'regression') return undefined;
  const { truePositives, falsePositives, trueNegatives, falseNegatives } =
    d.kind === 'binary' ? d.confusion : { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  const [classes, confusion] =
    d.kind === 'multiclass'
      ? [d.classes, d.confusion]
      : [
          ['true', 'false'],
          [
            [truePositives, falseNegatives],
            [falsePositives, trueNegatives],
          ],
        ];
  const numbered = classes.length > MOST_NAMED;
  const rows = classes.map((name, i) => {
    const cells = confusion[i] ?? [];
    const all = cells.reduce((a, b) => a + b, 0);
    return {
      name: numbered ? `${i + 1} ${name}` : name,
      cells: cells.map(count),
      right: all > 0 ? percent((cells[i] ?? 0) / all) : '–',
    };
  });
  return { heads: numbered ? classes.map((_, i) => String(i + 1)) : classes, rows };
};
