import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  CustomState,
  Fail,
  type IChainable,
  Pass,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { EventQueue } from '../constructs/event-queue.ts';
import { PipelineFunction } from '../constructs/pipeline-function.ts';
import { callFunction, PipelineMachine } from '../constructs/pipeline-machine.ts';
import type { Platform } from '../constructs/platform.ts';
import { grantEndpoints, grantInvokeEndpoints, sageMakerCall } from '../constructs/sagemaker-states.ts';

const MINUTE = Duration.minutes(1);

/** An approved model version becomes the one that answers: lock, endpoint, proof by prediction, release. */
export class DeploymentPipeline extends Construct {
  readonly machine: PipelineMachine;
  private readonly platform: Platform;

  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    this.platform = platform;
    const { repositories: repos } = platform;
    this.startDeployment();

    const begin = this.fn('begin-deployment', 'Takes the deployment lock and says what is to be deployed');
    repos.grantCommitRegistry(begin.lambda);
    platform.grantDescribeExecutions(begin.lambda, 'deployment');

    const smoke = this.fn('smoke-test', 'Proves by prediction that the endpoint is the model that was evaluated');
    repos.grantReadRegistry(smoke.lambda);
    repos.grantRead(smoke.lambda, 'data', 'runs/');
    repos.grantRead(smoke.lambda, 'model', 'evaluations/');
    if (smoke.lambda.role) grantInvokeEndpoints(smoke.lambda.role, platform.place);

    const commit = this.fn('commit-release', 'Makes the release and moves the champion, in one transaction');
    repos.grantCommitRegistry(commit.lambda);

    this.machine = new PipelineMachine(this, 'Machine', {
      settings: platform.functions.settings,
      pipeline: 'deployment',
      comment: 'Input: { model, modelVersion, run }',
      definition: this.definition({ begin, smoke, commit }),
    });
    grantEndpoints(this.machine.machine.role, platform.place);
  }

  private definition(fn: Record<'begin' | 'smoke' | 'commit', PipelineFunction>): IChainable {
    const deployment = { 'model.$': '$.model', 'modelVersion.$': '$.modelVersion', 'run.$': '$.run' };
    const owner = { 'execution.$': '$$.Execution.Name' };
    const serving = {
      'endpoint.$': '$.start.endpoint',
      'endpointConfig.$': '$.start.config.EndpointConfigName',
    };
    const begin = callFunction(this, 'Take the lock', fn.begin.lambda, {
      payload: { ...deployment, ...owner },
      resultPath: '$.start',
      timeout: MINUTE,
    });
    const smoke = callFunction(this, 'Smoke test by prediction', fn.smoke.lambda, {
      payload: { ...deployment, ...serving },
      resultPath: '$.smoke',
      timeout: MINUTE,
    });
    // Never caught: its commit may have happened although its reply was lost, and then this endpoint is live.
    const commit = callFunction(this, 'Commit the release', fn.commit.lambda, {
      payload: { ...deployment, ...serving, ...owner },
      resultPath: '$.release',
      timeout: MINUTE,
    });
    const giveUp = this.giveUp();
    const catchAll = { errors: ['States.ALL'], resultPath: '$.error' };
    smoke.addCatch(giveUp, catchAll);
    const create = this.createEndpoint(giveUp, smoke.next(commit));
    const later = new Wait(this, 'Wait for the other deployment', { time: WaitTime.duration(Duration.seconds(30)) });
    return begin.next(
      new Choice(this, 'What is to be done?')
        .when(Condition.stringEquals('$.start.outcome', 'create'), create)
        .when(Condition.stringEquals('$.start.outcome', 'busy'), later.next(begin))
        .otherwise(new Succeed(this, 'Nothing to deploy')),
    );
  }

  /** Configuration, endpoint, and the wait until it is in service. */
  private createEndpoint(giveUp: IChainable, inService: IChainable): IChainable {
    const config = this.call('Create the endpoint configuration', 'createEndpointConfig', {
      'EndpointConfigName.$': '$.start.config.EndpointConfigName',
      'ProductionVariants.$': '$.start.config.ProductionVariants',
      'DataCaptureConfig.$': '$.start.config.DataCaptureConfig',
      'Tags.$': '$.start.config.Tags',
    });
    const create = this.call('Create the endpoint', 'createEndpoint', {
      'EndpointName.$': '$.start.endpoint',
      'EndpointConfigName.$': '$.start.config.EndpointConfigName',
      'Tags.$': '$.start.tags',
    });
    const describe = this.call(
      'Look at the endpoint',
      'describeEndpoint',
      { 'EndpointName.$': '$.start.endpoint' },
      '$.seen',
    );
    for (const state of [config, create, describe])
      state.addCatch(giveUp, { errors: ['States.ALL'], resultPath: '$.error' });
    const wait = new Wait(this, 'Wait for the endpoint', {
      time: WaitTime.duration(Duration.seconds(this.platform.functions.settings.endpointPollSeconds)),
    });
    const failed = Pass.jsonPath(this, 'The endpoint failed', {
      parameters: { Error: 'EndpointFailed', 'Cause.$': '$.seen.FailureReason' },
      resultPath: '$.error',
    });
    describe.next(
      new Choice(this, 'In service?')
        .when(Condition.stringEquals('$.seen.EndpointStatus', 'InService'), inService)
        .when(Condition.stringEquals('$.seen.EndpointStatus', 'Failed'), failed.next(giveUp))
        .otherwise(wait),
    );
    return config.next(create).next(wait).next(describe);
  }

  /** Takes away what was made, so that the next deployment starts afresh, and fails with the first error. */
  private giveUp(): IChainable {
    const failed = new Fail(this, 'Deployment failed', { errorPath: '$.error.Error', causePath: '$.error.Cause' });
    const remove = this.call('Delete the endpoint', 'deleteEndpoint', { 'EndpointName.$': '$.start.endpoint' });
    remove.addCatch(failed, { errors: ['States.ALL'], resultPath: '$.cleanup' });
    return remove.next(failed);
  }

  private call(id: string, operation: string, parameters: Record<string, unknown>, resultPath: string | null = null) {
    return new CustomState(this, id, { stateJson: sageMakerCall(operation, parameters, resultPath) });
  }

  private startDeployment(): void {
    const start = this.fn('start-deployment', 'Starts the deployment of an approved model version');
    this.platform.grantStart(start.lambda, 'deployment');
    new EventQueue(this, 'Approvals', {
      queueName: this.platform.queueName('approvals'),
      eventBus: this.platform.bus,
      description: 'A model version was approved',
      pattern: this.platform.happened('ModelVersionApproved'),
      consumer: start.lambda,
      consumerTimeout: MINUTE,
    });
  }

  private fn(name: string, description: string): PipelineFunction {
    return new PipelineFunction(this, { ...this.platform.functions, name, description });
  }
}
