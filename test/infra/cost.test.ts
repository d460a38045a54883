import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MODEL_METRICS, PLATFORM_METRICS } from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { resources, synthesize } from './synth.ts';

const { repositories, pipelines, model } = synthesize('dev');
const installation = (type: string) => [repositories, pipelines].flatMap((t) => resources(t, type)).length;

/** Of what is billed by the month: how many an installation has, and how many each model adds. */
const COUNTED: Record<string, readonly [installation: number, model: number]> = {
  'KMS keys': [installation('AWS::KMS::Key'), resources(model, 'AWS::KMS::Key').length],
  Alarms: [installation('AWS::CloudWatch::Alarm'), resources(model, 'AWS::CloudWatch::Alarm').length],
  'Custom metrics': [PLATFORM_METRICS.length, MODEL_METRICS.length],
  Dashboards: [installation('AWS::CloudWatch::Dashboard'), resources(model, 'AWS::CloudWatch::Dashboard').length],
};
const text = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');

test.each(Object.entries(COUNTED))('docs/cost.md counts the %s that the templates have', (what, counts) => {
  const row = text.split('\n').find((line) => line.startsWith(`| ${what} |`));
  const [, , ...cells] = (row ?? '').split('|').map((cell) => cell.trim());
  expect(cells.slice(0, 2).map(Number), row).toEqual([...counts]);
});

test('and adds them up', () => {
  const unit = (what: string) =>
    Number(new RegExp(`^\\| ${what} \\|[^|]*\\|[^|]*\\| ([0-9.]+) \\|`, 'm').exec(text)?.[1]);
  const sum = (which: 0 | 1) =>
    Object.entries(COUNTED).reduce((total, [what, counts]) => total + counts[which] * unit(what), 0);
  expect(text).toContain(`= ${sum(0).toFixed(2)}. Lambda polls`);
  expect(text).toContain(`= ${sum(1).toFixed(2)}. Hourly checks`);
  expect(text).toContain(`its ${resources(pipelines, 'AWS::Lambda::EventSourceMapping').length} queues`);
});
