import type { DriftMonitor } from '../records.ts';
import type { PageFacts } from './page-facts.ts';
import { timeOf, whatToDo, whatWeKnow } from './page-sections.ts';

export interface Page {
  readonly subject: string;
  readonly text: string;
  readonly kind: string;
  readonly state: string;
}

/** An alarm, worded for whoever is called: what is wrong, since when, what is live, what to do. */
export function pageOf(facts: PageFacts): Page {
  const { kind, alarm, place } = facts;
  const about = facts.model ?? facts.queue ?? 'ModelLoop';
  const over = alarm.state !== 'ALARM';
  const columns = kind === 'drift' && !over ? changedColumns(facts.drift) : '';
  const subject = `${over ? 'OVER' : 'PAGE'} ${about}: ${kind}${columns} (${place.stage})`;
  const lines = over ? overLines(facts, about) : [...whatWeKnow(facts), '', ...whatToDo(facts)];
  return { subject: subjectOf(subject), text: textOf(lines), kind, state: alarm.state };
}

const changedColumns = (drift: DriftMonitor | undefined): string => {
  const names = (drift?.topFeatures ?? []).filter((f) => f.page).map((f) => f.column);
  return names.length === 0 ? '' : ` in ${names.slice(0, 2).join(', ')}${names.length > 2 ? ' and more' : ''}`;
};

const overLines = ({ alarm, kind, model, live, place }: PageFacts, about: string): string[] => [
  alarm.state === 'OK'
    ? `${about}: ${kind} has been over since ${timeOf(alarm.changedAt)}.`
    : `${about}: since ${timeOf(alarm.changedAt)} there has not been enough data to say whether ${kind} goes on.`,
  `  ${alarm.reason}`,
  ...(live ? [`  live: release ${live.release}, model version ${live.modelVersion}`] : []),
  `  look: npx modelloop status${model ? ` ${model}` : ''} --stage ${place.stage}`,
];

/** The alarm as it is, when it could not be composed into a page: better ugly than lost. */
export function rawPage(stage: string, message: string, subject: string | undefined, error: Error): Page {
  return {
    subject: subjectOf(`PAGE raw alarm (${stage}): ${subject ?? 'without a subject'}`),
    text: textOf([
      `This alarm could not be made into a page: ${error.name}: ${error.message}`,
      `Look: npx modelloop status --stage ${stage}, and docs/runbooks/ for the alarm's name.`,
      '',
      ...message.slice(0, MOST_RAW).split('\n'),
    ]),
    kind: 'raw',
    state: 'ALARM',
  };
}

/** SNS takes 256 KiB, in which a character may have four bytes. */
const MOST_RAW = 50_000;

/** 1 to 100 printable ASCII characters, as SNS wants it. */
export const subjectOf = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, 100) || 'PAGE';

/** What people wrote (values, reasons) is data here: it neither moves a terminal's cursor nor makes lines of its own. */
export const textOf = (lines: readonly string[]): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to go
  `${lines.map((l) => l.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ')).join('\n')}\n`;
