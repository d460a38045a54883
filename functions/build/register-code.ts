import { objectCreated } from '../../shared/events/aws-events.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { bus, objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { registerCode } from '../../shared/use-cases/code/register-code.ts';
import { objectMade } from '../../shared/use-cases/data/object-made.ts';

const ports = portsOf({ bus, objects, store });

export const handler = sqsHandler(objectCreated, async (event) => {
  const made = objectMade(event);
  const registration = await registerCode(ports, made);
  const log = { key: made.key, versionId: made.versionId, ...registration };
  if (registration.outcome === 'rejected') logger.warn('code bundle rejected', log);
  else logger.info('code bundle', log);
});
