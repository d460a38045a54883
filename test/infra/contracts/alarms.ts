import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Contract, resources, text } from './template.ts';

const SECTIONS = ['Impact.', 'First look.', 'Likely causes.', 'Go back.', 'Silence.', 'Pages again', 'Missing data'];

/** An alarm that nobody hears, that leaves silence open, or that says nothing of what to do, is none. */
export const alarmsReachSomebody: Contract = (template) =>
  resources(template, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties: p }]) => [
    ...(p.ActionsEnabled !== false && /:modelloop-[a-z0-9]+-alarms"/.test(text(p.AlarmActions))
      ? []
      : [`${id}: tells nobody`]),
    ...(['ignore', 'breaching', 'notBreaching'].includes(p.TreatMissingData) &&
    /No data: .{20,}/.test(p.AlarmDescription)
      ? []
      : [`${id}: does not decide what missing data means, and why`]),
    ...(p.AlarmDescription?.length <= 1024 ? [] : [`${id}: has no description that CloudWatch takes`]),
    ...runbookProblems(p.AlarmName, p.AlarmDescription).map((problem) => `${id}: ${problem}`),
  ]);

function runbookProblems(alarm: string, description = ''): string[] {
  const path = /Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(description)?.[1];
  if (!path) return ['names no runbook'];
  const kind = basename(path, '.md');
  if (!alarm.split('.').includes(kind)) return [`names the runbook of ${kind}`];
  const file = new URL(`../../../${path}`, import.meta.url);
  if (!existsSync(file)) return [`there is no ${path}`];
  const runbook = readFileSync(file, 'utf8');
  return SECTIONS.filter((section) => !runbook.includes(`**${section}`)).map((s) => `${path} says nothing of "${s}"`);
}

/** CloudWatch looks back seven days at most, one day for short periods. */
export const alarmsCanBeEvaluated: Contract = (template) =>
  resources(template, 'AWS::CloudWatch::Alarm')
    .filter(([, { Properties: p }]) => p.Period !== undefined)
    .filter(
      ([, { Properties: p }]) =>
        p.Period % 60 !== 0 || p.Period * p.EvaluationPeriods > (p.Period < 3600 ? 86_400 : 7 * 86_400),
    )
    .map(([id, { Properties: p }]) => `${id}: looks at ${p.EvaluationPeriods} periods of ${p.Period} s`);
