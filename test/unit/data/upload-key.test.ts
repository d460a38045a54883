import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUploadKey, uploadIdOf } from '../../../shared/domain/data/upload-key.ts';
import { MODEL_NAME } from '../../../shared/domain/names.ts';

describe('the key of an upload', () => {
  it.each([
    ['in/churn/data.csv', 'data.csv'],
    ['in/churn/2013/01/flights + more.csv.gz', '2013/01/flights + more.csv.gz'],
    ['in/churn/../../etc/passwd', '../../etc/passwd'],
    ['in/churn//double.csv', '/double.csv'],
    ['in/churn/%2e%2e%2f.csv', '%2e%2e%2f.csv'],
    ['in/churn/naïve 🛫\n.csv', 'naïve 🛫\n.csv'],
    [`in/churn/${'x'.repeat(1015)}`, 'x'.repeat(1015)],
  ])('%j names a model and a file', (key, name) => {
    expect(parseUploadKey(key, 1)).toEqual({ kind: 'upload', model: 'churn', name });
  });

  it.each(['in/', 'in/churn/', 'in/churn/2013/', 'in/no such model/'])('%j without content is a folder', (key) => {
    expect(parseUploadKey(key, 0)).toEqual({ kind: 'folder' });
  });

  it.each([
    ['in/', /no model/],
    ['in/data.csv', /no model/],
    ['in//data.csv', /cannot be the name/],
    ['in/Churn/data.csv', /"Churn" cannot be the name/],
    ['in/../churn/data.csv', /"\.\." cannot be the name/],
    ['in/~unknown/data.csv', /cannot be the name/],
    ['in/a-name-that-is-far-too-long/data.csv', /cannot be the name/],
    ['in/churn/', /no file/],
    ['in/churn/data.csv/', /no file/],
    ['out/churn/data.csv', /not under in\//],
  ])('%j with content is misplaced, and says what to do', (key, reason) => {
    const parsed = parseUploadKey(key, 1);
    expect(parsed).toMatchObject({ kind: 'misplaced', reason: expect.stringMatching(reason) });
    expect(parsed).toMatchObject({ reason: expect.stringContaining('in/<model>/<file>') });
  });

  it('leads to a model whose name is one, or to none, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, under) => {
        const parsed = parseUploadKey(under ? `in/${text}` : text, 1);
        if (parsed.kind === 'upload') expect(parsed.model).toMatch(MODEL_NAME);
      }),
    );
  });
});

describe('the identity of an upload', () => {
  it('is one for one version, and another for another', () => {
    const version = { bucket: 'b', key: 'k', versionId: 'v' };
    expect(uploadIdOf(version)).toMatch(/^[0-9a-f]{32}$/);
    expect(uploadIdOf({ ...version })).toBe(uploadIdOf(version));
    const others = [{ bucket: 'c' }, { key: 'l' }, { versionId: 'w' }, { key: 'k\0v', versionId: '' }];
    const ids = others.map((o) => uploadIdOf({ ...version, ...o }));
    expect(new Set([...ids, uploadIdOf(version)]).size).toBe(5);
  });
});
