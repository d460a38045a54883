import { Duration } from 'aws-cdk-lib';
import { Condition, CustomState, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { sageMakerCall } from '../constructs/sagemaker-states.ts';

/** What was seen is not on its way to something else: it serves, or has failed. */
export const isSettled = Condition.or(
  ...['InService', 'Failed', 'OutOfService', 'UpdateRollbackFailed'].map((status) =>
    Condition.stringEquals('$.seen.EndpointStatus', status),
  ),
);

/** Calls about the endpoint at `$.start.endpoint`. */
export class EndpointStates {
  readonly scope: Construct;
  private readonly pollSeconds: number;

  constructor(scope: Construct, pollSeconds: number) {
    this.scope = scope;
    this.pollSeconds = pollSeconds;
  }

  /** A call whose answer is not kept. */
  call(id: string, operation: string, parameters: Record<string, unknown>): CustomState {
    return new CustomState(this.scope, id, { stateJson: sageMakerCall(operation, parameters, null) });
  }

  /** What is seen is at `$.seen`. */
  look(id: string): CustomState {
    const stateJson = sageMakerCall('describeEndpoint', { 'EndpointName.$': '$.start.endpoint' }, '$.seen');
    return new CustomState(this.scope, id, { stateJson });
  }

  wait(id: string): Wait {
    return new Wait(this.scope, id, { time: WaitTime.duration(Duration.seconds(this.pollSeconds)) });
  }
}
