import { BadFileError } from './bad-file.ts';
import type { LineMap } from './line-map.ts';
import type { ProblemList } from './problem-list.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/** A record longer than this is a quote that was never closed, or no table. DuckDB's own limit is 2 MB. */
export const MAX_RECORD_BYTES = 1024 * 1024;

type State = 'start' | 'plain' | 'quoted' | 'quote' | 'cr' | 'skip';

/**
 * Reads the structure of a CSV file (RFC 4180: comma, double quotes, a header) and passes on a plain form of it: no header, no empty
 * lines, every line ended by LF. DuckDB then reads it with explicit columns, and the nth row that it reads is the nth record here.
 * Why not leave it to DuckDB: its line numbers count records, so a quoted newline shifts every number after it.
 */
export class CsvScanner {
  header: readonly string[] | undefined;
  records = 0;
  readonly #problems: ProblemList;
  readonly #lines: LineMap;
  readonly #maxRecords: number;
  readonly #headerBytes: number[] = [];
  #state: State = 'start';
  #line = 1;
  #recordLine = 1;
  #fields = 1;
  #bytes = 0;
  /** What is passed on. A record that a chunk leaves open is carried over, since it may turn out to be broken. */
  #out = Buffer.alloc(0);
  #written = 0;
  #recordStart = 0;

  constructor(problems: ProblemList, lines: LineMap, maxRecords: number) {
    this.#problems = problems;
    this.#lines = lines;
    this.#maxRecords = maxRecords;
  }

  push(chunk: Uint8Array): Uint8Array {
    const open = this.#out.subarray(this.#recordStart, this.#written);
    this.#out = Buffer.allocUnsafe(open.length + chunk.length + 1);
    this.#written = open.copy(this.#out);
    this.#recordStart = 0;
    for (const byte of chunk) this.#step(byte);
    return this.#out.subarray(0, this.#recordStart);
  }

  /** The last line may lack its line end. */
  end(): Uint8Array {
    if (this.#state === 'quoted') throw new BadFileError(this.#neverClosed());
    return this.#bytes > 0 ? this.push(Uint8Array.of(LF)) : Buffer.alloc(0);
  }

  #step(byte: number): void {
    if (byte === LF) this.#lineEnd();
    else if (this.#state === 'skip') return;
    else if (this.#state === 'cr') this.#loneCarriageReturn();
    else if (byte === CR && this.#state !== 'quoted') this.#state = 'cr';
    else this.#character(byte);
  }

  #character(byte: number): void {
    this.#keep(byte);
    if (this.#state === 'quoted') {
      if (byte === QUOTE) this.#state = 'quote';
    } else if (byte === COMMA) {
      this.#fields++;
      this.#state = 'start';
    } else if (this.#state === 'start') this.#state = byte === QUOTE ? 'quoted' : 'plain';
    else if (this.#state === 'quote' && byte === QUOTE) this.#state = 'quoted';
    else if (this.#state === 'quote' || byte === QUOTE) this.#strayQuote();
  }

  #keep(byte: number): void {
    if (++this.#bytes > MAX_RECORD_BYTES)
      throw new BadFileError(this.#state === 'quoted' ? this.#neverClosed() : this.#tooLong());
    if (this.header === undefined) this.#headerBytes.push(byte);
    else this.#out[this.#written++] = byte;
  }

  #lineEnd(): void {
    this.#line++;
    if (this.#state === 'quoted') this.#keep(LF);
    else {
      if (this.header === undefined) this.#endHeader();
      else if (this.#bytes > 0) this.#endRecord();
      this.#recordLine = this.#line;
      this.#fields = 1;
      this.#bytes = 0;
      this.#state = 'start';
    }
  }

  #endHeader(): void {
    if (this.#bytes === 0) return;
    this.header = splitHeader(Buffer.from(this.#headerBytes).toString('utf8'));
  }

  #endRecord(): void {
    const expected = this.header?.length ?? 0;
    const ragged = this.#state !== 'skip' && this.#fields !== expected;
    if (ragged) this.#problems.add(raggedRow(this.#recordLine, this.#fields, expected));
    if (ragged || this.#state === 'skip') this.#dropRecord();
    else this.#passOn();
  }

  #passOn(): void {
    this.#out[this.#written++] = LF;
    this.#recordStart = this.#written;
    this.#lines.note(this.records, this.#recordLine);
    if (++this.records > this.#maxRecords) throw new BadFileError(tooManyRows(this.#maxRecords));
  }

  /** The upload is rejected for it, but the rows around it are still looked at: better all problems at once. */
  #dropRecord(): void {
    this.#written = this.#recordStart;
  }

  #strayQuote(): void {
    this.#state = 'skip';
    this.#problems.add({
      code: 'stray-quote',
      line: this.#recordLine,
      message: `line ${this.#recordLine}: a quote in the middle of a field${this.#line > this.#recordLine ? ` (seen in line ${this.#line}: was an earlier quote never closed?)` : ''}; put the whole field in quotes and double the quotes inside it`,
    });
  }

  #loneCarriageReturn(): never {
    throw new BadFileError({
      code: 'bad-line-end',
      line: this.#line,
      message: `line ${this.#line} has a carriage return without a line feed: end lines with LF or CR LF, and quote any text that contains one`,
    });
  }

  #neverClosed() {
    return {
      code: 'quote-never-closed',
      line: this.#recordLine,
      message: `a quote is opened in the record that starts in line ${this.#recordLine} and never closed: close it, or double it if it is part of the text`,
    };
  }

  #tooLong() {
    return {
      code: 'too-long',
      line: this.#recordLine,
      message: `line ${this.#recordLine} is longer than ${MAX_RECORD_BYTES} bytes: is this a CSV file?`,
    };
  }
}

export const tooManyRows = (max: number) => ({
  code: 'too-many-rows',
  message: `the file has more than ${max} rows, which is the contract's data.maxRows: upload it in pieces, or raise the limit in model.yaml`,
});

const raggedRow = (line: number, fields: number, expected: number) => ({
  code: 'ragged-row',
  line,
  message: `line ${line} has ${fields} ${fields === 1 ? 'field' : 'fields'}, the header has ${expected}: every row needs one field per column (quote any text that contains a comma)`,
});

/** The header's names; its quotes are known to be well placed. */
function splitHeader(line: string): string[] {
  const fields = line.match(/"(?:[^"]|"")*"|[^,]+|(?<=,|^)(?=,|$)/g) ?? [];
  return fields.map((f) => (f.startsWith('"') ? f.slice(1, -1).replaceAll('""', '"') : f));
}
