/** Names an item of the registry. Items of one model share `model`; `sort` orders them. */
export interface Key {
  readonly model: string;
  readonly sort: string;
}
