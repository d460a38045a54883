import * as z from 'zod';
import { customResource } from '../../shared/runtime/custom-resource.ts';
import { metrics, portsOf } from '../../shared/runtime/ports.ts';

const ports = portsOf({ metrics });

/** The heartbeat's alarm takes silence for an outage: the first beat comes with the deployment that makes the alarm. */
export const handler = customResource(z.object({}), async () => {
  await ports.metrics.put([{ name: 'Heartbeat', value: 1 }]);
  return 'first-beat';
});
