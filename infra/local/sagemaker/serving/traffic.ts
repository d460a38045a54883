/**
 * Which fleet answers an endpoint's next call. A canary gets its share by counting, evenly spread and never more: of the first n calls,
 * the whole part of n × percent / 100.
 */
export class Traffic<Fleet> {
  #main: Fleet;
  #canary: { readonly fleet: Fleet; readonly percent: number; calls: number } | undefined;

  constructor(main: Fleet) {
    this.#main = main;
  }

  /** The one that answers all calls, or all that the canary leaves. */
  get main(): Fleet {
    return this.#main;
  }

  next(): Fleet {
    const canary = this.#canary;
    if (!canary) return this.#main;
    const had = share(canary.calls, canary.percent);
    canary.calls += 1;
    return share(canary.calls, canary.percent) > had ? canary.fleet : this.#main;
  }

  try(fleet: Fleet, percent: number): void {
    this.#canary = { fleet, percent, calls: 0 };
  }

  /** All calls from here on, back to where they went before included. */
  shift(fleet: Fleet): void {
    this.#main = fleet;
    this.#canary = undefined;
  }
}

const share = (calls: number, percent: number): number => Math.floor((calls * percent) / 100);
