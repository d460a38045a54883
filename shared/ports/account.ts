export interface Stack {
  readonly name: string;
  /** In CloudFormation's words, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The account as somebody sees it who is about to deploy to it, or has. */
export interface Account {
  /** All stacks of the region that are not deleted. */
  stacks(): Promise<readonly Stack[]>;
  /** A service's quotas by name: those of this account, otherwise AWS's defaults. */
  quotas(service: string): Promise<ReadonlyMap<string, number>>;
  /** Who has not confirmed a subscription to a topic yet; undefined when there is no such topic. */
  unconfirmed(topic: string): Promise<readonly string[] | undefined>;
}
