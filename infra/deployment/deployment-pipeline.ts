import { Duration } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
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
    this.startDeployment();
    const { place } = platform;
    const { settings } = platform.functions;
    const states = new DeploymentStates(this, {
      functions: {
        begin: this.begin(),
        alarms: this.makeAlarms(),
        smoke: this.smokeTest(),
        commit: this.commit(),
        restored: this.endRestoration(),
        retire: this.retire(),
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
    grantEndpoints(this.machine.machine.role, place);
    // Whose alarms SageMaker is told of; it watches them as the model's serving role, which may as well.
    grantReadReleaseAlarms(this.machine.machine.role, place);
  }

  private begin(): Lambda {
    const { lambda, role } = this.fn('begin-deployment', 'Takes the deployment lock and says what is to be deployed');
    const { platform } = this;
    platform.grantDescribeExecutions(lambda, 'deployment');
    // A retirement deletes the SageMaker models: they are made again for what comes back.
    grantModels(role, platform.place);
    grantClearEndpoint(role, platform.place);
    return this.ending(lambda);
  }

  private makeAlarms(): Lambda {
    const { lambda } = this.fn('make-alarms', 'Makes the alarms by which a release on trial is taken back');
    grantMakeReleaseAlarms(lambda, this.platform.place);
    return lambda;
  }

  private smokeTest(): Lambda {
    const { repositories: repos, place } = this.platform;
    const { lambda, role } = this.fn(
      'smoke-test',
      'Proves by prediction that the endpoint is the model that was evaluated',
    );
    repos.grantReadRegistry(lambda);
    repos.grantRead(lambda, 'data', 'runs/');
    repos.grantRead(lambda, 'model', 'evaluations/');
    grantInvokeEndpoints(role, place);
    return lambda;
  }

  private commit(): Lambda {
    const { lambda } = this.fn('commit-release', 'Makes the release and moves the champion, in one transaction');
    return this.ending(lambda);
  }

  private endRestoration(): Lambda {
    const { lambda } = this.fn('end-restoration', 'Frees the endpoint, which serves the champion again');
    return this.ending(lambda);
  }

  private retire(): Lambda {
    const does = 'Takes away what serves, and records that the model is retired';
    const { lambda, role } = this.fn('retire-model', does, RETIRE_WITHIN);
    grantMeasure(lambda);
    grantRetire(role, this.platform.place);
    return this.ending(lambda);
  }

  /** Whoever ends a deployment writes it down, and takes its alarms away. */
  private ending(lambda: Lambda): Lambda {
    this.platform.repositories.grantCommitRegistry(lambda);
    grantEndReleaseAlarms(lambda, this.platform.place);
    return lambda;
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
