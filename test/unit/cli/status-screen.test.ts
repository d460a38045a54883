import { describe, expect, it } from 'vitest';
import type { Session } from '../../../cli/cli.ts';
import { SCREEN } from '../../../cli/output/status-table.ts';
import type { Hold, Run } from '../../../shared/domain/records.ts';
import { CATALOGUE_MODEL, type Key, registryKeys } from '../../../shared/domain/registry-keys.ts';
import { MODEL, QUIET, waitingRun } from './fixture.ts';
import { modelloop, waitingSession } from './terminal.ts';

const LONG = 'a reason that nobody has cut, with its traceback and all that came before it; '.repeat(20);
const name = (i: number) => `very-long-names-${String(i).padStart(4, '0')}`;

/** A stage with so many models like the one of the history, all with something that needs somebody, and a long word about it. */
async function crowded(models: number): Promise<Session> {
  const session = await waitingSession();
  const { store } = session.ports;
  const put = async (key: Key, value: object) => {
    const before = await store.get(key);
    await store.commit([{ put: key, value, expect: before ? { revision: before.revision } : 'absent' }]);
  };
  const hold: Hold = { since: '2026-03-01T11:50:00.000Z', reason: LONG, release: 1 };
  await put(registryKeys.hold(MODEL), hold);
  const run = await store.get<Run>(registryKeys.run(MODEL, 2));
  if (run) await put(run.key, { ...run.value, failure: { error: 'Long', reason: LONG } });
  const items = await store.list(MODEL, '');
  for (let i = 1; i < models; i += 1)
    for (const { key, value } of items)
      await put({ ...key, model: name(i) }, JSON.parse(JSON.stringify(value).replaceAll(MODEL, name(i))) as object);
  const quiet = await store.get({ model: CATALOGUE_MODEL, sort: QUIET });
  if (quiet) await store.commit([{ remove: quiet.key, expect: { revision: quiet.revision } }]);
  for (let i = 1; i < models; i += 1) await put(registryKeys.catalogue(name(i)), {});
  return session;
}

const screenOf = async (args: readonly string[], session: Session) => {
  const { stdout, stderr, code } = await modelloop(args, { session });
  expect(code, stderr).toBe(0);
  return { text: stdout, lines: [...stderr.trimEnd().split('\n'), ...stdout.trimEnd().split('\n')] };
};
const widest = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length));

describe('what modelloop status shows', () => {
  it.each([1, 3, 6])('fits one screen for %i models, with long names and long reasons', async (models) => {
    const { text, lines } = await screenOf(['status'], await crowded(models));
    expect(widest(lines)).toBeLessThanOrEqual(SCREEN.columns);
    // and one line for the prompt
    expect(lines.length).toBeLessThan(SCREEN.lines);
    expect(text).toContain('needs you');
    expect(text).toContain('modelloop approve flight-delay --run 3');
  });

  it('has a line for each of 30 models, and says how many more need somebody', async () => {
    const { text, lines } = await screenOf(['status'], await crowded(30));
    expect(widest(lines)).toBeLessThanOrEqual(SCREEN.columns);
    expect(text.match(/^! /gm)).toHaveLength(30);
    expect(text).toMatch(/^ {2}and \d+ more: /m);
  });

  it('wraps the reason of one model, the most urgent on the first screen, and cuts nothing of what needs somebody', async () => {
    const { lines, text } = await screenOf(['status', MODEL], await crowded(1));
    expect(widest(lines)).toBeLessThanOrEqual(SCREEN.columns);
    const urgent = lines.findIndex((line) => line.startsWith('  needs you run 3 is waiting for approval: improvement'));
    expect(urgent).toBeGreaterThan(0);
    expect(lines.findIndex((line) => line.endsWith(`npx modelloop approve ${MODEL} --run 3`))).toBeLessThan(
      SCREEN.lines,
    );
    const needs = text.slice(text.indexOf('needs you'), text.indexOf('\n  data '));
    expect(needs.replaceAll(/\s+/g, ' ')).toContain(`${LONG.trim()} (10 minutes ago) npx modelloop resume ${MODEL}`);
    expect(needs).not.toContain('…');
  });

  it('wraps under the value, and shortens what happened to three lines', async () => {
    const { lines } = await screenOf(['status', MODEL], await crowded(1));
    const from = lines.findIndex((line) => line.startsWith('  failures  run 2: a reason'));
    expect(lines.slice(from + 1, from + 3).map((line) => line.search(/\S/))).toEqual([12, 12]);
    expect(lines[from + 2]).toMatch(/…$/);
  });

  it('tells up to three lines of each where there is room, the most urgent first', async () => {
    const { lines } = await screenOf(['status'], await crowded(1));
    const from = lines.findIndex((line) => line.startsWith(`  ${MODEL}: on hold: no automatic promotion: a reason`));
    expect(lines[from + 2]).toMatch(/^ {4}\S.*…$/);
    expect(lines[from + 3]).toBe(`    npx modelloop resume ${MODEL}`);
  });

  it('says why nothing came of the runs of a model that never was live', async () => {
    const session = await waitingSession();
    const { store } = session.ports;
    const verdict = { ...waitingRun.verdict, decision: 'unknown', outcome: 'too-few-rows', reasons: ['3 rows of 200'] };
    const { deployment: _, ...ended } = waitingRun;
    for (const [key, value] of [
      [registryKeys.champion(MODEL), undefined],
      [registryKeys.waiting(MODEL), undefined],
      [registryKeys.run(MODEL, 3), { ...ended, verdict }],
      [registryKeys.runOf(MODEL, 1, 2), { run: 3 }],
    ] as const) {
      const item = await store.get(key);
      const expected = item ? { revision: item.revision } : 'absent';
      if (value) await store.commit([{ put: key, value, expect: expected }]);
      else if (item) await store.commit([{ remove: key, expect: { revision: item.revision } }]);
    }
    expect((await screenOf(['status'], session)).text).toMatch(/^. flight-delay +nothing +too few rows$/m);
    expect((await screenOf(['status', MODEL], session)).text).toContain(
      'last run  3: not promoted: too few test rows (3 rows of 200)',
    );
  });

  it('cuts no command: each can be copied', async () => {
    const { lines } = await screenOf(['status'], await crowded(6));
    const commands = lines.filter((line) => line.trim().startsWith('npx modelloop '));
    expect(commands.length).toBeGreaterThan(0);
    for (const line of commands) expect(line).not.toContain('…');
  });

  it('says so when nothing needs anybody', async () => {
    const session = await waitingSession();
    const { store } = session.ports;
    for (const key of [registryKeys.catalogue(MODEL)]) {
      const item = await store.get(key);
      if (item) await store.commit([{ remove: key, expect: { revision: item.revision } }]);
    }
    expect((await screenOf(['status'], session)).text).toContain('nothing needs you');
  });
});
