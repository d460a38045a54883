import { expect, test } from 'vitest';
import { cut } from '../../../shared/domain/cut.ts';

test.each([
  ['a'.repeat(80), 'a'.repeat(80)],
  ['a'.repeat(81), `${'a'.repeat(79)}…`],
  ['🙂'.repeat(80), '🙂'.repeat(80)],
  ['🙂'.repeat(81), `${'🙂'.repeat(79)}…`],
  [`a${'🙂'.repeat(500)}`, `a${'🙂'.repeat(78)}…`],
])('%s', (value, wanted) => expect(cut(value)).toBe(wanted));
