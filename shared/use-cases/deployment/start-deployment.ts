import { deploymentExecutionName } from '../../domain/names.ts';
import type { RunDeployment } from '../../domain/records.ts';
import type { Ports } from '../../ports/index.ts';
import type { DeploymentInput } from './begun-changes.ts';
import { isApprovalNeeded, waitForApproval } from './wait-for-approval.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions' | 'notifications' | 'clock'>;

/**
 * Starts the deployment of a model version that its verdict promoted; or records that it waits, where somebody has to approve it, too.
 * Doing it twice starts it once.
 */
export const startDeployment = async (
  ports: Needs,
  { model, modelVersion, run }: DeploymentInput,
): Promise<{ readonly execution: string } | RunDeployment> => {
  const input = { model, modelVersion, run };
  if (await isApprovalNeeded(ports, input)) return waitForApproval(ports, input);
  const execution = deploymentExecutionName(model, modelVersion, run);
  await ports.executions.start('deployment', execution, input);
  return { execution };
};
