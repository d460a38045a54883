import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';
import type { WatchedMetric } from '../alarm.ts';
import { type Measured, otherDimensions, type Source } from './source.ts';

/** The queue attribute that holds it. The age is no attribute on AWS: the emulator gives it to who asks for it by name (patches/queue_age.py). */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  ApproximateNumberOfMessagesVisible: 'ApproximateNumberOfMessages',
  ApproximateNumberOfMessagesNotVisible: 'ApproximateNumberOfMessagesNotVisible',
  ApproximateNumberOfMessagesDelayed: 'ApproximateNumberOfMessagesDelayed',
  ApproximateAgeOfOldestMessage: 'ApproximateAgeOfOldestMessage',
};

/** AWS measures once a minute; here what changed is put soon, and what did not, often enough for every minute to have a value. */
const UNCHANGED_EVERY_MS = 30_000;
const RISING_EVERY_MS = 5_000;

interface Last {
  readonly value: number;
  readonly time: number;
}

/** AWS/SQS. */
export class Queues implements Source {
  readonly namespace = 'AWS/SQS';
  absent: readonly string[] = [];
  readonly #sqs: SQSClient;
  readonly #last = new Map<string, Last>();
  readonly #urls = new Map<string, string>();

  constructor(sqs: SQSClient) {
    this.#sqs = sqs;
  }

  lacks(metric: WatchedMetric): string | undefined {
    if (!ATTRIBUTES[metric.name]) return `of queues there are only ${Object.keys(ATTRIBUTES).join(', ')}`;
    return otherDimensions(metric, 'QueueName');
  }

  async measure(metrics: readonly WatchedMetric[], now: number): Promise<Measured[]> {
    const names = [...new Set(metrics.map(queueOf))];
    const attributes = new Map(await Promise.all(names.map(async (name) => [name, await this.#read(name)] as const)));
    this.absent = names.filter((name) => !attributes.get(name)).map((name) => `there is no queue ${name}`);
    return metrics.flatMap((metric) => {
      const text = attributes.get(queueOf(metric))?.[ATTRIBUTES[metric.name] ?? ''];
      if (text === undefined) return [];
      const value = Number(text);
      const key = `${queueOf(metric)} ${metric.name}`;
      if (!isDue(this.#last.get(key), value, now)) return [];
      this.#last.set(key, { value, time: now });
      return [{ metric, time: now, values: [value] }];
    });
  }

  async #read(name: string): Promise<Record<string, string> | undefined> {
    try {
      const known = this.#urls.get(name);
      const QueueUrl = known ?? (await this.#sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
      this.#urls.set(name, QueueUrl);
      const AttributeNames = Object.values(ATTRIBUTES) as 'ApproximateNumberOfMessages'[];
      return (await this.#sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes ?? {};
    } catch (error) {
      if (error instanceof QueueDoesNotExist) return undefined;
      throw error;
    }
  }
}

const queueOf = ({ dimensions }: WatchedMetric) => dimensions.QueueName ?? '';

function isDue(last: Last | undefined, value: number, now: number): boolean {
  if (!last || now - last.time >= UNCHANGED_EVERY_MS) return true;
  if (value === last.value) return false;
  // A growing value, an age above all, would otherwise be put at every look.
  return value < last.value || last.value === 0 || now - last.time >= RISING_EVERY_MS;
}
