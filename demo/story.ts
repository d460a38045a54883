import { styleText } from 'node:util';

/** A story is told in chapters, each of which comes true or ends the story. */
export interface Chapter<Context> {
  readonly title: string;
  /** What should be true at its end, in one sentence. */
  readonly expected: string;
  /** @returns what happened, for the timeline and `demo.json`. @throws StoryError when it does not come true */
  play(context: Context, say: (line: string) => void): Promise<Happened>;
}

export interface Happened {
  /** One line. */
  readonly summary: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface TimelineEntry {
  readonly chapter: string;
  readonly seconds: number;
  readonly summary: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Something did not come true: what was expected, and what was seen instead. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
  readonly expected: string;
  readonly seen: string;
  constructor(expected: string, seen: unknown) {
    const text = typeof seen === 'string' ? seen : JSON.stringify(seen);
    super(`expected: ${expected}\nseen:     ${text}`);
    this.expected = expected;
    this.seen = text;
  }
}

/** @throws StoryError unless it is so */
export function expectThat(isSo: boolean, expected: string, seen: unknown): asserts isSo {
  if (!isSo) throw new StoryError(expected, seen);
}

/** Plays the chapters one after the other; `tell` gets each line as it happens, `done` each entry of the timeline. */
export async function playStory<Context>(
  chapters: readonly Chapter<Context>[],
  context: Context,
  tell: (line: string) => void,
  done: (entry: TimelineEntry) => void,
): Promise<void> {
  for (const [i, chapter] of chapters.entries()) {
    tell('');
    tell(styleText('bold', `${i + 1}. ${chapter.title}`));
    const started = performance.now();
    const { summary, facts } = await chapter.play(context, (line) => tell(`   ${line}`));
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    tell(styleText('green', `   ✓ ${summary}`) + styleText('dim', ` (${seconds} s)`));
    done({ chapter: chapter.title, seconds, summary, facts });
  }
}
