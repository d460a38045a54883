import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { QueueNotFoundError, type Queues } from '../../ports/queues.ts';

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

export function sqsQueues(client: SQSClient): Queues {
  const urls = new Map<string, string>();
  const urlOf = async (QueueName: string): Promise<string | undefined> => {
    try {
      const known = urls.get(QueueName);
      if (known !== undefined) return known;
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
      if (QueueUrl) urls.set(QueueName, QueueUrl);
      return QueueUrl;
    } catch (error) {
      throw error instanceof QueueDoesNotExist ? new QueueNotFoundError(QueueName, { cause: error }) : error;
    }
  };
  return {
    depth: async (queue) => {
      const asked = { QueueUrl: await urlOf(queue), AttributeNames: [...COUNTS] };
      const { Attributes = {} } = await client.send(new GetQueueAttributesCommand(asked));
      return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },

    receive: async (queue, hiddenForSeconds) => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: await urlOf(queue),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: hiddenForSeconds,
          // Asks all of SQS's servers: without waiting, an answer may be empty though there are messages.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes, MessageAttributes = {} }) => ({
        messageId: MessageId,
        body: Body,
        receipt: ReceiptHandle,
        sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
        ),
      }));
    },

    send: async (queue, body) => {
      await client.send(new SendMessageCommand({ QueueUrl: await urlOf(queue), MessageBody: body }));
    },

    release: async (queue, { receipt: ReceiptHandle }) => {
      const QueueUrl = await urlOf(queue);
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    },

    delete: async (queue, { receipt: ReceiptHandle }) => {
      await client.send(new DeleteMessageCommand({ QueueUrl: await urlOf(queue), ReceiptHandle }));
    },
  };
}
