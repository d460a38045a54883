import type { EvaluationReport } from '../domain/build/evaluation-report.ts';
import type { Metric } from '../domain/build/metrics.ts';
import { intervalChart } from './charts.ts';
import { diagnosisCharts, matrixOf } from './diagnosis-charts.ts';
import { count, figure, percent, plural, signed, time } from './figures.ts';
import { MODEL_CARD, type ModelCard } from './model-card-template.ts';
import { page } from './page.ts';
import { gatesInWords, verdictInWords } from './verdict-words.ts';

/** The model card of a run's model version (Mitchell et al., Model cards for model reporting, 2019). */
export const modelCardHtml = async (report: EvaluationReport): Promise<string> => {
  const { verdict, diagnosis } = report;
  const { comparison } = verdict;
  const metrics = Object.keys(verdict.challenger) as Metric[];
  const card: ModelCard = {
    ...{
      report,
      verdict: verdictInWords(verdict),
      promoted: verdict.decision === 'promote',
      gates: gatesInWords(verdict),
    },
    interval: comparison ? await intervalChart(comparison, intervalInWords(report)) : '',
    scores: metrics.map((metric) => ({
      metric,
      primary: metric === verdict.metric,
      own: figure(verdict.challenger[metric]),
      champion: figure(verdict.champion?.scores?.[metric]),
    })),
    metrics,
    pictures: await diagnosisCharts(diagnosis, verdict.challenger),
    matrix: matrixOf(diagnosis),
    predicts: PREDICTS[report.task],
    limits: limitsOf(report),
    text: { count, figure, percent, plural, signed, time },
  };
  return page({
    title: `${report.model}: model version ${report.modelVersion.version}, run ${report.run}`,
    body: MODEL_CARD(card),
  });
};

const PREDICTS: Readonly<Record<EvaluationReport['task'], string>> = {
  binary: 'the probability that it is true',
  multiclass: 'one of its classes, with the probability of each',
  regression: 'a number',
};

const intervalInWords = ({ verdict: { comparison: c, metric } }: EvaluationReport): string =>
  c
    ? `By ${metric}, better than the champion by ${signed(c.difference)}, ${c.level * 100}% interval ${signed(c.low)} to ${signed(c.high)}`
    : '';

/** What follows from how it was made: nothing here is an opinion. */
const limitsOf = ({ data, verdict, capturePercent, columns }: EvaluationReport): readonly string[] => {
  const left = columns.filter(({ role }) => role === 'id' || role === 'not a feature').map(({ name }) => name);
  return [
    `It was trained and tested on data version ${data.version} only. Test rows are chosen by the hash of ${data.splitBy.join(', ') || 'all that is in them'}, from the same uploads as the rows it learned from: its scores say how it does on rows like these, not on rows from another time or place.`,
    `Scores are measured on ${plural(verdict.testRows, 'test row')}; on others, the same model would score differently.`,
    ...(left.length > 0 ? [`It is not given ${left.join(', ')}.`] : []),
    capturePercent > 0
      ? `While it is live, ${capturePercent === 100 ? 'all calls are' : `${capturePercent}% of the calls are`} captured and compared with these rows: npx modelloop drift shows when they differ.`
      : 'While it is live, no calls are captured: nobody is told when they differ from these rows.',
    'Whether it treats groups of people alike, and how it answers inputs made to deceive it, has not been measured.',
  ];
};
