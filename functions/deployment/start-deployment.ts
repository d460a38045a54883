import * as z from 'zod';
import { modelVersionApproved } from '../../shared/events/domain-events.ts';
import { executions, notifications, portsOf, store } from '../../shared/runtime/ports.ts';
import { sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { startDeployment } from '../../shared/use-cases/deployment/start-deployment.ts';

const approval = z.object({ detail: modelVersionApproved });
const ports = portsOf({ executions, notifications, store });

export const handler = sqsHandler(approval, ({ detail }) => startDeployment(ports, detail));
