import type { Measurement, Metrics } from '../../ports/metrics.ts';

export interface MemoryMetrics extends Metrics {
  /** One entry a call, in order. */
  readonly calls: readonly (readonly Measurement[])[];
  /** The values that were put under a name, in order. */
  valuesOf(name: Measurement['name'], model?: string): readonly number[];
}

/** CloudWatch takes 1,000 in a call, and no infinite value; the port promises less. */
const MOST = 100;

export function memoryMetrics(): MemoryMetrics {
  const calls: (readonly Measurement[])[] = [];
  return {
    calls,
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
