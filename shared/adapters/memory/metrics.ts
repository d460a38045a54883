import type { Measurement, Metrics } from '../../ports/metrics.ts';

export interface MemoryMetrics extends Metrics {
  /** One entry a call, in order. */
  readonly calls: readonly (readonly Measurement[])[];
  /** The values that were put under a name, in order. */
  valuesOf(name: Measurement['name'], model?: string): readonly number[];
  /** An endpoint answered so many calls. @param at ISO 8601 */
  answers(endpoint: string, at: string, calls: number): void;
}

/** CloudWatch takes 1,000 in a call, and no infinite value; the port promises less. */
const MOST = 100;

export function memoryMetrics(): MemoryMetrics {
  const calls: (readonly Measurement[])[] = [];
  const answered: { readonly endpoint: string; readonly at: number; readonly calls: number }[] = [];
  return {
    calls,
    answers: (endpoint, at, many) => {
      answered.push({ endpoint, at: Date.parse(at), calls: many });
    },
    answeredCalls: async (endpoint, { from, until }) =>
      answered
        .filter((a) => a.endpoint === endpoint && a.at >= Date.parse(from) && a.at < Date.parse(until))
        .reduce((sum, a) => sum + a.calls, 0),
    valuesOf: (name, model) =>
      calls
        .flat()
        .filter((m) => m.name === name && m.model === model)
        .map((m) => m.value),
    put: async (measurements) => {
      if (measurements.length > MOST)
        throw new Error(`${measurements.length} measurements in one call: at most ${MOST}`);
      const wrong = measurements.find((m) => !Number.isFinite(m.value));
      if (wrong) throw new Error(`${wrong.name} is ${wrong.value}: CloudWatch takes finite numbers only`);
      if (measurements.length > 0) calls.push(measurements.map((m) => ({ ...m })));
    },
  };
}
