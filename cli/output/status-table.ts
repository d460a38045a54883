import { byUrgency, type Need } from '../../shared/domain/monitoring/needs.ts';
import type { ModelStatus } from '../../shared/use-cases/read-status.ts';
import { cut, hanging, type Look, numberText, paint } from './text.ts';
import { relative } from './time.ts';
import { outcomeInShort } from './verdict-text.ts';

/** What a terminal shows at once: 80 columns of 24 lines. */
export const SCREEN = { columns: 80, lines: 24 } as const;

/** A column: its title, its width, and its text for a model. */
type Column = readonly [string, number, (m: ModelStatus, look: Look) => string];

const COLUMNS: readonly Column[] = [
  ['', 1, (m, look) => (m.needs.length > 0 ? paint(look, 'yellow', '!') : '')],
  ['model', 20, (m) => m.model],
  ['live', 11, (m, look) => (m.live ? releaseText(m.live, look) : m.retired ? 'retired' : 'nothing')],
  ['since', 14, (m, look) => (since(m) ? relative(since(m) ?? '', look.now) : '')],
  ['test rows', 15, (m) => (m.live ? `${m.live.metric} ${numberText(m.live.scores[m.live.metric])}` : '')],
  ['now', 14, (m, look) => doing(m, look)],
];

/** Red when something else serves in its place, or nothing. */
export const releaseText = ({ release, notServing }: NonNullable<ModelStatus['live']>, look: Look): string =>
  paint(look, notServing ? 'red' : 'green', `release ${release}`);

const since = ({ live, retired }: ModelStatus): string | undefined => live?.liveFrom ?? retired?.at;

/** What is running for a model, in two words. */
function doing({ underWay, runDue, data, code, live, lastRun }: ModelStatus, look: Look): string {
  const { run, deployment } = underWay;
  if (deployment)
    return paint(
      look,
      'yellow',
      `${deployment.kind === 'restoration' ? 'restoring' : 'deploying'} v${deployment.modelVersion}`,
    );
  if (run) return paint(look, 'yellow', `run ${run.run}`);
  if (!data) return 'no data yet';
  if (!code) return 'no code yet';
  if (runDue) return 'a run is due';
  // Nobody else says why nothing came of its runs.
  return (!live && lastRun?.verdict && outcomeInShort(lastRun.verdict)) || 'idle';
}

/** All models, a line each; then what needs somebody. A handful of models fits one screen. */
export function statusTable(models: readonly ModelStatus[], look: Look): string {
  const lines = [
    row(COLUMNS.map(([title, width]) => [title && paint(look, 'bold', title), width])),
    ...models.map((m) => row(COLUMNS.map(([, width, text]) => [text(m, look), width]))),
  ];
  const needs = models.flatMap((m) => m.needs.map((need) => ({ model: m.model, need })));
  // The line that names the stage, an empty one, the title, and the prompt that comes after.
  const room = Math.max(MIN_SHOWN * LEAST_LINES, SCREEN.lines - lines.length - 4);
  return [...lines, '', ...needLines(needs, room, look)].join('\n');
}

const MIN_SHOWN = 5;
/** Of a need: a line of what and why, and its command. */
const LEAST_LINES = 2;
/** As much of what and why as a list has room for; one model in full tells all. */
export const MOST_TOLD = 3;

const row = (cells: readonly (readonly [string, number])[]): string =>
  cells
    .map(([text, width]) => cut(text, width, 'padded'))
    .join(' ')
    .trimEnd();

interface OfModel {
  readonly model: string;
  readonly need: Need;
}

/** The most urgent first, whatever their model. @param room lines, without the title; the most urgent take what the others leave */
function needLines(needs: readonly OfModel[], room: number, look: Look): readonly string[] {
  if (needs.length === 0) return ['nothing needs you'];
  const sorted = needs.toSorted((a, b) => byUrgency(a.need, b.need));
  const all = Math.floor(room / LEAST_LINES);
  const shown = needs.length > all ? sorted.slice(0, all - 1) : sorted;
  const left = sorted.slice(shown.length);
  let spare = room - shown.length * LEAST_LINES - (left.length > 0 ? 1 : 0);
  const told = shown.flatMap(({ model, need }) => {
    const text = hanging(`${paint(look, 'yellow', model)}: ${needText(need, look)}`, SCREEN.columns - 2);
    const lines = atMost(Math.min(MOST_TOLD, 1 + Math.max(0, spare)), text, SCREEN.columns - 2);
    spare -= lines.length - 1;
    return [...lines.map((line) => `  ${line}`), `    ${need.command}`];
  });
  return [
    paint(look, 'bold', 'needs you'),
    ...told,
    ...(left.length > 0
      ? [cut(`  and ${left.length} more: ${[...new Set(left.map((n) => n.model))].join(', ')}`, SCREEN.columns)]
      : []),
  ];
}

/** At most so many of the lines; what is left off is shown by an ellipsis. @param width that they are wrapped to */
export const atMost = (most: number, lines: readonly string[], width: number): readonly string[] =>
  lines.length <= most
    ? lines
    : [...lines.slice(0, most - 1), cut(`${lines[most - 1]} ${lines[most]?.trimStart()}`, width)];

/** What, why, and since when. */
export const needText = ({ what, since, why }: Need, look: Look): string =>
  `${what}${why ? `: ${why}` : ''} (${relative(since, look.now)})`;
