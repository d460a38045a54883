/** From a record's place among the records (0-based) to the physical line where it starts (1-based). */
export class LineMap {
  /** Only where the difference between the two changes: usually once, for the header. */
  readonly #from: number[] = [];
  readonly #offset: number[] = [];

  /** Records come in order. */
  note(record: number, line: number): void {
    const offset = line - record;
    if (this.#offset.at(-1) === offset) return;
    this.#from.push(record);
    this.#offset.push(offset);
  }

  lineOf(record: number): number {
    let low = 0;
    let high = this.#from.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#from[middle] ?? 0) <= record) low = middle;
      else high = middle - 1;
    }
    return record + (this.#offset[low] ?? 1);
  }
}
