import { CustomResource } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IGrantable, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, metricDimensions } from '../../shared/domain/monitoring-metrics.ts';
import { secondsBetween } from '../../shared/domain/schedule.ts';
import { deadLetterQueue } from '../constructs/consumed-queue.ts';
import { except } from '../constructs/exceptions.ts';
import { MonitorSchedule, schedulerRole, undeliveredQueueName } from '../constructs/monitor-schedule.ts';
import { PageAlarm } from '../constructs/page-alarm.ts';
import { PipelineFunction, type Work } from '../constructs/pipeline-function.ts';
import type { Platform } from '../constructs/platform.ts';
import { allow } from '../constructs/repositories.ts';

/** What looks at models, called by the schedules in their stacks; and what looks whether those look. */
export class Monitors extends Construct {
  private readonly platform: Platform;

  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    this.platform = platform;
    const { repositories: repos, place } = platform;
    const undelivered = deadLetterQueue(this, 'Undelivered', undeliveredQueueName(place));
    except(undelivered, 'SQS3', 'it is a dead-letter queue: of the schedules, which name it by its ARN');

    const drift = this.fn('check-drift', 'Compares what a model is asked with what it was trained on', 'files');
    repos.grantCommitRegistry(drift);
    repos.grantRead(drift, 'model', 'captures/', 'baselines/', 'monitoring/', 'reports/');
    repos.grantWrite(drift, 'model', 'monitoring/', 'reports/');
    grantMeasure(drift);
    platform.grantPublish(drift);

    const freshness = this.fn('check-freshness', 'Looks how old a model and its data are');
    repos.grantCommitRegistry(freshness);
    grantMeasure(freshness);

    this.heartbeat(schedulerRole(this, place, 'check-monitors'));
  }

  /** The checker of monitors beats with each check; when it stops, nobody would know that nobody is watching. */
  private heartbeat(role: Role): void {
    const { place, functions, repositories } = this.platform;
    const check = this.fn('check-monitors', 'Tells which monitors have stopped checking, and beats');
    repositories.grantReadRegistry(check);
    grantMeasure(check);
    const expression = functions.settings.monitorSchedule;
    const { schedule } = new MonitorSchedule(this, 'CheckMonitors', {
      ...{ place, role, expression, name: 'check-monitors', fn: 'check-monitors' },
      input: { monitorSchedule: expression },
      description: 'Are the monitors of all models checking?',
    });
    const first = this.fn('first-beat', 'Beats once, at the first deployment');
    grantMeasure(first);
    const beat = new CustomResource(this, 'FirstBeat', {
      resourceType: 'Custom::FirstBeat',
      serviceToken: first.functionArn,
    });
    beat.node.addDependency(first.role ?? first);
    const alarm = new PageAlarm(this, 'heartbeat', {
      place,
      kind: 'heartbeat',
      says: `Monitoring of stage ${place.stage} has stopped: nothing has looked at the monitors for three turns.`,
      metric: {
        namespace: METRIC_NAMESPACE,
        name: 'Heartbeat',
        dimensions: metricDimensions(place.stage),
        statistic: 'Sum',
        period: secondsBetween(expression),
      },
      fires: { below: 1, points: 3, of: 3 },
      missing: { as: TreatMissingData.BREACHING, because: 'silence is what this alarm is about' },
      tellsWhenOver: true,
    });
    // A new alarm looks back at once: without a beat from before, the first thing that ModelLoop did would be a false page.
    alarm.node.addDependency(beat, schedule);
  }

  private fn(name: string, description: string, work: Work = 'light') {
    return new PipelineFunction(this, { ...this.platform.functions, name, description, work }).lambda;
  }
}

/** CloudWatch cannot limit by metric, only by namespace. */
export const grantMeasure = (to: IGrantable): void =>
  allow(
    to,
    ['cloudwatch:PutMetricData'],
    ['*'],
    { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } },
    'a metric is no resource: the condition on the namespace limits it',
  );
