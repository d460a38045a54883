import { deploymentExecutionName } from '../../domain/names.ts';
import type { Ports } from '../../ports/index.ts';
import type { DeploymentInput } from './begin-deployment.ts';

/** Starts the deployment of an approved model version; approving it twice starts it once. */
export const startDeployment = async (
  { executions }: Pick<Ports, 'executions'>,
  { model, modelVersion, run }: DeploymentInput,
): Promise<{ readonly execution: string }> => {
  const execution = deploymentExecutionName(model, modelVersion, run);
  await executions.start('deployment', execution, { model, modelVersion, run });
  return { execution };
};
