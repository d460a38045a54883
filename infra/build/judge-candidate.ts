import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  type IChainable,
  Parallel,
  Pass,
  Result,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { PipelineFunction } from '../constructs/pipeline-function.ts';
import { callFunction } from '../constructs/pipeline-machine.ts';
import { SageMakerJob } from '../constructs/sagemaker-job.ts';

const TRANSFORM_MEMBERS = [
  'TransformJobName',
  'ModelName',
  'BatchStrategy',
  'MaxPayloadInMB',
  'TransformInput',
  'TransformOutput',
  'TransformResources',
  'DataProcessing',
  'Tags',
];

/** Where the machine keeps what became of the champion's batch transform: events/build-tasks.ts, championScoring. */
const CHAMPION = '$.predicted.champion';

/**
 * The selected candidate and the champion predict the same test rows, at the same time; then the verdict. A champion that cannot
 * predict them is an outcome. One that went live meanwhile is scored before there is a verdict, and a deployment is waited for.
 */
export class JudgeCandidate extends Construct {
  readonly start: Parallel;
  private readonly evaluate: PipelineFunction;

  constructor(scope: Construct, id: string, evaluate: PipelineFunction) {
    super(scope, id);
    this.evaluate = evaluate;
    this.start = this.predict();
    this.start.next(this.verdict());
  }

  private predict(): Parallel {
    const isLive = new Choice(this, 'Is there a champion to compare with?');
    const none = new Pass(this, 'Nothing to compare with', { result: Result.fromObject({ outcome: 'none' }) });
    const scored = new Pass(this, 'Predicted by the champion', { result: Result.fromObject({ outcome: 'predicted' }) });
    const failed = this.failed('Champion without predictions', '$.selected.champion.modelVersion', '$');
    const champion = this.transform('Predict with the champion', '$.selected.champion.transform', failed);
    return new Parallel(this, 'Predict the test rows', {
      resultSelector: { 'champion.$': '$[1]' },
      resultPath: '$.predicted',
    })
      .branch(this.transform('Predict with the candidate', '$.selected.transform'))
      .branch(isLive.when(Condition.isPresent('$.selected.champion'), champion.next(scored)).otherwise(none));
  }

  private verdict(): IChainable {
    const evaluate = callFunction(this, 'Evaluate', this.evaluate.lambda, {
      payload: {
        'model.$': '$.model',
        'run.$': '$.run',
        'modelVersion.$': '$.selected.modelVersion',
        'champion.$': CHAMPION,
      },
      resultPath: '$.evaluation',
    });
    const failed = this.failed('New champion without predictions', '$.evaluation.champion.modelVersion', CHAMPION);
    failed.next(evaluate);
    const another = this.transform('Predict with the new champion', '$.evaluation.champion.transform', failed);
    const wait = new Wait(this, 'Wait for the deployment', { time: WaitTime.duration(Duration.seconds(30)) });
    const outcome = (is: string) => Condition.stringEquals('$.evaluation.outcome', is);
    return evaluate.next(
      new Choice(this, 'Is it decided?')
        .when(outcome('score-champion'), another.next(evaluate))
        .when(outcome('wait'), wait.next(evaluate))
        .otherwise(new Succeed(this, 'Decided')),
    );
  }

  /** @param onFailure makes the job's failure an outcome; without it the run fails */
  private transform(id: string, request: string, onFailure?: Pass): SageMakerJob {
    return new SageMakerJob(this, id, {
      kind: 'Transform',
      request,
      members: TRANSFORM_MEMBERS,
      ...(onFailure && { onFailure }),
    });
  }

  private failed(id: string, modelVersion: string, resultPath: string): Pass {
    return new Pass(this, id, {
      parameters: {
        outcome: 'failed',
        'modelVersion.$': modelVersion,
        'failure.$': '$.failure',
      },
      resultPath,
    });
  }
}
