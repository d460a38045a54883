import { describe, expect, test } from 'vitest';
import { dataReportHtml } from '../../../shared/reports/data-report.ts';
import { driftReportHtml } from '../../../shared/reports/drift-report.ts';
import { bytes, chance, figure, percent, signed, time } from '../../../shared/reports/figures.ts';
import { modelCardHtml } from '../../../shared/reports/model-card.ts';
import { attribute, cellsOf, readPage, textOf } from '../../fixtures/html.ts';
import { DIAGNOSES, dataReportWith, driftReportWith, evaluationReportWith } from '../../fixtures/report-facts.ts';

const tables = (html: string) => readPage(html).all('table').map(cellsOf);
const charts = (html: string) =>
  readPage(html)
    .all('figure')
    .map((f) => ({ heading: textOf(f.childNodes[0] as never), figure: f }));

/** Heights or widths of a chart's bars, as they are drawn: `M<x>,<y>h<width>v<height>h…`. */
const bars = (html: string, heading: RegExp, what: 'width' | 'height'): number[] => {
  const at = html.search(heading);
  const svg = html.slice(html.lastIndexOf('<svg', at), html.indexOf('</svg>', at));
  const marks = svg.slice(svg.indexOf('mark-rect'));
  return Array.from(marks.matchAll(/d="M[^h]*h([\d.]+)v([\d.]+)h/g), ([, w, h]) => Number(what === 'width' ? w : h));
};
const ratios = (all: readonly number[]) => all.map((x) => x / Math.max(...all));
const expectRatios = (found: readonly number[], wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, ratio] of ratios(wanted).entries()) expect(ratios(found)[i]).toBeCloseTo(ratio, 2);
};

