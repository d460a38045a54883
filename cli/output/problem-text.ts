import type { Problem, UploadRecord } from '../../shared/domain/records.ts';
import { bytesText, count, indented, type Look, paint, plural } from './text.ts';
import { when } from './time.ts';

/** `line 7, column hour: 27 is above 23 [out-of-range]; 3 such rows in all`; a message that begins with its place keeps it. */
function problemText(problem: Problem): string {
  const told = /^(line|column) /.test(problem.message);
  const place = told
    ? ''
    : [
        ...(problem.line === undefined ? [] : [`line ${problem.line}`]),
        ...(problem.column === undefined ? [] : [`column ${problem.column}`]),
      ].join(', ');
  const value =
    problem.value === undefined || problem.message.includes(problem.value) ? '' : ` (value: ${problem.value})`;
  const more = problem.rows !== undefined && problem.rows > 1 ? `; ${count(problem.rows)} such rows in all` : '';
  return `${place ? `${place}: ` : ''}${problem.message}${value} [${problem.code}]${more}`;
}

/** What became of an upload: the first line in one phrase, what more there is to say below it. */
function outcomeLines(upload: UploadRecord, look: Look): readonly string[] {
  const { outcome } = upload;
  switch (outcome?.status) {
    case undefined:
      return [paint(look, 'yellow', 'in progress')];
    case 'accepted':
      return [paint(look, 'green', `accepted in data version ${outcome.dataVersion}`)];
    case 'duplicate':
      return [`duplicate: data version ${outcome.of} already holds the same bytes`];
    case 'superseded':
      return [`superseded: data version ${outcome.by} came from a newer upload`];
    case 'rejected':
      return [
        paint(look, 'red', `rejected: ${plural(outcome.problems.length, 'problem')}`),
        ...outcome.problems.map((p) => `- ${problemText(p)}`),
        ...(outcome.report ? [`also as a file: ${outcome.report} in the data repository`] : []),
      ];
    case 'failed':
      return [paint(look, 'red', 'failed (not the upload’s fault): upload it again'), outcome.reason];
  }
}

/** An upload as a paragraph. */
export const uploadText = (upload: UploadRecord, look: Look): string =>
  [
    `${paint(look, 'bold', upload.key)}  ${bytesText(upload.size)}, ${when(upload.uploadedAt, look.now)}`,
    ...outcomeLines(upload, look).map((line, i) => indented(line, i === 0 ? 2 : 4)),
  ].join('\n');
