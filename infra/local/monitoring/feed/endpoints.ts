import type { Invocation, InvocationLog } from '../../sagemaker/runtime/invocation-log.ts';
import { metricText, type WatchedMetric } from '../alarm.ts';
import { type Measured, otherDimensions, type Source } from './source.ts';

/** What one invocation adds to each metric: AWS sends a 0 for an invocation without the error, and latency in microseconds. */
const VALUES: Readonly<Record<string, (invocation: Invocation) => number>> = {
  Invocations: () => 1,
  Invocation4XXErrors: ({ status }) => (status >= 400 && status < 500 ? 1 : 0),
  Invocation5XXErrors: ({ status }) => (status >= 500 || status === 0 ? 1 : 0),
  ModelLatency: ({ modelLatency }) => modelLatency,
};

type Page = ReturnType<InvocationLog['after']>;

/** AWS/SageMaker, of endpoints. */
export class Endpoints implements Source {
  readonly namespace = 'AWS/SageMaker';
  readonly #read: (after: number) => Promise<Page>;
  #log = '';
  #after = 0;

  /** @param read the invocations after that number, of local SageMaker */
  constructor(read: (after: number) => Promise<Page>) {
    this.#read = read;
  }

  lacks(metric: WatchedMetric): string | undefined {
    if (!VALUES[metric.name]) return `of endpoints there are only ${Object.keys(VALUES).join(', ')}`;
    // Of one fleet, while there are two; of all.
    const ofFleet = metric.dimensions.EndpointConfigName === undefined ? [] : ['EndpointConfigName'];
    return otherDimensions(metric, 'EndpointName', 'VariantName', ...ofFleet);
  }

  async measure(metrics: readonly WatchedMetric[]): Promise<Measured[]> {
    let page = await this.#read(this.#after);
    // Another log: local SageMaker was started anew, and counts from the beginning.
    if (page.log !== this.#log && this.#after > 0) page = await this.#read(0);
    this.#log = page.log;
    this.#after = page.last;
    const all = withCounts(metrics);
    return page.invocations.flatMap((invocation) =>
      all
        .filter((metric) => isOf(invocation, metric))
        .map((metric) => ({ metric, time: invocation.time, values: [VALUES[metric.name]?.(invocation) ?? 0] })),
    );
  }
}

/** Drift checks count the answered calls of an endpoint, which no alarm watches: they are there for each that an alarm is on. */
const COUNTS = ['Invocations', 'Invocation4XXErrors', 'Invocation5XXErrors'];

const withCounts = (watched: readonly WatchedMetric[]): readonly WatchedMetric[] => {
  const counts = watched
    .filter(({ dimensions }) => dimensions.EndpointConfigName === undefined)
    .flatMap((metric) => COUNTS.map((name) => ({ ...metric, name })));
  return [...new Map([...watched, ...counts].map((metric) => [metricText(metric), metric])).values()];
};

const isOf = ({ endpoint, variant, config }: Invocation, { dimensions: d }: Pick<WatchedMetric, 'dimensions'>) =>
  d.EndpointName === endpoint &&
  d.VariantName === variant &&
  (d.EndpointConfigName === undefined || d.EndpointConfigName === config);

/** `GET /metrics` of local SageMaker. */
export const fromLocalSageMaker =
  (url: string, secret: string) =>
  async (after: number): Promise<Page> => {
    const response = await fetch(`${url}/metrics?after=${after}`, {
      headers: { 'x-modelloop-secret': secret },
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`local SageMaker answers ${response.status} to GET /metrics`);
    return (await response.json()) as Page;
  };
