import { describe, expect, it } from 'vitest';
import { bytesText, hanging, numberText, printableDeep, table, WIDTH, wrap } from '../../../cli/output/text.ts';
import { durationText, relative, when } from '../../../cli/output/time.ts';
import { tree } from '../../../cli/output/tree.ts';
import { printable } from '../../../shared/domain/printable.ts';

const look = { colour: false, now: new Date('2026-03-01T12:00:00.000Z') };

describe('text', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [12_345_678, '12 MB'],
  ])('%d bytes read %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [undefined, 'missing'],
    [0.712345, '0.7123'],
    [12_345.6, '12,345.6'],
    [0.00001234, '0.00001234'],
  ])('%s reads %s', (n, text) => expect(numberText(n)).toBe(text));

  it('makes control and direction characters visible, at any depth', () => {
    expect(printable('a\u001b[2Jb\u202ec')).toBe('a\\x1b[2Jb\\u202ec');
    expect(printableDeep({ a: [{ 'k\n': 'v\u0007' }], n: 1, z: null })).toEqual({
      a: [{ 'k\\x0a': 'v\\x07' }],
      n: 1,
      z: null,
    });
  });

  it('leaves other scripts and emoji as they are', () =>
    expect(printable('données 🛫 данные')).toBe('données 🛫 данные'));

  it('wraps between words, cuts words that are too long, and keeps indentation', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('  in abcdefghij', 6)).toEqual(['  in', 'abcdef', 'ghij']);
  });

  it('sets what runs on under the value that it belongs to', () => {
    expect(hanging('label  one two three four', 16)).toEqual(['label  one two', '       three', '       four']);
    expect(hanging('no label here, only words', 16)).toEqual(['no label here,', '  only words']);
  });

  it('fits a table with one very long cell into the width, losing nothing', () => {
    const long = 'k'.repeat(400);
    const lines = table(
      look,
      ['name', 'key'],
      [
        ['a', long],
        ['b', 'short'],
      ],
    ).split('\n');
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(WIDTH);
    expect(lines.join('').replaceAll(/[^k]/g, '').length).toBe(long.length + 1);
  });
});

describe('time', () => {
  it.each([
    ['2026-03-01T11:59:59.500Z', 'just now'],
    ['2026-03-01T11:59:15.000Z', '45 seconds ago'],
    ['2026-03-01T09:10:00.000Z', '2 hours ago'],
    ['2026-02-26T12:00:00.000Z', '3 days ago'],
    ['2026-03-01T12:05:00.000Z', 'in 5 minutes'],
  ])('%s is %s', (iso, text) => expect(relative(iso, look.now)).toBe(text));

  it('is said both ways', () =>
    expect(when('2026-03-01T11:58:00.000Z', look.now)).toBe('2026-03-01 11:58:00Z (2 minutes ago)'));

  it.each([
    ['2026-03-01T11:00:00.850Z', '850 ms'],
    ['2026-03-01T11:00:12.000Z', '12 s'],
    ['2026-03-01T11:03:20.000Z', '3 min 20 s'],
    ['2026-03-01T13:05:00.000Z', '2 h 5 min'],
  ])('until %s took %s', (to, text) => expect(durationText('2026-03-01T11:00:00.000Z', to)).toBe(text));
});

describe('tree', () => {
  it('draws what hangs below what', () => {
    const drawn = tree({
      label: 'a',
      facts: ['fact of a'],
      children: [
        { label: 'b', facts: ['fact of b'], children: [{ label: 'c' }] },
        { label: 'd', facts: ['fact of d'] },
      ],
    });
    expect(drawn.split('\n')).toEqual([
      'a',
      '│  fact of a',
      '├─ b',
      '│  │  fact of b',
      '│  └─ c',
      '└─ d',
      '      fact of d',
    ]);
  });

  it('wraps a long fact beside its rail', () => {
    const lines = tree({ label: 'a', children: [{ label: 'b', facts: ['x'.repeat(250)] }] }).split('\n');
    expect(Math.max(...lines.map((l) => l.length))).toBe(WIDTH);
    expect(lines.length).toBe(5);
  });
});