describe('what is drawn is what is in the JSON', () => {
  test('data version: parts, rejections, columns, histograms', async () => {
    const report = dataReportWith('a text');
    const html = await dataReportHtml(report);
    const [parts, rejections, columns] = tables(html);
    expect(parts).toEqual([['in/churn/a text', '345', '1.2 kB', '2026-01-02 03:00:00 UTC', report.parts[0]?.sha256]]);
    expect(rejections).toEqual([['a text', '2026-01-01 00:00:00 UTC', '17', 'a text']]);
    expect(columns?.[0]).toEqual(['age', 'feature', 'integer', 'at least 0', '345 (2.8%)']);
    const text = readPage(html).all('main').map(textOf)[0];
    for (const said of [
      '12,345, in 2 parts',
      '8,642 to train on, 1,234 to validate, 2,469 to test',
      '3 accepted, 2 duplicates, 0 superseded by a newer snapshot, 4 rejected, 1 failed',
      '1 part accepted under another contract',
      'Not drawn: 100 below 20 and 200 above 80.',
      'range18 to 99median41mean42.12 (standard deviation 12.5)missing345 (2.8%)',
    ])
      expect(text).toContain(said);
    expectRatios(bars(html, /Histogram of age/, 'height'), [3000, 6000, 2700]);
    expectRatios(bars(html, /Most frequent values of plan/, 'width'), [9000, 3000]);
    expect(charts(html).map((c) => c.heading)).toEqual(['age', 'constant', 'empty', 'plan', 'none']);
  });

  test('data version: of very many columns the first are drawn, and it is said', async () => {
    const report = dataReportWith('a text');
    const none = { kind: 'categorical', nulls: 5, distinct: 0, other: 0, top: [] } as const;
    const columns = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`c${i}`, none]));
    const html = await dataReportHtml({ ...report, described: { rows: 5, columns } });
    expect(charts(html)).toHaveLength(200);
    expect(readPage(html).all('main').map(textOf)[0]).toContain('The first 200 of 1,000 columns');
  });

  test('model card: scores, interval, gates, candidates, confusion', async () => {
    const html = await modelCardHtml(evaluationReportWith('a text', 'binary'));
    const [scores, confusion, candidates] = tables(html);
    expect(scores).toEqual([
      ['auc (primary)', '0.8123', '0.8012'],
      ['logloss', '0.41', '0.42'],
    ]);
    expect(confusion).toEqual([
      ['true', '200', '100', '66.7%'],
      ['false', '150', '550', '78.6%'],
    ]);
    expect(candidates?.map((row) => row[0])).toEqual(['shallow (this version)', 'deep']);
    expect(candidates?.[0]?.[1]).toBe('auc 0.8123logloss 0.41');
    const text = readPage(html).all('main').map(textOf)[0];
    for (const said of [
      'to be promoted: it is better than the champion',
      '+0.011, 95% interval +0.004 to +0.0182: paired bootstrap of the test rows, 1,000 resamples, seed 7',
      'passed: auc 0.5 is at least 0.1',
      'ROC curve, area 0.8123; at a threshold of 0.5 recall 66.7%, false-positive rate 21.4%',
      'precision 57.1%. 30.0% of the rows are true',
    ])
      expect(text).toContain(said);
  });

  test('model card: says what was resampled in place of rows', async () => {
    const report = evaluationReportWith('a text', 'binary');
    const { verdict } = report;
    const comparison = verdict.comparison && { ...verdict.comparison, groups: { by: 'customer', count: 57 } };
    const html = await modelCardHtml({ ...report, verdict: { ...verdict, ...(comparison && { comparison }) } });
    const said = 'paired bootstrap of 57 groups of test rows by customer, 1,000 resamples';
    expect(readPage(html).all('main').map(textOf)[0]).toContain(said);
  });

  test('the ROC curve goes through its thresholds, from corner to corner', async () => {
    const html = await modelCardHtml(evaluationReportWith('a text', 'binary'));
    const roc = charts(html).find((c) => c.heading === 'ROC');
    const lines = readPage(html)
      .all('path')
      .map((p) => attribute(p, 'd') ?? '')
      .filter((d) => /^M[\d.]+,[\d.]+(L[\d.]+,[\d.]+)+$/.test(d));
    const curve = lines
      .map((d) =>
        d
          .slice(1)
          .split('L')
          .map((point) => point.split(',').map(Number)),
      )
      .find((l) => l.length === 4);
    expect(roc).toBeDefined();
    const [[left = 0, bottom = 0] = [], , , [right = 0, top = 0] = []] = curve ?? [];
    const rates = curve?.map(([x = 0, y = 0]) => [(x - left) / (right - left), (bottom - y) / (bottom - top)]);
    const d = DIAGNOSES.binary('');
    if (d.kind !== 'binary') throw new Error('not binary');
    const wanted = [[0, 0], ...d.thresholds.map((t) => [t.falsePositives / 700, t.truePositives / 300])];
    for (const [i, [x, y]] of wanted.entries()) {
      expect(rates?.[i]?.[0]).toBeCloseTo(x ?? Number.NaN, 2);
      expect(rates?.[i]?.[1]).toBeCloseTo(y ?? Number.NaN, 2);
    }
  });

  test('one class only: no curve that is not there, and the rest is', async () => {
    const report = evaluationReportWith('a text', 'binary');
    const { diagnosis } = report;
    if (diagnosis.kind !== 'binary') throw new Error('not binary');
    const html = await modelCardHtml({
      ...report,
      diagnosis: {
        ...diagnosis,
        positives: 1000,
        confusion: { ...diagnosis.confusion, trueNegatives: 0, falsePositives: 0 },
      },
    });
    expect(charts(html).map((c) => c.heading)).toEqual(['Against the champion, by auc', 'Calibration']);
    expect(html).not.toContain('NaN');
  });

  test('the other tasks: matrix, residuals', async () => {
    const [, confusion] = tables(await modelCardHtml(evaluationReportWith('a text', 'multiclass')));
    expect(confusion).toEqual([
      ['setosa', '190', '10', '0', '95.0%'],
      ['a text', '20', '150', '30', '75.0%'],
      ['virginica', '5', '15', '180', '90.0%'],
    ]);
    const html = await modelCardHtml(evaluationReportWith('a text', 'regression'));
    expectRatios(bars(html, /Histogram of the residuals/, 'height'), [100, 380, 400, 100]);
    expect(html).toContain('Not drawn: 12 below -20 and 8 above 20.');
  });

  test('many classes are numbered: a matrix of names would not fit', async () => {
    const report = evaluationReportWith('a text', 'multiclass');
    const classes = Array.from({ length: 8 }, (_, i) => `class ${'abcdefgh'[i]}`);
    const confusion = classes.map((_, i) => classes.map((__, j) => 10 * i + j));
    const html = await modelCardHtml({
      ...report,
      diagnosis: { kind: 'multiclass', rows: 9, classes, confusion, calibration: [] },
    });
    const [, matrix] = tables(html);
    expect(matrix?.[2]).toEqual(['3 class c', '20', '21', '22', '23', '24', '25', '26', '27', '11.7%']);
    expect(readPage(html).all('th').map(textOf)).toContain('pred. 8');
  });

  test('drift: each test with its effect, floor and p, and what paged', async () => {
    const html = await driftReportHtml(driftReportWith('a text'));
    const [columns, tests] = tables(html);
    expect(columns?.map((row) => row.slice(0, 3))).toEqual([
      ['age', 'drift', '0.34'],
      ['plan', 'moved', '0.12'],
      ['the prediction', 'not notable', '0'],
    ]);
    expect(tests?.map((row) => row.slice(2))).toEqual([
      ['PSI 0.34', 'PSI 0.1', '3.0e-9', 'drift'],
      ['3.0%', '2.0%', '0.02', 'moved'],
      ['0.1 σ', '0.3 σ', '1', 'not notable'],
    ]);
    expectRatios(bars(html, /age, before and now/, 'width'), [0.5, 0.25, 0.5, 0.75]);
    expect(readPage(html).all('main').map(textOf)[0]).toContain('a p of at most 1.1e-4, corrected');
  });
});

test('figures are written so that they can be read, and say no more than they know', () => {
  expect([2013, 12_345, 0.8123456, 123.456, 12_345.6, 1e20, 1e-9, 0, -20, null, Number.NaN].map(figure)).toEqual([
    '2013',
    '12,345',
    '0.8123',
    '123.5',
    '12,346',
    '1.00e+20',
    '1.00e-9',
    '0',
    '-20',
    '–',
    '–',
  ]);
  expect([0.123, 0.001, 0, 1].map(percent)).toEqual(['12.3%', '0.10%', '0.0%', '100.0%']);
  expect([0.5, -0.5, 0].map(signed)).toEqual(['+0.5', '-0.5', '0']);
  expect([1e-310, 3.14e-40, 0.01234].map(chance)).toEqual(['< 1e-300', '3.1e-40', '0.01234']);
  expect([0, 999, 1500, 25_000_000].map(bytes)).toEqual(['0 B', '999 B', '1.5 kB', '25 MB']);
  expect(time('2026-01-02T03:04:05.678Z')).toBe('2026-01-02 03:04:05 UTC');
});
