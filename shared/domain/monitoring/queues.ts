import type { Place } from '../names.ts';

/** The asynchronous edges by the short names of their queues: the function that works on each. */
export const QUEUES = {
  uploads: 'register-upload',
  bundles: 'register-code',
  triggers: 'start-run',
  approvals: 'start-deployment',
  failures: 'record-failure',
  alarms: 'compose-page',
  reports: 'write-report',
} as const;
export type QueueName = keyof typeof QUEUES;
/** Undefined when there is no such queue. */
export const functionOf = (queue: string): string | undefined =>
  Object.entries(QUEUES).find(([name]) => name === queue)?.[1];

/** Calls that the scheduler could not make wait among dead letters that no queue is before. */
export const SCHEDULES = 'schedules';
export type DeadLetterQueue = QueueName | typeof SCHEDULES;
export const DEAD_LETTER_QUEUES = [...Object.keys(QUEUES), SCHEDULES] as readonly DeadLetterQueue[];

/** Short, as alarms name it. */
export const deadLettersOf = (queue: DeadLetterQueue) => `${queue}-dead` as const;

export const fullQueueName = ({ stage }: Pick<Place, 'stage'>, queue: string) => `modelloop-${stage}-${queue}`;
export const deadLettersName = (place: Pick<Place, 'stage'>, queue: DeadLetterQueue) =>
  fullQueueName(place, deadLettersOf(queue));
