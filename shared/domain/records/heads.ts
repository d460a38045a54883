/** Where each count stands. */

/** `head#…` items: the newest number of a kind. `head#data` also says what is in force. */
export interface Head {
  readonly latest: number;
}

export interface DataHead extends Head {
  /** Of the newest version. */
  readonly manifestHash: string;
  readonly manifestKey: string;
  /** For a snapshot: the newest upload of what is in force, by which a late older one is known. */
  readonly asOf: { readonly uploadedAt: string; readonly sequencer: string; readonly key: string };
}

export interface CodeHead extends Head {
  /**
   * Versions that rollbacks took away, `after` < version ≤ `upTo`: a tree of one of them that is put into the code repository later than
   * `at` is a new version; an event from before is old news.
   */
  readonly rolledAway?: readonly { readonly after: number; readonly upTo: number; readonly at: string }[];
}
