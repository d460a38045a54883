import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareAsOf,
  type DataMode,
  type InForce,
  manifestOf,
  placeUpload,
} from '../../../shared/domain/data/data-version.ts';
import { sha256 } from '../../../shared/domain/hash.ts';
import type { Part } from '../../../shared/domain/records.ts';

const partAt = (content: string, time = 0, sequencer = '10', key = 'in/m/a.csv'): Part => ({
  sha256: sha256(content),
  bytes: 1,
  rows: 1,
  key: `parts/m/${content}`,
  source: { bucket: 'b', key, versionId: `${content}${time}${sequencer}` },
  uploadedAt: new Date(1000 * time).toISOString(),
  sequencer,
});

const after = (mode: DataMode, parts: readonly Part[]) => {
  let inForce: InForce | undefined;
  const statuses = parts.map((part) => {
    const placed = placeUpload(inForce, part, mode);
    if (placed.status === 'accepted')
      inForce = { version: (inForce?.version ?? 0) + 1, manifest: placed.manifest, asOf: placed.asOf };
    else if (inForce && placed.status === 'duplicate' && placed.asOf) inForce = { ...inForce, asOf: placed.asOf };
    return placed.status;
  });
  return { statuses, inForce };
};

const contents = (inForce: InForce | undefined) => inForce?.manifest.parts.map((p) => p.key);

describe('append', () => {
  it('adds parts, and knows the same bytes again under any name and at any time', () => {
    const parts = [partAt('x', 5), partAt('y', 1), partAt('x', 9, '11', 'in/m/other.csv'), partAt('x', 0)];
    const { statuses, inForce } = after('append', parts);
    expect(statuses).toEqual(['accepted', 'accepted', 'duplicate', 'duplicate']);
    expect(inForce?.version).toBe(2);
    expect(contents(inForce)?.sort()).toEqual(['parts/m/x', 'parts/m/y']);
  });
});

describe('snapshot', () => {
  it('is replaced by a newer one, and not by one that comes too late', () => {
    const { statuses, inForce } = after('snapshot', [partAt('x', 5), partAt('y', 7), partAt('z', 6)]);
    expect(statuses).toEqual(['accepted', 'accepted', 'superseded']);
    expect(contents(inForce)).toEqual(['parts/m/y']);
    expect(placeUpload(inForce, partAt('z', 6), 'snapshot')).toEqual({ status: 'superseded', by: 2 });
  });

  it('takes bytes again that are not in force any more', () => {
    expect(after('snapshot', [partAt('x', 1), partAt('y', 2), partAt('x', 3)]).statuses).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ]);
  });

  it('is made newer by a newer upload of its bytes: one in between does not replace it', () => {
    const { statuses, inForce } = after('snapshot', [partAt('x', 1), partAt('x', 3), partAt('y', 2)]);
    expect(statuses).toEqual(['accepted', 'duplicate', 'superseded']);
    expect(contents(inForce)).toEqual(['parts/m/x']);
  });
});

it('data in the end does not depend on the order of arrival', () => {
  const part = fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.nat(3), fc.nat(300), fc.nat(2));
  const parts = fc
    .uniqueArray(part, { maxLength: 8, selector: ([, , n]) => n })
    .map((list) => list.map(([c, time, n, k]) => partAt(c, time, n.toString(16), `in/m/${k}.csv`)));
  const shuffled = parts.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(fc.constantFrom<DataMode>('append', 'snapshot'), shuffled, (mode, [one, other]) => {
      const [a, b] = [after(mode, one).inForce, after(mode, other).inForce];
      expect(a?.manifest.hash).toBe(b?.manifest.hash);
      expect(a?.asOf).toEqual(b?.asOf);
    }),
  );
});

describe('order', () => {
  const at = (uploadedAt: string, sequencer: string, key = 'k') => ({ uploadedAt, sequencer, key });
  it('goes by time, then by the padded sequencer, then by key', () => {
    expect(compareAsOf(at('2026-01-02', '1'), at('2026-01-01', 'F'))).toBeGreaterThan(0);
    expect(compareAsOf(at('2026-01-01', '9'), at('2026-01-01', '10'))).toBeLessThan(0);
    expect(compareAsOf(at('2026-01-01', '0a'), at('2026-01-01', 'A'))).toBe(0);
    expect(compareAsOf(at('2026-01-01', '9', 'a'), at('2026-01-01', '9', 'b'))).toBeLessThan(0);
  });
});

it('the hash of a manifest is over the contents alone', () => {
  const one = manifestOf([partAt('x', 1), partAt('y', 2)]);
  expect(manifestOf([partAt('y', 9, 'ff', 'in/m/b.csv'), partAt('x')]).hash).toBe(one.hash);
  expect(manifestOf([partAt('x')]).hash).not.toBe(one.hash);
});
