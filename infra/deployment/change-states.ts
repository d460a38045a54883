import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { callFunction } from '../constructs/pipeline-machine.ts';
import type { EndpointStates } from './endpoint-states.ts';

const CONFIG = {
  'EndpointConfigName.$': '$.start.config.EndpointConfigName',
  'ProductionVariants.$': '$.start.config.ProductionVariants',
  'Tags.$': '$.start.config.Tags',
};
const CHANGED = {
  'EndpointName.$': '$.start.endpoint',
  'EndpointConfigName.$': '$.start.config.EndpointConfigName',
};

export interface ChangeStatesProps {
  /** Makes the release's alarms. */
  readonly alarms: Lambda;
  /** What follows. */
  readonly changed: IChainable;
  /** What follows when it fails; the error is at `$.error`. */
  readonly undo: IChainable;
}

/** The configuration, then the endpoint that is made or updated with it: at once, or by canary. */
export function changeStates(endpoint: EndpointStates, { alarms, changed, undo }: ChangeStatesProps): IChainable {
  const { scope } = endpoint;
  const call = (id: string, operation: string, parameters: Record<string, unknown>) => {
    const state = endpoint.call(id, operation, parameters);
    state.addCatch(undo, { errors: ['States.ALL'], resultPath: '$.error' });
    return state;
  };
  const capturing = call('Create the endpoint configuration', 'createEndpointConfig', {
    ...CONFIG,
    'DataCaptureConfig.$': '$.start.config.DataCaptureConfig',
  });
  const serverless = call('Create the serverless configuration', 'createEndpointConfig', CONFIG);
  const create = call('Create the endpoint', 'createEndpoint', { ...CHANGED, 'Tags.$': '$.start.tags' });
  const update = call('Update the endpoint', 'updateEndpoint', CHANGED);
  // Its alarms first: without them SageMaker takes nothing back.
  const watched = callFunction(scope, "Make the release's alarms", alarms, {
    payload: { 'alarms.$': '$.start.canary.alarms' },
    resultPath: '$.alarms',
  });
  watched.addCatch(undo, { errors: ['States.ALL'], resultPath: '$.error' });
  const byCanary = call('Update the endpoint by canary', 'updateEndpoint', {
    ...CHANGED,
    'DeploymentConfig.$': '$.start.canary.deploymentConfig',
  });
  const isThere = new Choice(scope, 'Is there an endpoint already?')
    .when(Condition.stringEquals('$.start.outcome', 'create'), create.next(changed))
    .when(Condition.isPresent('$.start.canary'), watched.next(byCanary).next(changed))
    .otherwise(update.next(changed));
  return new Choice(scope, 'Are calls captured?')
    .when(Condition.isPresent('$.start.config.DataCaptureConfig'), capturing.next(isThere))
    .otherwise(serverless.next(isThere));
}
