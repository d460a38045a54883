import { Duration } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { callFunction } from '../constructs/pipeline-machine.ts';
import type { EndpointStates } from './endpoint-states.ts';

/** Of hundreds of SageMaker models, each with a call of its own. */
export const RETIRE_WITHIN = Duration.minutes(5);

/** Asks again and again to take away what serves, until nothing of it is left. */
export const retirementStates = (scope: Construct, endpoint: EndpointStates, retire: Lambda): IChainable => {
  const remove = callFunction(scope, 'Take away what serves', retire, {
    payload: { 'model.$': '$.model', 'execution.$': '$$.Execution.Name' },
    resultPath: '$.retirement',
  });
  const wait = endpoint.wait('Wait until it is gone');
  return remove.next(
    new Choice(scope, 'Is it gone?')
      .when(Condition.stringEquals('$.retirement.outcome', 'removing'), wait.next(remove))
      .otherwise(new Succeed(scope, 'Retired')),
  );
};
