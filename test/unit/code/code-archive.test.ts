import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { CODE_LIMITS, type CodeFile, treeHashOf } from '../../../shared/domain/build/code-tree.ts';
import { BadArchiveError, packCode, unpackCode } from '../../../shared/use-cases/code/code-archive.ts';

const file = (path: string, text = path): CodeFile => ({ path, bytes: new TextEncoder().encode(text) });
const texts = (files: readonly CodeFile[]) => files.map((f) => [f.path, new TextDecoder().decode(f.bytes)]);

type EntryType = 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO';
interface Entry {
  readonly path: string;
  readonly type?: EntryType;
  readonly text?: string;
  readonly linkpath?: string;
  readonly mode?: number;
}

/** An archive byte by byte, as somebody might make it who means harm. */
function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, type = 'File', text = '', linkpath, mode = 0o755 }) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(512);
    const link = linkpath === undefined ? {} : { linkpath };
    new Header({ path, type, size: body.byteLength, mode, mtime: new Date(), ...link }).encode(header, 0);
    return [header, body, Buffer.alloc((512 - (body.byteLength % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
const archive = (...entries: readonly Entry[]) => gzipSync(tarOf(entries));

const name = fc.stringMatching(/^[a-z0-9_][a-z0-9_.-]{0,20}[a-z0-9]$/).filter((n) => !n.endsWith('.pyc'));
const files = fc.uniqueArray(
  fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 6 }).map((names) => names.join('/')),
    bytes: fc.uint8Array({ maxLength: 2000 }),
  }),
  { selector: (f) => f.path, minLength: 1, maxLength: 8 },
);

describe('a packed bundle', () => {
  it('gives back its files, in the order of their paths', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (some) => {
        const unpacked = await unpackCode(await packCode(some));
        expect(treeHashOf(unpacked)).toBe(treeHashOf(some));
        expect(unpacked.map((f) => f.path)).toEqual(some.map((f) => f.path).sort());
      }),
      { numRuns: 50 },
    );
  });

  it('has the same bytes for the same files, in whatever order they come', async () => {
    const some = [file('train.py'), file('a/b/c.py'), file('model.yaml')];
    expect(await packCode(some)).toEqual(await packCode([...some].reverse()));
  });
});

describe('the hash of a tree', () => {
  it('is the same for other archive bytes: order, modes, times, ./ and folders leave no trace', async () => {
    const packed = await unpackCode(await packCode([file('a/x.py', '1'), file('train.py', '2')]));
    const byHand = await unpackCode(
      archive(
        { path: './', type: 'Directory' },
        { path: './train.py', text: '2', mode: 0o600 },
        { path: './a/', type: 'Directory' },
        { path: './a/x.py', text: '1' },
      ),
    );
    expect(treeHashOf(byHand)).toBe(treeHashOf(packed));
    expect(texts(byHand)).toEqual(texts(packed));
  });

  it('differs where a path or a byte does', () => {
    const trees = [[file('a', '1')], [file('a', '2')], [file('b', '1')], [file('a', '1'), file('b', '')], []];
    expect(new Set(trees.map(treeHashOf)).size).toBe(trees.length);
  });

  it('leaves out what is no part of the code', async () => {
    const noise = ['.DS_Store', '._train.py', '.git/config', 'a/__pycache__/x.py', 'a/x.pyc'].map((path) => ({ path }));
    expect(texts(await unpackCode(archive(...noise, { path: 'train.py', text: '1' })))).toEqual([['train.py', '1']]);
  });
});

describe('an archive that means harm', () => {
  it.each<[string, Entry]>([
    ['a symbolic link', { path: 'train.py', type: 'SymbolicLink', linkpath: '/etc/passwd' }],
    ['a hard link', { path: 'train.py', type: 'Link', linkpath: 'model.yaml' }],
    ['a device', { path: 'null', type: 'CharacterDevice' }],
    ['a pipe', { path: 'pipe', type: 'FIFO' }],
    ['an absolute path', { path: '/etc/passwd' }],
    ['a path that leads out', { path: '../train.py' }],
    ['a path that leads out from within', { path: 'a/../../train.py' }],
    ['a backslash', { path: 'a\\b.py' }],
    ['a line break', { path: 'a\nb.py' }],
    ['a link among what would be left out', { path: '.hidden', type: 'SymbolicLink', linkpath: '/' }],
  ])('is refused for %s', async (_, entry) => {
    await expect(unpackCode(archive({ path: 'ok.py', text: '1' }, entry))).rejects.toThrow(BadArchiveError);
  });

  it('is refused for what it would unpack to, without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(CODE_LIMITS.bytes + 8 * 1024 ** 2), { level: 9 });
    expect(bomb.byteLength).toBeLessThan(100_000);
    await expect(unpackCode(bomb)).rejects.toThrow(/unpacks to more than/);
  });

  it('is refused for too many files', async () => {
    const many = Array.from({ length: CODE_LIMITS.files + 1 }, (_, i) => ({ path: `f${i}.py` }));
    await expect(unpackCode(archive(...many))).rejects.toThrow(/more than 1000 files/);
  });

  it.each([
    ['not gzip', Buffer.from('PK\x03\x04 a zip file')],
    ['empty', Buffer.alloc(0)],
    ['truncated', archive({ path: 'train.py', text: 'x'.repeat(5000) }).subarray(0, 60)],
    ['gzip of something else', gzipSync('hello '.repeat(500))],
    ['cut within the tar', gzipSync(tarOf([{ path: 'train.py', text: 'x'.repeat(5000) }]).subarray(0, 1024))],
  ])('is refused when it is %s', async (_, bytes) => {
    await expect(unpackCode(bytes)).rejects.toThrow(BadArchiveError);
  });

  it('is refused, or read, but never anything else, whatever its bytes', async () => {
    const good = gunzipSync(await packCode([file('train.py'), file('model.yaml')]));
    const flips = fc.array(fc.tuple(fc.nat(good.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const bytes = Buffer.from(good);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          for (const { path } of await unpackCode(gzipSync(bytes))) expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)/);
        } catch (error) {
          expect(error).toBeInstanceOf(BadArchiveError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
