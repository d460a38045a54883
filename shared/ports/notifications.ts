export interface Notification {
  /** The name of the topic; where it is follows from the place. */
  readonly topic: string;
  /** What an e-mail shows first: 1 to 100 printable ASCII characters (SNS refuses others). */
  readonly subject: string;
  readonly text: string;
  /** For subscriptions that filter. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Where people are told things (SNS). */
export interface Notifications {
  /** @throws when the topic does not take it: the caller is retried as a whole, so a notification may come twice */
  publish(notification: Notification): Promise<void>;
}
