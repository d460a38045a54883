import { Duration } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface ConsumedQueueProps {
  readonly consumer: Lambda;
  readonly consumerTimeout: Duration;
  readonly queueName: string;
}

/** A queue and the function behind it. What the function fails on five times waits in the dead-letter queue for 14 days. */
export class ConsumedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly queueName: string;

  constructor(scope: Construct, id: string, props: ConsumedQueueProps) {
    super(scope, id);
    this.queueName = props.queueName;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', `${props.queueName}-dead`);
    this.queue = new Queue(this, 'Queue', {
      queueName: props.queueName,
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
