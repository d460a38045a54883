import { snsNotification } from '../../shared/events/aws-events.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { alarms, notifications, portsOf, store } from '../../shared/runtime/ports.ts';
import { sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { composePage } from '../../shared/use-cases/monitoring/compose-page.ts';

const ports = portsOf({ alarms, notifications, store });

/** An alarm changed its state. */
export const handler = sqsHandler(snsNotification, async (notification) => {
  const { notComposed, topic } = await composePage(ports, notification);
  if (notComposed) logger.error('an alarm was passed on as it is', { topic, error: notComposed });
});
