import type { CreateEndpointConfigInput, DeploymentConfig, UpdateEndpointInput } from '@aws-sdk/client-sagemaker';
import { CloudError } from '../cloud/ports.ts';
import { invalid } from '../errors.ts';
import type { SageMaker } from '../sagemaker.ts';
import { type Rollout, rolloutOf } from '../serving/rollout.ts';
import { honoured, ignored, members, only } from '../support.ts';
import { operation } from './operation.ts';
import { requireResource } from './requirements.ts';
import { isServerless } from './variant.ts';

const MOST_PERCENT = 50;

/**
 * The new container is started beside the old one. Without a DeploymentConfig it takes over when it is healthy; with a canary it is given
 * its share of the calls, then all, and loses them when an alarm fires. When it does not get healthy, or loses them, the endpoint stays on
 * the old configuration, in service, and FailureReason says why.
 */
export const updateEndpoint = operation<UpdateEndpointInput>({
  name: 'UpdateEndpoint',
  supports: {
    EndpointName: honoured,
    EndpointConfigName: honoured,
    RetainAllVariantProperties: only(false),
    RetainDeploymentConfig: only(false),
    DeploymentConfig: members({
      BlueGreenUpdatePolicy: members({
        TrafficRoutingConfiguration: members({
          Type: only('CANARY'),
          CanarySize: members({ Type: only('CAPACITY_PERCENT'), Value: honoured }),
          WaitIntervalInSeconds: honoured,
        }),
        TerminationWaitInSeconds: honoured,
        MaximumExecutionTimeoutInSeconds: ignored(
          'a container that does not come up is given up by its own start-up time-out',
        ),
      }),
      AutoRollbackConfiguration: members({ Alarms: honoured }),
    }),
  },
  async run(sagemaker, input) {
    requireResource(sagemaker, 'endpoint', input.EndpointName);
    const config = requireResource(sagemaker, 'endpoint-config', input.EndpointConfigName);
    const model = requireResource(sagemaker, 'model', config.request.ProductionVariants?.[0]?.ModelName);
    const rollout = input.DeploymentConfig && requireCanary(input.DeploymentConfig, config.request);
    if (rollout) await requireAlarms(sagemaker, rollout, model.request.ExecutionRoleArn);
    // Looked at last, and with nothing awaited after it: of two updates one is refused.
    const endpoint = requireResource(sagemaker, 'endpoint', input.EndpointName);
    if (endpoint.status !== 'InService') throw invalid(`Cannot update in-progress endpoint "${endpoint.arn}".`);
    // AWS documents that real-time endpoints cannot become serverless; ModelLoop asks for neither way.
    if (endpoint.serving && isServerless(endpoint.serving.config) !== isServerless(config.request))
      throw invalid(`endpoint "${endpoint.arn}" cannot be updated between instances and serverless`);
    const pending = sagemaker.endpoints.plan(config.request, model.request, rollout);
    sagemaker.store.put('endpoint', {
      ...endpoint,
      ...{ status: 'Updating', stage: 'Creating', modified: sagemaker.now(), pending },
      ...(input.DeploymentConfig && { lastDeploymentConfig: input.DeploymentConfig }),
    });
    sagemaker.endpoints.deploy(endpoint.name);
    return { EndpointArn: endpoint.arn };
  },
});

/** What SageMaker's documentation asks of a canary beyond its API model. */
function requireCanary(deployment: DeploymentConfig, config: CreateEndpointConfigInput): Rollout {
  const policy = deployment.BlueGreenUpdatePolicy;
  if (!policy)
    throw invalid('local SageMaker needs DeploymentConfig.BlueGreenUpdatePolicy where there is a DeploymentConfig');
  const size = policy.TrafficRoutingConfiguration?.CanarySize?.Value;
  if (size === undefined) throw invalid('CanarySize is required for the traffic routing type CANARY');
  if (size > MOST_PERCENT)
    throw invalid(`CanarySize must be at most ${MOST_PERCENT} percent of the capacity, not ${size}`);
  const [variant] = config.ProductionVariants ?? [];
  if ((variant?.InitialInstanceCount ?? 0) < 2)
    throw invalid(
      `a canary needs 2 or more instances: the variant ${variant?.VariantName} has ${variant?.InitialInstanceCount}`,
    );
  const rollout = rolloutOf(deployment);
  const waits = rollout.bakeSeconds + rollout.finalBakeSeconds;
  const most = policy.MaximumExecutionTimeoutInSeconds;
  if (most !== undefined && most <= waits)
    throw invalid(`MaximumExecutionTimeoutInSeconds must be larger than all waits together (${waits}), not ${most}`);
  return rollout;
}

/** An alarm that is not there, or that the role may not see, would never take anything back. */
async function requireAlarms({ cloud }: SageMaker, { alarms }: Rollout, role: string | undefined): Promise<void> {
  try {
    const states = await (await cloud.assume(role ?? '', 'SageMaker-alarms')).alarmStates(alarms);
    const missing = alarms.filter((name) => !states.has(name));
    if (missing.length > 0) throw invalid(`alarm(s) do not exist: ${missing.join(', ')}`);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw invalid(`The execution role ${role} could not describe the auto-rollback alarms. (${error.message})`);
  }
}
