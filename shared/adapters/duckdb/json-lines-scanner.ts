import { BadFileError } from './bad-file.ts';
import { tooManyRows } from './csv-scanner.ts';
import type { LineMap } from './line-map.ts';

const LF = 0x0a;
const BLANK = new Set([0x20, 0x09, 0x0d, LF]);

/** Drops empty lines and keeps in mind where each document stands. What a line holds is DuckDB's matter. */
export class JsonLinesScanner {
  records = 0;
  readonly #lines: LineMap;
  readonly #maxRecords: number;
  #line = 0;
  #open = false;

  constructor(lines: LineMap, maxRecords: number) {
    this.#lines = lines;
    this.#maxRecords = maxRecords;
  }

  push(block: Uint8Array): Uint8Array {
    const kept: Uint8Array[] = [];
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(LF, start) + 1 || block.length;
      const line = block.subarray(start, end);
      this.#line++;
      if (!line.every((byte) => BLANK.has(byte))) kept.push(this.#record(line));
      start = end;
    }
    return Buffer.concat(kept);
  }

  end(): Uint8Array {
    return this.#open ? Buffer.of(LF) : Buffer.alloc(0);
  }

  #record(line: Uint8Array): Uint8Array {
    this.#lines.note(this.records, this.#line);
    if (++this.records > this.#maxRecords) throw new BadFileError(tooManyRows(this.#maxRecords));
    this.#open = line.at(-1) !== LF;
    return line;
  }
}
