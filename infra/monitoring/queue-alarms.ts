import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type Place, pageTopic } from '../../shared/domain/names.ts';
import { PageAlarm, type PageAlarmProps } from '../constructs/page-alarm.ts';

/** Longer than a message that fails once or twice takes, shorter than anybody's patience. */
export const OLDEST_SECONDS = 900;

export interface WatchedQueue {
  /** Full name of the queue that a function works on; undefined for a dead-letter queue that stands alone. */
  readonly queueName?: string;
  readonly deadLettersName: string;
  /** Pages themselves go through it: its alarms must not depend on it. */
  readonly carriesPages?: boolean;
}

const EMPTY = {
  as: TreatMissingData.NOT_BREACHING,
  because: 'SQS stops measuring a queue that has been empty and unused for hours',
} as const;

/** Nothing waits unseen: for each asynchronous edge, the depth of its dead letters and the age of its oldest message. */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, place: Place, queues: readonly WatchedQueue[]) {
    super(scope, id);
    for (const { queueName, deadLettersName, carriesPages = false } of queues) {
      const short = (name: string) => name.replace(`modelloop-${place.stage}-`, '');
      const common: Pick<PageAlarmProps, 'place' | 'missing' | 'tellsWhenOver' | 'alsoTo'> = {
        place,
        missing: EMPTY,
        tellsWhenOver: true,
        ...(carriesPages ? { alsoTo: [pageTopic(place)] } : {}),
      };
      const metric = { namespace: 'AWS/SQS', statistic: 'Maximum', period: 60 } as const;
      new PageAlarm(this, `dead ${short(deadLettersName)}`, {
        ...common,
        kind: 'dead-letters',
        queue: short(deadLettersName),
        says: `Messages that nobody could work on wait in ${deadLettersName}.`,
        metric: { ...metric, name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: deadLettersName } },
        fires: { above: 0, points: 1, of: 1 },
      });
      if (queueName === undefined) continue;
      new PageAlarm(this, `age ${short(queueName)}`, {
        ...common,
        kind: 'queue-age',
        queue: short(queueName),
        says: `A message has waited in ${queueName} for more than ${OLDEST_SECONDS / 60} minutes.`,
        metric: { ...metric, name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName: queueName } },
        fires: { above: OLDEST_SECONDS, points: 3, of: 3 },
      });
    }
  }
}
