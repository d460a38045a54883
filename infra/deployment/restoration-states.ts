import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, type CustomState, Fail, type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { callFunction } from '../constructs/pipeline-machine.ts';
import { type EndpointStates, isSettled } from './endpoint-states.ts';

const SERVES_CHAMPION = Condition.and(
  Condition.stringEquals('$.seen.EndpointStatus', 'InService'),
  Condition.stringEqualsJsonPath('$.seen.EndpointConfigName', '$.start.champion.endpointConfig'),
);

/**
 * Looks until the endpoint has settled; when it does not serve the champion's configuration, updates it back, once, and looks again.
 * Both the end of a deployment that failed and an execution of its own, after one that ended without being able to do this.
 */
export class RestorationStates {
  readonly start: CustomState;
  private readonly serving: Choice;

  constructor(scope: Construct, endpoint: EndpointStates, restored: Lambda) {
    const notRestored = new Fail(scope, 'The champion does not serve', {
      error: 'ChampionNotRestored',
      cause:
        'the endpoint could not be put back to the configuration of the champion: what serves is not what is on record',
    });
    const orFail = (state: CustomState): CustomState => {
      state.addCatch(notRestored, { errors: ['States.ALL'], resultPath: '$.restoration' });
      return state;
    };
    this.start = orFail(endpoint.look('Look at what serves'));
    const update = orFail(
      endpoint.call('Put the champion back', 'updateEndpoint', {
        'EndpointName.$': '$.start.endpoint',
        'EndpointConfigName.$': '$.start.champion.endpointConfig',
      }),
    );
    const again = orFail(endpoint.look('Look whether it is back'));
    const [settle, wait] = [endpoint.wait('Wait until it has settled'), endpoint.wait('Wait until it is back')];
    this.serving = this.end(scope, restored);
    this.start.next(
      new Choice(scope, 'Does the champion serve?')
        .when(SERVES_CHAMPION, this.serving)
        .when(isSettled, update.next(wait).next(again))
        .otherwise(settle.next(this.start)),
    );
    again.next(
      new Choice(scope, 'Is the champion back?')
        .when(SERVES_CHAMPION, this.serving)
        .when(isSettled, notRestored)
        .otherwise(wait),
    );
  }

  private end(scope: Construct, restored: Lambda): Choice {
    const done = callFunction(scope, 'Free the endpoint', restored, {
      payload: { 'model.$': '$.model', 'execution.$': '$$.Execution.Name' },
      resultPath: '$.restored',
    });
    return new Choice(scope, 'Was that all?').when(
      Condition.stringEquals('$.start.outcome', 'restore'),
      done.next(new Succeed(scope, 'Restored')),
    );
  }

  /** What follows, with the champion serving, when this is the end of a deployment that failed. */
  next(state: IChainable): void {
    this.serving.otherwise(state);
  }
}
