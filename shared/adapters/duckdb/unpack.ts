import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Problem } from '../../domain/records.ts';
import { BadFileError } from './bad-file.ts';
import { MAX_RECORD_BYTES } from './csv-scanner.ts';

/** What reads the text's structure: gets whole lines (but perhaps the last), gives what is to be written. */
export interface Scanner {
  push(lines: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const LF = 0x0a;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Streams a text upload through a scanner into a plain UTF-8 file: unzipped, without byte order mark.
 * @throws BadFileError when it is not such a text, or has more than `maxBytes` once unpacked
 */
export async function unpack(
  from: string,
  to: string,
  scanner: Scanner,
  options: { gzipped: boolean; maxBytes: number },
): Promise<void> {
  const source = createReadStream(from, { highWaterMark: 256 * 1024 });
  const scan = (chunks: AsyncIterable<Buffer>) => scanned(limited(chunks, options.maxBytes), scanner);
  const sink = createWriteStream(to);
  try {
    if (options.gzipped) await pipeline(source, createGunzip(), scan, sink);
    else await pipeline(source, scan, sink);
  } catch (error) {
    if (isZlibError(error)) throw new BadFileError(notGzip(error));
    throw error;
  }
}

async function* limited(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BadFileError(tooLarge(maxBytes));
    yield chunk;
  }
}

async function* scanned(chunks: AsyncIterable<Buffer>, scanner: Scanner): AsyncGenerator<Uint8Array> {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  const checked = (block: Buffer): Buffer => {
    const body = first ? withoutByteOrderMark(block) : block;
    first = false;
    refuseNonText(body, line);
    return body;
  };
  for await (const chunk of chunks) {
    const block = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = block.lastIndexOf(LF) + 1;
    rest = block.subarray(end);
    if (end > 0) {
      const lines = checked(block.subarray(0, end));
      yield scanner.push(lines);
      line += countLines(lines);
    }
    if (rest.length > 2 * MAX_RECORD_BYTES) throw new BadFileError(endlessLine(rest, line));
  }
  if (rest.length > 0) yield scanner.push(checked(rest));
  yield scanner.end();
}

function withoutByteOrderMark(block: Buffer): Buffer {
  if ((block[0] === 0xff && block[1] === 0xfe) || (block[0] === 0xfe && block[1] === 0xff))
    throw new BadFileError({ code: 'bad-encoding', line: 1, message: 'the file is UTF-16: save it as UTF-8' });
  if (block[0] === 0x1f && block[1] === 0x8b)
    throw new BadFileError(otherFormat('gzip', 'give it a name that ends in .gz'));
  if (block.subarray(0, 4).equals(Buffer.from('PAR1')))
    throw new BadFileError(otherFormat('Parquet', 'give it a name that ends in .parquet'));
  return block.subarray(0, 3).equals(BOM) ? block.subarray(3) : block;
}

function refuseNonText(block: Buffer, firstLine: number): void {
  const nul = block.indexOf(0);
  if (nul >= 0) throw new BadFileError(nulByte(firstLine + countLines(block.subarray(0, nul))));
  if (isUtf8(block)) return;
  for (let start = 0, line = firstLine; start < block.length; line++) {
    const end = block.indexOf(LF, start) + 1 || block.length;
    if (!isUtf8(block.subarray(start, end))) throw new BadFileError(badUtf8(line));
    start = end;
  }
}

function countLines(block: Uint8Array): number {
  let lines = 0;
  for (let at = block.indexOf(LF); at >= 0; at = block.indexOf(LF, at + 1)) lines++;
  return lines;
}

const isZlibError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

const notGzip = (error: NodeJS.ErrnoException): Problem => ({
  code: 'unreadable',
  message: `the file's name says gzip, but it cannot be unpacked (${error.message}): it is cut off, damaged or not gzip at all; upload it again`,
});

export const tooLarge = (maxBytes: number): Problem => ({
  code: 'too-large',
  message: `unpacked, the file has more than ${maxBytes} bytes: upload it in pieces`,
});

const otherFormat = (what: string, todo: string): Problem => ({
  code: 'wrong-format',
  message: `the file is ${what}, which its name does not say: ${todo}`,
});

const nulByte = (line: number): Problem => ({
  code: 'bad-encoding',
  line,
  message: `line ${line} holds a NUL byte: the file is binary, or UTF-16 without a byte order mark; save it as UTF-8 text`,
});

const badUtf8 = (line: number): Problem => ({
  code: 'bad-encoding',
  line,
  message: `line ${line} is not valid UTF-8: save the file as UTF-8 (it may be Latin-1 or Windows-1252)`,
});

const endlessLine = (rest: Buffer, line: number): Problem => {
  if (rest.includes(0)) return nulByte(line);
  return {
    code: 'too-long',
    line,
    message: `line ${line} is longer than ${2 * MAX_RECORD_BYTES} bytes: is this a text file with line endings?`,
  };
};
