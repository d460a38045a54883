/** So many at a time; who comes later waits in line. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** @param signal when it is aborted in line, the work is begun at once, to find that out by itself */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const held = await this.#acquire(signal);
    try {
      return await work();
    } finally {
      if (held) this.#release();
    }
  }

  #acquire(signal?: AbortSignal): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const turn = (): void => resolve(true);
      this.#waiting.push(turn);
      signal?.addEventListener('abort', () => {
        const place = this.#waiting.indexOf(turn);
        if (place === -1) return;
        this.#waiting.splice(place, 1);
        resolve(false);
      });
    });
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
