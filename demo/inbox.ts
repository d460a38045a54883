import { type ReceivedPage, receivedPages, takePages } from '../infra/local/pages.ts';
import { type AlarmKind, pageTopic } from '../shared/domain/names.ts';
import type { DemoContext } from './context.ts';
import { waitFor } from './wait-for.ts';

/**
 * What on-call would read: the laptop's inbox is subscribed to every page topic.
 * @param since pages from before are about something else
 * @returns the first page of this kind about the model
 */
export async function pageArrives(context: DemoContext, kind: AlarmKind, since: Date): Promise<ReceivedPage> {
  return waitFor(
    `a page about ${kind} of ${context.model} arrives`,
    async () => (await pagesSince(context, since)).find((p) => p.kind === kind && p.state === 'ALARM'),
    { seconds: 180, signal: context.signal },
    () => receivedPages(context.state.directory).at(-1)?.subject ?? 'no page at all',
  );
}

/** The pages about the model, oldest first. */
export async function pagesSince({ state, place, model }: DemoContext, since: Date): Promise<readonly ReceivedPage[]> {
  await takePages(state);
  const topic = pageTopic(place, model);
  return receivedPages(state.directory).filter((p) => p.topic === topic && new Date(p.at) >= since);
}

/** The commands that a page tells, by what they are for. */
export const commandIn = ({ text }: ReceivedPage, label: 'look' | 'go back'): string | undefined =>
  new RegExp(`^ *${label} +(npx .+)$`, 'm').exec(text)?.[1];
