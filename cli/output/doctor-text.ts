import type { Finding } from '../../shared/domain/finding.ts';
import { hanging, type Look, paint, plural, WIDTH } from './text.ts';

const MARKS = {
  ok: { mark: '✓', colour: 'green' },
  mend: { mark: '✗', colour: 'red' },
  note: { mark: '!', colour: 'yellow' },
  unchecked: { mark: '?', colour: 'yellow' },
} as const;

export function doctorText(stage: string | undefined, findings: readonly Finding[], look: Look): string {
  const lines = findings.flatMap(({ check, status, found, todo }) => {
    const { mark, colour } = MARKS[status];
    const told = status === 'unchecked' ? `not checked: ${found}` : found;
    const [first = '', ...rest] = hanging(`${check}: ${told}`, WIDTH - 2);
    return [
      `${paint(look, colour, mark)} ${first}`,
      ...rest.map((line) => `  ${line}`),
      ...(todo && status !== 'ok' ? hanging(`→ ${todo}`, WIDTH - 4).map((line) => `    ${line}`) : []),
    ];
  });
  return [`${stage === undefined ? 'this machine' : `stage ${stage}`}`, '', ...lines, '', verdict(findings)].join('\n');
}

function verdict(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((f) => f.status === status).length;
  const unseen = count('unchecked') > 0 ? `; ${plural(count('unchecked'), 'thing')} could not be checked` : '';
  return count('mend') > 0 ? `${plural(count('mend'), 'thing')} to fix${unseen}` : `nothing to fix${unseen}`;
}
