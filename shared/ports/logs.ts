/** What functions wrote down (CloudWatch Logs). */
export interface Logs {
  /**
   * The last line of JSON of a function's log, since then, that has this text in it.
   * @param since ISO 8601
   * @returns undefined when there is none, or no such log
   */
  last(fn: string, text: string, since: string): Promise<unknown>;
}
