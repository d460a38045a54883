import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crashEverywhere } from '../fixtures/crash-everywhere.ts';
import { leftBehind } from '../fixtures/left-behind.ts';
import { CASES } from '../fixtures/write-cases.ts';

/**
 * A function is killed before and after each call that it makes, and called again: what is left is what one call that nothing happened to
 * leaves. No orphan, no second run, nothing told that is not so.
 */

describe('killed anywhere and called again, it leaves what one call leaves:', () => {
  it.each(CASES)('%s', async (_, makeWorld, work) => {
    const undisturbed = await makeWorld();
    const before = await leftBehind(undisturbed);
    await work(undisturbed);
    const expected = await leftBehind(undisturbed);
    expect(expected, 'it does nothing here').not.toEqual(before);
    const places = await crashEverywhere(makeWorld, work, async (world) => {
      expect(await leftBehind(world)).toEqual(expected);
    });
    expect(places).toBeGreaterThan(0);
  });
});

/** Those that are killed everywhere by tests of their own, or as a part of another one here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'data/validate-part': 'test/unit/data/data-pipeline.test.ts',
  'data/validate-upload': 'test/unit/data/data-pipeline.test.ts',
  'data/prepare-part': 'test/unit/data/data-pipeline.test.ts',
  'data/announce-upload': 'test/unit/data/data-pipeline.test.ts',
  'build/announce-run': 'test/unit/crashes.test.ts',
  'monitoring/record-failure': 'test/unit/crashes.test.ts',
  'monitoring/check-drift': 'test/unit/drift/check-drift.test.ts',
  'monitoring/decide-drift': 'test/unit/drift/check-drift.test.ts',
  'monitoring/announce-drift': 'test/unit/drift/check-drift.test.ts',
  'monitoring/sweep': 'test/unit/monitoring/sweep.test.ts',
  'monitoring/sweep-model': 'test/unit/monitoring/sweep.test.ts',
  'monitoring/redrive': 'test/unit/monitoring/redrive.test.ts',
};
/** One commit by somebody who is told what came of it, and looks before asking again. */
const BY_HAND: readonly string[] = ['deployment/decide-approval', 'deployment/request-retirement'];
/** One object, whole, as the last thing that it does. */
const ONE_OBJECT: readonly string[] = ['reports/write-report'];
const WRITES =
  /\b(?:store|objects|bus|executions|metrics|notifications|queues|alarms)\s*\.(?:commit|write|upload|copy|publish|start|put|send|delete)\(/;

it('every use case that writes is killed everywhere by a test', () => {
  const directory = new URL('../../shared/use-cases/', import.meta.url);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  const writing = files.filter((f) => WRITES.test(readFileSync(new URL(f, directory), 'utf8')));
  const covered = new Set([
    ...CASES.map(([name]) => name.split(',')[0]),
    ...Object.keys(ELSEWHERE),
    ...BY_HAND,
    ...ONE_OBJECT,
  ]);
  expect(writing.map((f) => f.replace('.ts', '')).filter((f) => f.includes('/') && !covered.has(f))).toEqual([]);
  for (const [name, test] of Object.entries(ELSEWHERE))
    expect(readFileSync(new URL(`../../${test}`, import.meta.url), 'utf8'), name).toContain('crashEverywhere(');
});
