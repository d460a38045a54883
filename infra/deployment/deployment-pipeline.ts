import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { notifyTopic } from '../../shared/domain/names.ts';
import { EventQueue } from '../constructs/event-queue.ts';
import { grantMeasure } from '../constructs/grant-measure.ts';
import { grantPublishTo } from '../constructs/page-topic.ts';
import { PipelineFunction } from '../constructs/pipeline-function.ts';
import { PipelineMachine } from '../constructs/pipeline-machine.ts';
import type { Platform } from '../constructs/platform.ts';
import { grantEndReleaseAlarms, grantMakeReleaseAlarms, grantReadReleaseAlarms } from '../constructs/release-alarms.ts';
import {
  grantClearEndpoint,
  grantEndpoints,
  grantInvokeEndpoints,
  grantModels,
  grantRetire,
} from '../constructs/sagemaker-states.ts';
import { DeploymentStates } from './deployment-states.ts';
import { RETIRE_WITHIN } from './retirement-states.ts';

/** A model version becomes the one that answers: lock, endpoint, proof by prediction, release. Or what answered before is put back. */
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

    const alarms = this.fn('make-alarms', 'Makes the alarms by which a release on trial is taken back');
    grantMakeReleaseAlarms(alarms.lambda, platform.place);

    const smoke = this.fn('smoke-test', 'Proves by prediction that the endpoint is the model that was evaluated');
    repos.grantReadRegistry(smoke.lambda);
    repos.grantRead(smoke.lambda, 'data', 'runs/');
    repos.grantRead(smoke.lambda, 'model', 'evaluations/');
    if (smoke.lambda.role) grantInvokeEndpoints(smoke.lambda.role, platform.place);

    const commit = this.fn('commit-release', 'Makes the release and moves the champion, in one transaction');
    repos.grantCommitRegistry(commit.lambda);

    const restored = this.fn('end-restoration', 'Frees the endpoint, which serves the champion again');
    repos.grantCommitRegistry(restored.lambda);

    const retire = this.fn(
      'retire-model',
      'Takes away what serves, and records that the model is retired',
      RETIRE_WITHIN,
    );
    repos.grantCommitRegistry(retire.lambda);
    grantMeasure(retire.lambda);

    if (retire.lambda.role) grantRetire(retire.lambda.role, platform.place);
    // A retirement deletes the SageMaker models: they are made again for what comes back.
    if (begin.lambda.role) {
      grantModels(begin.lambda.role, platform.place);
      grantClearEndpoint(begin.lambda.role, platform.place);
    }
    // Whoever ends a deployment takes its alarms away.
    for (const { lambda } of [begin, commit, restored, retire]) grantEndReleaseAlarms(lambda, platform.place);

    const { settings } = platform.functions;
    const states = new DeploymentStates(this, {
      functions: {
        begin: begin.lambda,
        alarms: alarms.lambda,
        smoke: smoke.lambda,
        commit: commit.lambda,
        restored: restored.lambda,
        retire: retire.lambda,
      },
      pollSeconds: settings.endpointPollSeconds,
    });
    this.machine = new PipelineMachine(this, 'Machine', {
      settings,
      pipeline: 'deployment',
      comment:
        'Input: { model, modelVersion, run }, with more for what people ask for: deploymentExecution in shared/events',
      definition: states.definition(),
    });
    grantEndpoints(this.machine.machine.role, platform.place);
    // Whose alarms SageMaker is told of; it watches them as the model's serving role, which may as well.
    grantReadReleaseAlarms(this.machine.machine.role, platform.place);
  }

  private startDeployment(): void {
    const start = this.fn(
      'start-deployment',
      'Starts the deployment of what a verdict promoted, or makes it wait for approval',
    );
    this.platform.grantStart(start.lambda, 'deployment');
    this.platform.repositories.grantCommitRegistry(start.lambda);
    grantPublishTo(start.lambda, this, this.platform.place, notifyTopic(this.platform.place));
    new EventQueue(this, 'Approvals', {
      ...{ place: this.platform.place, name: 'approvals' },
      eventBus: this.platform.bus,
      description: 'A verdict promoted a model version',
      pattern: this.platform.happened('ModelVersionApproved'),
      consumer: start.lambda,
      consumerTimeout: Duration.minutes(1),
    });
  }

  private fn(name: string, description: string, timeout?: Duration): PipelineFunction {
    return new PipelineFunction(this, { ...this.platform.functions, name, description, ...(timeout && { timeout }) });
  }
}
