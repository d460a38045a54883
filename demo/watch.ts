import { endpointName } from '../shared/domain/names.ts';
import type { DriftMonitor, Retraining } from '../shared/domain/records.ts';
import { registryKeys } from '../shared/domain/registry-keys.ts';
import type { DemoContext } from './context.ts';
import { type FlightRow, flightRows, inKilometres } from './flights.ts';
import { pageArrives } from './inbox.ts';
import { fact, factOr } from './progress.ts';
import { type Chapter, expectThat } from './story.ts';
import { waitFor } from './wait-for.ts';

/** What is asked is watched: an ordinary month pages nobody, a changed unit does. */

const JULY_CALLS = 20;

const julyAsItIs: Chapter<DemoContext> = {
  title: 'Callers ask about July’s flights',
  expected: 'a scheduled check looks at their requests, and pages nobody',
  async play(context, say) {
    const rows = await flightRows(context, 7, 14);
    await ask(context, rows, say);
    const monitor = await driftCheck(context, 0, say);
    expectThat(monitor.lastVerdict === 'ok', 'the verdict is ok', monitor);
    return { summary: `check ${monitor.lastCheck}: ${monitor.reason}`, facts: { monitor } };
  },
};

const kilometres: Chapter<DemoContext> = {
  title: 'Upstream, somebody changes miles to kilometres (a mistake that the demo plants)',
  expected: 'the next check finds it and names the feature; an alarm fires; a page arrives; retraining is requested',
  async play(context, say) {
    const since = new Date();
    const before = (await factOr<DriftMonitor>(context, registryKeys.driftMonitor(context.model)))?.lastCheck ?? 0;
    await ask(context, (await flightRows(context, 7, 14)).map(inKilometres), say);
    const monitor = await driftCheck(context, before, say);
    expectThat(monitor.lastVerdict === 'drift', 'the verdict is drift', monitor);
    const [top] = monitor.topFeatures ?? [];
    expectThat(top?.column === 'distance', 'distance is named first', monitor.topFeatures);
    say(`drift: ${top.words}`);
    const page = await pageArrives(context, 'drift', since);
    for (const line of [page.subject, ...page.text.split('\n')]) say(`│ ${line}`);
    expectThat(page.text.includes('distance'), 'the page names the cause', page);
    context.lastPage = page;
    const retraining = await fact<Retraining>(context, registryKeys.retraining(context.model));
    say(`retraining: ${retraining.status}: ${retraining.reason}`);
    return { summary: `a page: ${top.words}`, facts: { monitor, page, retraining } };
  },
};

export const watch: readonly Chapter<DemoContext>[] = [julyAsItIs, kilometres];

/** Sends rows through the endpoint, as an application would: some in each call. */
async function ask(context: DemoContext, rows: readonly FlightRow[], say: (line: string) => void): Promise<void> {
  const endpoint = endpointName(context.place, context.model);
  const size = Math.ceil(rows.length / JULY_CALLS);
  for (let i = 0; i < rows.length; i += size) await context.ports.endpoints.invoke(endpoint, rows.slice(i, i + size));
  say(`${rows.length} flights asked about in ${Math.ceil(rows.length / size)} calls`);
}

/** Waits for the next decided check of drift. */
async function driftCheck(context: DemoContext, after: number, say: (line: string) => void): Promise<DriftMonitor> {
  say('waiting for the scheduled check');
  let seen = 'no check yet';
  return waitFor(
    `a drift check after check ${after} has a verdict`,
    async () => {
      const monitor = await factOr<DriftMonitor>(context, registryKeys.driftMonitor(context.model));
      if (monitor) seen = `${monitor.verdict} at ${monitor.checkedAt}: ${monitor.reason}`;
      return monitor && (monitor.lastCheck ?? 0) > after ? monitor : undefined;
    },
    { seconds: 240, signal: context.signal },
    () => seen,
  );
}
