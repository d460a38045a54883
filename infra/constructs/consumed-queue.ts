import { Duration } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLettersName, fullQueueName, type QueueName } from '../../shared/domain/monitoring/queues.ts';
import type { Place } from '../../shared/domain/names.ts';

export interface ConsumedQueueProps {
  readonly place: Place;
  readonly name: QueueName;
  readonly consumer: Lambda;
  readonly consumerTimeout: Duration;
}

/** A queue and the function behind it. What the function fails on five times waits in the dead-letter queue for 14 days. */
export class ConsumedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly name: QueueName;

  constructor(scope: Construct, id: string, props: ConsumedQueueProps) {
    super(scope, id);
    const { place, name } = props;
    this.name = name;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', deadLettersName(place, name));
    this.queue = new Queue(this, 'Queue', {
      queueName: fullQueueName(place, name),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Less than six times the function's timeout, and a message can come back while it is still being worked on.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    props.consumer.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
  }
}

export const deadLetterQueue = (scope: Construct, id: string, queueName: string): Queue =>
  new Queue(scope, id, {
    queueName,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
