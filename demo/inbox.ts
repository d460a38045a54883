import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { pagesInbox, pageTopic, topicArn } from '../shared/domain/names.ts';
import type { DemoContext } from './context.ts';
import { waitFor } from './wait-for.ts';

/** What on-call would read: the laptop's inbox is subscribed to every page topic. @returns the next page about the model */
export async function pageArrives({ place, model, signal }: DemoContext): Promise<string> {
  const sqs = new SQSClient({ region: place.region });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: pagesInbox(place) }));
  const ours = topicArn(place, pageTopic(place, model));
  const others: string[] = [];
  return waitFor(
    `a page about ${model} arrives in ${pagesInbox(place)}`,
    async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 1 }),
      );
      const [message] = Messages;
      if (!message?.Body) return undefined;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      const { TopicArn, Subject, Message } = JSON.parse(message.Body) as Record<string, string>;
      if (TopicArn === ours) return `${Subject}\n${Message}`;
      others.push(String(Subject));
      return undefined;
    },
    { seconds: 180, signal },
    () => (others.length > 0 ? `only other pages: ${others.join('; ')}` : 'no page'),
  );
}
