import type { Notification, Notifications } from '../../ports/notifications.ts';

export interface MemoryNotifications extends Notifications {
  /** What was published, in order. */
  readonly published: readonly Notification[];
}

/** SNS: a subject is at most 100 characters of printable ASCII, and does not begin with a space; a message has at most 256 KiB. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;
const MOST_BYTES = 256 * 1024;

export function memoryNotifications(): MemoryNotifications {
  const published: Notification[] = [];
  return {
    published,
    publish: async (notification) => {
      if (!SUBJECT.test(notification.subject)) throw new Error(`SNS refuses the subject ${notification.subject}`);
      const bytes = Buffer.byteLength(notification.text);
      if (bytes === 0 || bytes > MOST_BYTES) throw new Error(`SNS refuses a message of ${bytes} bytes`);
      published.push(notification);
    },
  };
}
