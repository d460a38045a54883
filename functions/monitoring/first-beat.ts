import * as z from 'zod';
import { PLATFORM_METRICS } from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { customResource } from '../../shared/runtime/custom-resource.ts';
import { metrics, portsOf } from '../../shared/runtime/ports.ts';

const ports = portsOf({ metrics });

/** Alarms that listen for beats take silence for an outage: the first beats come with the deployment that makes them. */
export const handler = customResource(z.object({ Metrics: z.array(z.enum(PLATFORM_METRICS)) }), async ({ Metrics }) => {
  await ports.metrics.put(Metrics.map((name) => ({ name, value: 1 })));
  return 'first-beat';
});
