import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { pagesInbox } from '../../shared/domain/names.ts';
import { type CloudState, clientSettings } from './cloud-state.ts';

/** A page as somebody who is subscribed gets it. */
export interface ReceivedPage {
  /** When it was published, ISO 8601 in UTC. */
  readonly at: string;
  readonly topic: string;
  readonly subject: string;
  readonly text: string;
  /** What the page is about, such as `drift`, and `ALARM` or `OK`; of a page that was composed. */
  readonly kind?: string;
  readonly state?: string;
}

const file = (directory: string) => join(directory, 'pages.jsonl');

/** The pages that were taken from the inbox so far, oldest first. */
export function receivedPages(directory: string): ReceivedPage[] {
  if (!existsSync(file(directory))) return [];
  const lines = readFileSync(file(directory), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as ReceivedPage);
}

/** Takes what is in the inbox and keeps it in `pages.jsonl`: a page is shown again after the queue has let go of it. */
export async function takePages(state: CloudState, waitSeconds = 0): Promise<ReceivedPage[]> {
  const client = new SQSClient(clientSettings(state));
  const taken: ReceivedPage[] = [];
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: pagesInbox({ stage: 'local' }) }));
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: taken.length ? 0 : waitSeconds,
        }),
      );
      if (Messages.length === 0) return taken.sort((a, b) => (a.at < b.at ? -1 : 1));
      for (const { Body, ReceiptHandle } of Messages) {
        const page = pageIn(Body ?? '');
        // Kept before it is deleted: twice is better than never.
        appendFileSync(file(state.directory), `${JSON.stringify(page)}\n`, { mode: 0o600 });
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        taken.push(page);
      }
    }
  } catch (error) {
    if (error instanceof QueueDoesNotExist)
      throw new Error('there is no inbox for pages: the app is not deployed (npx modelloop local up)', {
        cause: error,
      });
    throw error;
  } finally {
    client.destroy();
  }
}

/** @param body what SNS puts into a queue */
export function pageIn(body: string): ReceivedPage {
  const { Timestamp, TopicArn, Subject, Message, MessageAttributes } = JSON.parse(body) as {
    Timestamp: string;
    TopicArn: string;
    Subject?: string;
    Message: string;
    MessageAttributes?: Record<string, { Value: string }>;
  };
  const { kind, state } = MessageAttributes ?? {};
  return {
    at: Timestamp,
    topic: TopicArn.slice(TopicArn.lastIndexOf(':') + 1),
    subject: Subject ?? '',
    text: Message,
    ...(kind ? { kind: kind.Value } : {}),
    ...(state ? { state: state.Value } : {}),
  };
}
