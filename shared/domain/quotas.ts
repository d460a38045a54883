import type { ModelDefinition } from './definition/model-definition.ts';

/** A limit of the account that the definitions come near. Quotas are found by their names, as the console shows them. */
export interface NeededQuota {
  readonly service: 'sagemaker' | 'lambda';
  readonly name: string;
  readonly needed: number;
  /** What it is needed for. */
  readonly because: string;
}

/** How a finding about it is called. */
export const quotaCheck = ({ service, name }: NeededQuota): string => `quota of ${service}, ${name}`;

/** So many trainings of one run are under way at once. */
export const TRAININGS_AT_ONCE = 4;
/** So many functions prepare a run's data for another contract at once. */
export const PREPARATIONS_AT_ONCE = 4;
/** The candidate's and the champion's. */
const TRANSFORMS_AT_ONCE = 2;
/** Two for each queue, and some for state machines and schedules. */
const FUNCTIONS_AT_ONCE = 25;

type Definition = Pick<ModelDefinition, 'name' | 'training' | 'deployment' | 'candidates'>;

/**
 * What all models together ask of the account when each has a run, and one after the other is deployed: a new fleet is made
 * before the old one goes.
 */
export function neededQuotas(definitions: readonly Definition[]): NeededQuota[] {
  const training = sums(definitions, (d) => [d.training.instance, Math.min(TRAININGS_AT_ONCE, d.candidates.length)]);
  const transform = sums(definitions, (d) => [d.training.instance, TRANSFORMS_AT_ONCE]);
  const fleets = definitions.flatMap(({ deployment: d }) => (d.serverless ? [] : [[d.instance, d.instances] as const]));
  const serving = sums(fleets, (fleet) => fleet);
  const concurrency = definitions.reduce((sum, { deployment: d }) => sum + (d.serverless?.maxConcurrency ?? 0), 0);
  const largest = (type: string) => Math.max(...fleets.filter(([t]) => t === type).map(([, n]) => n));
  const of = (type: string, use: string, needed: number, because: string): NeededQuota => ({
    ...{ service: 'sagemaker', name: `${type} for ${use} usage`, needed, because },
  });
  return [
    ...training.map(([type, n]) => of(type, 'training job', n, 'candidates trained at once')),
    ...transform.map(([type, n]) => of(type, 'transform job', n, 'a candidate and a champion, scored at once')),
    ...serving.map(([type, n]) =>
      of(type, 'endpoint', n + largest(type), 'endpoints, and the new fleet of one of them'),
    ),
    ...(concurrency > 0 ? [{ ...SERVERLESS, needed: concurrency, because: 'serverless endpoints' }] : []),
    { ...FUNCTIONS, needed: FUNCTIONS_AT_ONCE, because: 'functions that run at once; with fewer, work waits' },
  ];
}

const SERVERLESS = {
  service: 'sagemaker',
  name: 'Maximum total concurrency that can be allocated across all serverless endpoints',
} as const;
const FUNCTIONS = { service: 'lambda', name: 'Concurrent executions' } as const;

function sums<T>(items: readonly T[], of: (item: T) => readonly [type: string, n: number]): [string, number][] {
  const totals = new Map<string, number>();
  for (const item of items) {
    const [type, n] = of(item);
    totals.set(type, (totals.get(type) ?? 0) + n);
  }
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
}
