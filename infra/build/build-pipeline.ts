import { Duration, Stack } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  CustomState,
  type IChainable,
  JsonPath,
  Map as MapState,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { UPLOAD_PREFIX } from '../../shared/domain/keys.ts';
import { PREPARATIONS_AT_ONCE, TRAININGS_AT_ONCE } from '../../shared/domain/quotas.ts';
import { EventQueue } from '../constructs/event-queue.ts';
import { PipelineFunction, type Work } from '../constructs/pipeline-function.ts';
import { callFunction, PipelineMachine } from '../constructs/pipeline-machine.ts';
import type { Platform } from '../constructs/platform.ts';
import { allow } from '../constructs/repositories.ts';
import { SageMakerJob } from '../constructs/sagemaker-job.ts';
import { grantJobs, grantModels, sageMakerCall } from '../constructs/sagemaker-states.ts';
import { JudgeCandidate } from './judge-candidate.ts';

const MINUTE = Duration.minutes(1);

/** Newest data × newest code becomes trained candidates, the best of them a model version, and a verdict on it. */
export class BuildPipeline extends Construct {
  readonly machine: PipelineMachine;
  private readonly platform: Platform;

  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    this.platform = platform;
    this.codeRepository();
    this.startRun();

    const { repositories: repos } = platform;
    const plan = this.fn('plan-run', 'Writes what each candidate is trained on');
    repos.grantReadRegistry(plan.lambda);
    repos.grantRead(plan.lambda, 'data', 'manifests/', 'prepared/', 'runs/');
    repos.grantWrite(plan.lambda, 'data', 'runs/');

    const prepare = this.fn('prepare-run', "Prepares a run's data for the contract of its code", 'rows');
    repos.grantReadRegistry(prepare.lambda);
    repos.grantRead(prepare.lambda, 'data', 'manifests/', 'parts/', 'prepared/');
    repos.grantWrite(prepare.lambda, 'data', 'prepared/', 'runs/');

    const select = this.fn('select-candidate', 'Registers the best candidate as a model version', 'files');
    repos.grantCommitRegistry(select.lambda);
    repos.grantRead(select.lambda, 'model', 'training/');

    const evaluate = this.fn('evaluate-run', 'Scores the model version on the test rows and gives the verdict', 'rows');
    repos.grantCommitRegistry(evaluate.lambda);
    repos.grantRead(evaluate.lambda, 'data', 'manifests/', 'prepared/', 'runs/');
    repos.grantRead(evaluate.lambda, 'model', 'evaluations/', 'baselines/');
    repos.grantWrite(evaluate.lambda, 'model', 'evaluations/', 'baselines/');
    platform.grantPublish(evaluate.lambda);
    // Whether a deployment that is to be waited for is still at work.
    platform.grantDescribeExecutions(evaluate.lambda, 'deployment');

