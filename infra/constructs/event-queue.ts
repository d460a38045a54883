import { type EventPattern, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { ConsumedQueue, type ConsumedQueueProps } from './consumed-queue.ts';

export interface EventQueueProps extends ConsumedQueueProps {
  /** Without it, AWS's own events on the default bus. */
  readonly eventBus?: IEventBus;
  readonly pattern: EventPattern;
  readonly description: string;
}

/** An asynchronous edge: rule → queue → function. What cannot be delivered waits in the dead-letter queue as well. */
export class EventQueue extends ConsumedQueue {
  constructor(scope: Construct, id: string, props: EventQueueProps) {
    super(scope, id, props);
    new Rule(this, 'Rule', {
      description: props.description,
      ...(props.eventBus ? { eventBus: props.eventBus } : {}),
      eventPattern: props.pattern,
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });
  }
}
