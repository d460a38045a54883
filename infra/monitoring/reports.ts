import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EventQueue } from '../constructs/event-queue.ts';
import { PipelineFunction } from '../constructs/pipeline-function.ts';
import type { Platform } from '../constructs/platform.ts';

/** A second try is to come before the queue's age calls somebody: so long a report may take. */
const TIMEOUT = Duration.minutes(2);

/** Reports for people, of what has happened: apart from the pipelines, which neither wait for them nor fail with them. */
export class Reports extends Construct {
  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    const { repositories: repos } = platform;
    const { lambda } = new PipelineFunction(this, {
      ...platform.functions,
      name: 'write-report',
      description: 'Makes the reports on data versions, evaluations and drift checks',
      work: 'rows',
      timeout: TIMEOUT,
    });
    repos.grantReadRegistry(lambda);
    repos.grantRead(lambda, 'data', 'manifests/', 'prepared/', 'runs/', 'reports/');
    repos.grantWrite(lambda, 'data', 'reports/');
    repos.grantRead(lambda, 'model', 'evaluations/', 'reports/');
    repos.grantWrite(lambda, 'model', 'evaluations/', 'reports/');
    new EventQueue(this, 'Happened', {
      ...{ place: platform.place, name: 'reports' },
      eventBus: platform.bus,
      description: 'Something happened that people get a report on',
      pattern: platform.happened('DataVersionReady', 'RunEnded', 'DriftChecked'),
      consumer: lambda,
      consumerTimeout: TIMEOUT,
    });
  }
}
