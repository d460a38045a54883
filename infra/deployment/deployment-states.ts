import { Duration } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  type CustomState,
  Fail,
  type IChainable,
  Pass,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { callFunction } from '../constructs/pipeline-machine.ts';
import { changeStates } from './change-states.ts';
import { EndpointStates, isSettled } from './endpoint-states.ts';
import { RestorationStates } from './restoration-states.ts';
import { retirementStates } from './retirement-states.ts';

const DEPLOYMENT = { 'model.$': '$.model', 'modelVersion.$': '$.modelVersion', 'run.$': '$.run' };
const OWNER = { 'execution.$': '$$.Execution.Name' };
const SERVING = { 'endpoint.$': '$.start.endpoint', 'endpointConfig.$': '$.start.config.EndpointConfigName' };

export interface DeploymentStatesProps {
  readonly functions: Readonly<Record<'begin' | 'alarms' | 'smoke' | 'commit' | 'restored' | 'retire', Lambda>>;
  readonly pollSeconds: number;
}

/**
 * The states of the deployment machine. What fails after the lock was taken is undone (the endpoint that was made is deleted, the one
 * that was updated goes back to the champion's configuration) and the execution then fails with the first error.
 */
export class DeploymentStates {
  private readonly scope: Construct;
  private readonly props: DeploymentStatesProps;
  private readonly endpoint: EndpointStates;
  private readonly undo: IChainable;
  private readonly restoration: RestorationStates;

  constructor(scope: Construct, props: DeploymentStatesProps) {
    this.scope = scope;
    this.props = props;
    this.endpoint = new EndpointStates(scope, props.pollSeconds);
    this.restoration = new RestorationStates(scope, this.endpoint, props.functions.restored);
    this.undo = this.undoing();
  }

  definition(): IChainable {
    const begin = callFunction(this.scope, 'Take the lock', this.props.functions.begin, {
      payload: { 'request.$': '$', ...OWNER },
      resultPath: '$.start',
    });
    const later = new Wait(this.scope, 'Wait for the other deployment', {
      time: WaitTime.duration(Duration.seconds(30)),
    });
    const cleared = this.endpoint.wait('Wait until the endpoint left behind is gone');
    return begin.next(
      new Choice(this.scope, 'What is to be done?')
        .when(Condition.stringEquals('$.start.outcome', 'create'), this.configuring())
        .when(Condition.stringEquals('$.start.outcome', 'update'), this.settling())
        .when(Condition.stringEquals('$.start.outcome', 'restore'), this.restoration.start)
        .when(Condition.stringEquals('$.start.outcome', 'retire'), this.retiring())
        .when(Condition.stringEquals('$.start.outcome', 'clearing'), cleared.next(begin))
        .when(Condition.stringEquals('$.start.outcome', 'busy'), later.next(begin))
        .otherwise(new Succeed(this.scope, 'Nothing to deploy')),
    );
  }

  private retiring(): IChainable {
    return retirementStates(this.scope, this.endpoint, this.props.functions.retire);
  }

  private configured: IChainable | undefined;

  private configuring(): IChainable {
    const { alarms } = this.props.functions;
    this.configured ??= changeStates(this.endpoint, { alarms, changed: this.changed(), undo: this.undo });
    return this.configured;
  }

  /** An endpoint that somebody's last words still change can be updated only when it is done with that. */
  private settling(): IChainable {
    const look = this.endpoint.look('Look at the endpoint before');
    look.addCatch(this.undo, { errors: ['States.ALL'], resultPath: '$.error' });
    const wait = this.endpoint.wait('Wait until it can be updated');
    look.next(new Choice(this.scope, 'Can it be updated?').when(isSettled, this.configuring()).otherwise(wait));
    wait.next(look);
    return look;
  }

  /** Waits for the endpoint, and believes only the configuration that serves: an update can end in service on the old one. */
  private changed(): IChainable {
    const wait = this.endpoint.wait('Wait for the endpoint');
    const look = this.orUndo(this.endpoint.look('Look at the endpoint'));
    const ours = Condition.stringEqualsJsonPath('$.seen.EndpointConfigName', '$.start.config.EndpointConfigName');
    const inService = Condition.stringEquals('$.seen.EndpointStatus', 'InService');
    look.next(
      new Choice(this.scope, 'Does it serve the new configuration?')
        .when(Condition.and(inService, ours), this.proving())
        .when(
          Condition.and(isSettled, Condition.isPresent('$.seen.FailureReason')),
          this.failing('The endpoint failed', '$.seen.FailureReason'),
        )
        .when(isSettled, this.failing('The endpoint fell back', undefined))
        .otherwise(wait),
    );
    return wait.next(look);
  }

  private failing(id: string, reason: string | undefined): IChainable {
    const why = reason
      ? { 'Cause.$': reason }
      : {
          'Cause.$':
            "States.Format('the endpoint ended {} on the configuration {}, without a reason', $.seen.EndpointStatus, $.seen.EndpointConfigName)",
        };
    const failed = Pass.jsonPath(this.scope, id, {
      parameters: { Error: 'EndpointFailed', ...why },
      resultPath: '$.error',
    });
    return failed.next(this.undo);
  }

  private proving(): IChainable {
    const smoke = callFunction(this.scope, 'Smoke test by prediction', this.props.functions.smoke, {
      payload: { ...DEPLOYMENT, ...SERVING },
      resultPath: '$.smoke',
    });
    smoke.addCatch(this.undo, { errors: ['States.ALL'], resultPath: '$.error' });
    // Never caught: its commit may have happened although its reply was lost, and then this endpoint is live.
    const commit = callFunction(this.scope, 'Commit the release', this.props.functions.commit, {
      payload: { ...DEPLOYMENT, ...SERVING, ...OWNER, 'variants.$': '$.seen.ProductionVariants' },
      resultPath: '$.release',
    });
    const live = new Succeed(this.scope, 'Live');
    const tidy = this.endpoint.call('Delete the obsolete configuration', 'deleteEndpointConfig', {
      'EndpointConfigName.$': '$.start.obsolete',
    });
    // What is left over costs nothing; a release that is live must not count as failed for it.
    tidy.addCatch(live, { errors: ['States.ALL'], resultPath: '$.tidy' });
    return smoke
      .next(commit)
      .next(
        new Choice(this.scope, 'Is a configuration obsolete?')
          .when(Condition.isPresent('$.start.obsolete'), tidy.next(live))
          .otherwise(live),
      );
  }

  private undoing(): IChainable {
    const failed = new Fail(this.scope, 'Deployment failed', {
      errorPath: '$.error.Error',
      causePath: '$.error.Cause',
    });
    const forget = this.endpoint.call('Delete the new configuration', 'deleteEndpointConfig', {
      'EndpointConfigName.$': '$.start.config.EndpointConfigName',
    });
    forget.addCatch(failed, { errors: ['States.ALL'], resultPath: '$.cleanup' });
    const remove = this.endpoint.call('Delete the endpoint', 'deleteEndpoint', {
      'EndpointName.$': '$.start.endpoint',
    });
    remove.addCatch(forget, { errors: ['States.ALL'], resultPath: '$.cleanup' });
    this.restoration.next(forget.next(failed));
    return new Choice(this.scope, 'Was anything live before?')
      .when(Condition.stringEquals('$.start.outcome', 'create'), remove.next(forget))
      .otherwise(this.restoration.start);
  }

  private orUndo(state: CustomState): CustomState {
    state.addCatch(this.undo, { errors: ['States.ALL'], resultPath: '$.error' });
    return state;
  }
}
