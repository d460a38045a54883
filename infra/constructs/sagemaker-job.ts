import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  CustomState,
  Fail,
  type IChainable,
  type INextable,
  Pass,
  type State,
  StateMachineFragment,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { runJob, sageMakerCall } from './sagemaker-states.ts';

export interface SageMakerJobProps {
  readonly kind: 'Training' | 'Transform';
  /** Path to the request. */
  readonly request: string;
  /** What is taken from it. */
  readonly members: readonly string[];
  /** What follows when the job fails, with `{ Error, Cause }` at `$.failure`; without it, the execution fails. */
  readonly onFailure?: IChainable;
}

/**
 * One job, from its start to its end. Names tell what a job is for, so one that is there already was started by a call whose reply was
 * lost: it is waited for instead.
 */
export class SageMakerJob extends StateMachineFragment {
  readonly startState: State;
  readonly endStates: INextable[];

  constructor(scope: Construct, id: string, props: SageMakerJobProps) {
    super(scope, `${id} (job)`);
    const { kind, request, onFailure } = props;
    const start = new CustomState(this, id, { stateJson: runJob(`create${kind}Job`, request, props.members) });
    const look = new CustomState(this, `${id}: look at the job that is there`, {
      stateJson: sageMakerCall(`describe${kind}Job`, { [`${kind}JobName.$`]: `${request}.${kind}JobName` }, '$.job'),
    });
    const wait = new Wait(this, `${id}: wait for the job that is there`, {
      time: WaitTime.duration(Duration.seconds(30)),
    });
    const done = new Pass(this, `${id}: the job that was there is done`);
    start.addCatch(look, { errors: ['SageMaker.ResourceInUseException'], resultPath: '$.inUse' });
    if (onFailure)
      for (const state of [start, look]) state.addCatch(onFailure, { errors: ['States.ALL'], resultPath: '$.failure' });
    const status = (is: string) => Condition.stringEquals(`$.job.${kind}JobStatus`, is);
    look.next(
      new Choice(this, `${id}: how is the job that is there?`)
        .when(status('Completed'), done)
        .when(Condition.or(status('Failed'), status('Stopped')), this.failed(id, onFailure))
        .otherwise(wait.next(look)),
    );
    this.startState = start;
    this.endStates = [start, done];
  }

  /** As Step Functions tells of a job that it waited for itself. */
  private failed(id: string, onFailure: IChainable | undefined): IChainable {
    const failed = new Pass(this, `${id}: the job that was there failed`, {
      parameters: { Error: 'States.TaskFailed', 'Cause.$': 'States.JsonToString($.job)' },
      resultPath: '$.failure',
    });
    return failed.next(
      onFailure ?? new Fail(this, `${id}: failed`, { errorPath: '$.failure.Error', causePath: '$.failure.Cause' }),
    );
  }
}
