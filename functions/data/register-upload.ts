import { objectCreated } from '../../shared/events/aws-events.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { executions, objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { objectMade } from '../../shared/use-cases/data/object-made.ts';
import { registerUpload } from '../../shared/use-cases/data/register-upload.ts';

const ports = portsOf({ executions, objects, store });

export const handler = sqsHandler(objectCreated, async (event) => {
  logger.info('upload', { ...(await registerUpload(ports, objectMade(event))) });
});
