import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  JitterType,
  LogLevel,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { type Pipeline, stateMachineName } from '../../shared/domain/names.ts';
import { PAYLOAD_VERSION } from '../../shared/events/payload-version.ts';
import type { StageSettings } from '../config.ts';
import { except, exceptPatterns } from './exceptions.ts';

export interface PipelineMachineProps {
  readonly settings: StageSettings;
  readonly pipeline: Pipeline;
  readonly definition: IChainable;
  readonly comment: string;
}

/** A pipeline's state machine. How its executions fail is recorded in one place: functions/monitoring/record-failure.ts. */
export class PipelineMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { settings, pipeline, definition, comment }: PipelineMachineProps) {
    super(scope, id);
    const name = stateMachineName(settings, pipeline);
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      role: this.role(name),
      comment,
      definitionBody: DefinitionBody.fromChainable(definition),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          // Under /aws/vendedlogs/ the log group's resource policy does not grow with each machine.
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: settings.logRetentionDays as RetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    except(
      this.machine,
      'SF1',
      'Step Functions keeps the history of each execution for 90 days: only errors are logged',
    );
    exceptPatterns(this.machine.role, ['*'], 'X-Ray and the delivery of logs know no resources');
  }

  private role(machine: string): Role {
    const { account, region } = Stack.of(this);
    return new Role(this, 'Role', {
      description: `The state machine ${machine}`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:aws:states:${region}:${account}:stateMachine:${machine}` },
        },
      }),
    });
  }
}

/** Step Functions' clock runs while a function is queued and started as well: the function's own time-out is to come first. */
const START_WITHIN = Duration.seconds(30);
/** What takes longer is not done three times more for want of time. */
const LONG = Duration.minutes(5);
/** The task's time-out, and how the end of a function is told that ran out of time or of memory. */
const RAN_OUT = ['States.Timeout', 'Sandbox.Timedout', 'Lambda.Unknown'];
/** Hundreds of files that are uploaded at once wait for each other: for some eight minutes. */
const CROWDED = ['Lambda.TooManyRequestsException', 'ConflictError'];
const AGAIN = { interval: Duration.seconds(2), backoffRate: 2, jitterStrategy: JitterType.FULL };

/** A state that calls one of our functions with `payload`; its answer goes to `resultPath`. */
export function callFunction(
  scope: Construct,
  id: string,
  fn: Lambda,
  options: { payload: Record<string, unknown>; resultPath?: string },
): LambdaInvoke {
  if (!fn.timeout) throw new Error(`${fn.node.path} has no time-out`);
  const state = LambdaInvoke.jsonPath(scope, id, {
    lambdaFunction: fn,
    payload: TaskInput.fromObject({ ...options.payload, payloadVersion: PAYLOAD_VERSION }),
    payloadResponseOnly: true,
    resultPath: options.resultPath ?? '$.result',
    taskTimeout: Timeout.duration(fn.timeout.plus(START_WITHIN)),
    retryOnServiceExceptions: true,
  });
  exceptPatterns(Stack.of(fn), [`${fn.functionArn}:*`], 'the versions of one function; grantInvoke names them');
  // All our functions are idempotent. The first retrier that names an error decides.
  state.addRetry({ ...AGAIN, errors: CROWDED, maxAttempts: 20, maxDelay: Duration.minutes(1) });
  const isLong = fn.timeout.toSeconds() > LONG.toSeconds();
  state.addRetry({ ...AGAIN, errors: RAN_OUT, maxAttempts: isLong ? 1 : 3 });
  state.addRetry({ ...AGAIN, errors: ['States.TaskFailed'], maxAttempts: 3 });
  return state;
}
