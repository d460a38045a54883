import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Pipeline, stateMachineArn } from '../../shared/domain/names.ts';
import { EventQueue } from '../constructs/event-queue.ts';
import { grantMeasure } from '../constructs/grant-measure.ts';
import { PipelineFunction } from '../constructs/pipeline-function.ts';
import type { Platform } from '../constructs/platform.ts';
import { grantEndReleaseAlarms } from '../constructs/release-alarms.ts';
import { Monitors } from './monitors.ts';
import { Paging } from './paging.ts';
import { Reports } from './reports.ts';

const PIPELINES: readonly Pipeline[] = ['data', 'build', 'deployment'];

/** Watches: failures are recorded wherever they happen, models are looked at on a schedule, and whoever must know is told. */
export class MonitoringPipeline extends Construct {
  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    new Paging(this, 'Paging', platform);
    new Monitors(this, 'Monitors', platform);
    new Reports(this, 'Reports', platform);

    const record = new PipelineFunction(this, {
      ...platform.functions,
      name: 'record-failure',
      description: 'Records why an execution failed and frees what it held',
    });
    platform.repositories.grantCommitRegistry(record.lambda);
    platform.grantDescribeExecutions(record.lambda, ...PIPELINES);
    // After a deployment that failed, what serves is made the champion again.
    platform.grantStart(record.lambda, 'deployment');
    platform.grantPublish(record.lambda);
    grantMeasure(record.lambda);
    grantEndReleaseAlarms(record.lambda, platform.place);

    // Time-outs and stopped executions bypass every Catch; this rule sees them all.
    new EventQueue(this, 'Failures', {
      ...{ place: platform.place, name: 'failures' },
      description: 'An execution of one of our state machines did not succeed',
      pattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: PIPELINES.map((p) => stateMachineArn(platform.place, p)),
        },
      },
      consumer: record.lambda,
      consumerTimeout: Duration.minutes(1),
    });
  }
}
