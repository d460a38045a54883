import { classesOf, featureColumns } from '../../shared/domain/definition/model-definition.ts';
import type { Drafted } from '../../shared/use-cases/code/draft-definition.ts';
import { indented, type Look, paint, plural } from './text.ts';

/** What `init` wrote, why, what to look at, and what comes next. */
export const draftText = (
  { definition, rows, why, warnings }: Drafted,
  { name, written, data }: { name: string; written: string; data: string },
  look: Look,
): string => {
  const classes = classesOf(definition);
  const features = featureColumns(definition).length;
  return [
    `${paint(look, 'green', 'wrote')} ${written}, from ${plural(rows, 'row')}`,
    ...[
      `task      ${definition.task}: ${why.task}${classes.length > 0 && classes.length <= 10 ? ` (${classes.join(', ')})` : ''}`,
      `id        ${definition.id.join(', ') || 'none'}: ${why.id}`,
      `features  ${features} of ${plural(Object.keys(definition.columns).length, 'column')}`,
      `metric    ${definition.metric}: ${why.metric}`,
      ...(why.evaluation ? [`test rows at least ${definition.evaluation.minTestRows}: ${why.evaluation}`] : []),
    ].map((line) => indented(line, 2)),
    ...warnings.map((w) => indented(`${paint(look, 'yellow', '!')} ${w}`, 2)),
    '',
    'next',
    `  look it over   ${written}`,
    '  deploy         npx modelloop local up      on AWS: npx cdk deploy --all -c stage=<stage>',
    `  upload         npx modelloop data upload ${name} ${data} --live`,
    '  see            npx modelloop status',
    `  ask            npx modelloop predict ${name}`,
  ].join('\n');
};