    this.machine = new PipelineMachine(this, 'Machine', {
      settings: platform.functions.settings,
      pipeline: 'build',
      comment: 'Input: { model, run }',
      definition: this.definition({ plan, prepare, select, evaluate }),
    });
    const { role } = this.machine.machine;
    grantJobs(role, platform.place);
    grantModels(role, platform.place);
  }

  private definition(fn: Record<'plan' | 'prepare' | 'select' | 'evaluate', PipelineFunction>) {
    // A path that leads nowhere fails a state: requests name a network where the stage has one, and only there.
    const inNetwork = this.platform.functions.settings.network !== undefined;
    const train = new MapState(this, 'Train each candidate', {
      itemsPath: '$.plan.candidates',
      maxConcurrency: TRAININGS_AT_ONCE,
      resultPath: '$.trained',
    }).itemProcessor(
      new SageMakerJob(this, 'Train', {
        kind: 'Training',
        request: '$.request',
        members: [
          'TrainingJobName',
          'AlgorithmSpecification',
          'RoleArn',
          'HyperParameters',
          'InputDataConfig',
          'OutputDataConfig',
          'ResourceConfig',
          'StoppingCondition',
          ...(inNetwork ? ['VpcConfig'] : []),
          'Tags',
        ],
      }),
    );
    const select = callFunction(this, 'Select the best candidate', fn.select.lambda, {
      payload: { 'model.$': '$.model', 'run.$': '$.run', 'candidates.$': '$.plan.candidates' },
      resultPath: '$.selected',
    });
    const createModel = new CustomState(this, 'Create the model', {
      stateJson: sageMakerCall(
        'createModel',
        {
          'ModelName.$': '$.selected.model.ModelName',
          'ExecutionRoleArn.$': '$.selected.model.ExecutionRoleArn',
          'PrimaryContainer.$': '$.selected.model.PrimaryContainer',
          ...(inNetwork && { 'VpcConfig.$': '$.selected.model.VpcConfig' }),
          'Tags.$': '$.selected.model.Tags',
        },
        '$.created',
      ),
    });
    const judge = new JudgeCandidate(this, 'Judge', fn.evaluate);
    return this.planned(fn, train.next(select).next(createModel).next(judge.start));
  }

  /** Code may come with another contract than the data did: what is not prepared for it is, a page at a time, before anything is trained. */
  private planned(fn: Record<'plan' | 'prepare', PipelineFunction>, next: IChainable): IChainable {
    const plan = callFunction(this, 'Plan the run', fn.plan.lambda, {
      payload: { 'model.$': '$.model', 'run.$': '$.run' },
      resultPath: '$.plan',
    });
    const prepare = new MapState(this, 'Prepare for this contract', {
      itemsPath: '$.plan.batches',
      maxConcurrency: PREPARATIONS_AT_ONCE,
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(
      callFunction(this, 'Prepare parts', fn.prepare.lambda, {
        payload: { 'model.$': '$.model', 'run.$': '$.run', 'parts.$': '$.parts' },
      }),
    );
    return plan.next(
      new Choice(this, 'Is all of it prepared?')
        .when(Condition.stringEquals('$.plan.outcome', 'unprepared'), prepare.next(plan))
        .otherwise(next),
    );
  }

  /** `<model>.tar.gz` in the code repository becomes a code version. */
  private codeRepository(): void {
    const { repositories: repos, place } = this.platform;
    const register = this.fn('register-code', 'Records a code bundle as a code version');
    repos.grantCommitRegistry(register.lambda);
    repos.grantRead(register.lambda, 'code', UPLOAD_PREFIX, 'bundles/');
    // To tell a version that is gone from one that may not be read.
    repos.grantListVersions(register.lambda, 'code', UPLOAD_PREFIX);
    repos.grantWrite(register.lambda, 'code', 'bundles/', 'rejected/');
    this.platform.grantPublish(register.lambda);
    new EventQueue(this, 'Bundles', {
      ...{ place, name: 'bundles' },
      description: 'A bundle was uploaded to the code repository',
      pattern: this.platform.objectCreated('code'),
      consumer: register.lambda,
      consumerTimeout: MINUTE,
    });

    const publish = this.fn('publish-code', 'Puts the bundles of a deployment into the code repository');
    const assets = `arn:aws:s3:::cdk-${qualifierOf(this)}-assets-${place.account}-${place.region}/*`;
    allow(publish.lambda, ['s3:GetObject'], [assets], undefined, 'assets are named by the hash of what they hold');
    repos.grantWrite(publish.lambda, 'code', UPLOAD_PREFIX);
  }

  private startRun(): void {
    const { platform } = this;
    const start = this.fn('start-run', 'Starts a run when there is newer data or code and none is under way');
    platform.repositories.grantCommitRegistry(start.lambda);
    platform.grantStart(start.lambda, 'build');
    platform.grantDescribeExecutions(start.lambda, 'build');
    platform.grantPublish(start.lambda);
    new EventQueue(this, 'Triggers', {
      ...{ place: platform.place, name: 'triggers' },
      eventBus: platform.bus,
      description: 'Something happened after which a run may be due',
      pattern: platform.happened('DataVersionReady', 'CodeVersionRegistered', 'RunEnded', 'RetrainRequested'),
      consumer: start.lambda,
      consumerTimeout: MINUTE,
    });
  }

  private fn(name: string, description: string, work: Work = 'light'): PipelineFunction {
    return new PipelineFunction(this, { ...this.platform.functions, name, description, work });
  }
}

const qualifierOf = (scope: Construct): string => Stack.of(scope).synthesizer.bootstrapQualifier ?? 'hnb659fds';
