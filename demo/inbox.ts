import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AlarmKind, pagesInbox, pageTopic, topicArn } from '../shared/domain/names.ts';
import type { DemoContext } from './context.ts';
import { waitFor } from './wait-for.ts';

/** What SNS puts into a queue. */
interface Notification {
  readonly TopicArn: string;
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string } | undefined>>;
}

/**
 * What on-call would read: the laptop's inbox is subscribed to every page topic. Reads past other pages.
 * @returns the next page of this kind about the model
 */
export async function pageArrives({ place, model, signal }: DemoContext, kind: AlarmKind): Promise<string> {
  const sqs = new SQSClient({ region: place.region });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: pagesInbox(place) }));
  const ours = topicArn(place, pageTopic(place, model));
  const others: string[] = [];
  return waitFor(
    `a page about ${kind} of ${model} arrives in ${pagesInbox(place)}`,
    async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 1 }),
      );
      const [message] = Messages;
      if (!message?.Body) return undefined;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      const { TopicArn, Subject, Message, MessageAttributes } = JSON.parse(message.Body) as Notification;
      const { kind: about, state } = MessageAttributes ?? {};
      if (TopicArn === ours && about?.Value === kind && state?.Value === 'ALARM') return `${Subject}\n${Message}`;
      others.push(Subject);
      return undefined;
    },
    { seconds: 180, signal },
    () => (others.length > 0 ? `only other pages: ${others.join('; ')}` : 'no page'),
  );
}
