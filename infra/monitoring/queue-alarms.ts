import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  type DeadLetterQueue,
  deadLettersName,
  deadLettersOf,
  fullQueueName,
  SCHEDULES,
} from '../../shared/domain/monitoring/queues.ts';
import { type Place, pageTopic } from '../../shared/domain/names.ts';
import { PageAlarm, type PageAlarmProps } from '../constructs/page-alarm.ts';

/** Longer than a message that fails once or twice takes, shorter than anybody's patience. */
const OLDEST_SECONDS = 900;

const EMPTY = {
  as: TreatMissingData.NOT_BREACHING,
  because: 'SQS stops measuring a queue that has been empty and unused for hours',
} as const;

/** Nothing waits unseen: for each asynchronous edge, the depth of its dead letters and the age of its oldest message. */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, place: Place, queues: readonly DeadLetterQueue[]) {
    super(scope, id);
    for (const queue of queues) {
      const common: Pick<PageAlarmProps, 'place' | 'missing' | 'tellsWhenOver' | 'alsoTo'> = {
        place,
        missing: EMPTY,
        tellsWhenOver: true,
        // Pages themselves go through that one: its alarms must not depend on it.
        ...(queue === 'alarms' ? { alsoTo: [pageTopic(place)] } : {}),
      };
      const metric = { namespace: 'AWS/SQS', statistic: 'Maximum', period: 60 } as const;
      const deadLetters = deadLettersName(place, queue);
      new PageAlarm(this, `dead ${deadLettersOf(queue)}`, {
        ...common,
        kind: 'dead-letters',
        queue: deadLettersOf(queue),
        says: `${deadLetters} holds messages that could not be processed.`,
        metric: { ...metric, name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: deadLetters } },
        fires: { above: 0, points: 1, of: 1 },
      });
      if (queue === SCHEDULES) continue;
      const queueName = fullQueueName(place, queue);
      new PageAlarm(this, `age ${queue}`, {
        ...common,
        kind: 'queue-age',
        queue,
        says: `A message has waited in ${queueName} for more than ${OLDEST_SECONDS / 60} minutes.`,
        metric: { ...metric, name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName: queueName } },
        fires: { above: OLDEST_SECONDS, points: 3, of: 3 },
      });
    }
  }
}
