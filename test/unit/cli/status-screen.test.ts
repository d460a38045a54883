import { describe, expect, it } from 'vitest';
import type { Session } from '../../../cli/cli.ts';
import { SCREEN } from '../../../cli/output/status-table.ts';
import type { Hold, Run } from '../../../shared/domain/records.ts';
import type { Key } from '../../../shared/domain/registry-key.ts';
import { CATALOGUE_MODEL, registryKeys } from '../../../shared/domain/registry-keys.ts';
import { MODEL, QUIET } from './fixture.ts';
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

  it('fits one screen for one model in full', async () => {
    const { lines } = await screenOf(['status', MODEL], await crowded(1));
    expect(widest(lines)).toBeLessThanOrEqual(SCREEN.columns);
    expect(lines.length).toBeLessThan(SCREEN.lines);
  });

  it('cuts no command: each can be copied', async () => {
    const { lines } = await screenOf(['status'], await crowded(6));
    const commands = lines.filter((line) => line.trim().startsWith('modelloop '));
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
