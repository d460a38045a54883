import { Duration } from 'aws-cdk-lib';
import { Choice, Condition } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { UPLOAD_PREFIX } from '../../shared/domain/keys.ts';
import { EventQueue } from '../constructs/event-queue.ts';
import { type FunctionDefaults, PipelineFunction, type Work } from '../constructs/pipeline-function.ts';
import { callFunction, PipelineMachine } from '../constructs/pipeline-machine.ts';
import type { Platform } from '../constructs/platform.ts';

/** An upload becomes a data version, or a rejection that says why. */
export class DataPipeline extends Construct {
  readonly machine: PipelineMachine;

  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    const { functions, repositories: repos } = platform;

    const register = this.registerUpload(functions, platform);
    const validate = this.fn(functions, 'validate-upload', 'Holds an upload to its contract', 'rows');
    repos.grantReadRegistry(validate.lambda);
    repos.grantRead(validate.lambda, 'data', UPLOAD_PREFIX, 'parts/', 'prepared/');
    // To tell a version that is gone from one that may not be read.
    repos.grantListVersions(validate.lambda, 'data', UPLOAD_PREFIX);
    repos.grantWrite(validate.lambda, 'data', 'parts/', 'prepared/');

    const prepare = this.fn(functions, 'prepare-part', 'Profiles a part and writes its frozen split', 'rows');
    repos.grantReadRegistry(prepare.lambda);
    repos.grantRead(prepare.lambda, 'data', 'prepared/');
    repos.grantWrite(prepare.lambda, 'data', 'prepared/');

    const accept = this.fn(functions, 'accept-upload', 'Makes an upload a data version, a duplicate or superseded');
    repos.grantCommitRegistry(accept.lambda);
    repos.grantRead(accept.lambda, 'data', 'manifests/');
    repos.grantWrite(accept.lambda, 'data', 'manifests/');
    platform.grantPublish(accept.lambda);

    const reject = this.fn(functions, 'reject-upload', 'Records why an upload was rejected');
    repos.grantCommitRegistry(reject.lambda);
    repos.grantWrite(reject.lambda, 'data', 'rejected/');

    this.machine = new PipelineMachine(this, 'Machine', {
      settings: functions.settings,
      pipeline: 'data',
      comment: 'Input: { model, uploadId }',
      definition: this.definition({ validate, prepare, accept, reject }),
    });
    platform.grantStart(register.lambda, 'data');
  }

  private definition(fn: Record<'validate' | 'prepare' | 'accept' | 'reject', PipelineFunction>) {
    const upload = { 'model.$': '$.model', 'uploadId.$': '$.uploadId' };
    const checked = {
      'codeVersion.$': '$.validation.codeVersion',
      'contractHash.$': '$.validation.contractHash',
      'part.$': '$.validation.part',
    };
    const validate = callFunction(this, 'Validate against the contract', fn.validate.lambda, {
      payload: upload,
      resultPath: '$.validation',
    });
    const prepare = callFunction(this, 'Profile and split', fn.prepare.lambda, {
      payload: { 'model.$': '$.model', ...checked },
      resultPath: '$.prepared',
    });
    const accept = callFunction(this, 'Accept as a data version', fn.accept.lambda, {
      payload: { ...upload, ...checked },
    });
    const reject = callFunction(this, 'Reject with a report', fn.reject.lambda, {
      payload: {
        ...upload,
        'codeVersion.$': '$.validation.codeVersion',
        'problems.$': '$.validation.problems',
      },
    });
    return validate.next(
      new Choice(this, 'Valid?')
        .when(Condition.stringEquals('$.validation.outcome', 'valid'), prepare.next(accept))
        .otherwise(reject),
    );
  }

  private registerUpload(functions: FunctionDefaults, platform: Platform): PipelineFunction {
    const register = this.fn(functions, 'register-upload', 'Records an upload once and starts its checks');
    platform.repositories.grantCommitRegistry(register.lambda);
    platform.repositories.grantWrite(register.lambda, 'data', 'rejected/');
    new EventQueue(this, 'Uploads', {
      ...{ place: platform.place, name: 'uploads' },
      description: 'An object was uploaded to the data repository',
      pattern: platform.objectCreated('data'),
      consumer: register.lambda,
      consumerTimeout: Duration.minutes(1),
    });
    return register;
  }

  private fn(functions: FunctionDefaults, name: string, description: string, work: Work = 'light') {
    return new PipelineFunction(this, { ...functions, name, description, work });
  }
}
