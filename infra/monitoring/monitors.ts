import { CustomResource, Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { UPLOAD_PREFIX } from '../../shared/domain/keys.ts';
import { PLATFORM_METRICS } from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { deadLetterQueue } from '../constructs/consumed-queue.ts';
import { except } from '../constructs/exceptions.ts';
import { grantMeasure, grantReadMetrics } from '../constructs/grant-measure.ts';
import { MonitorSchedule, schedulerRole, undeliveredQueueName } from '../constructs/monitor-schedule.ts';
import { PipelineFunction, type Work } from '../constructs/pipeline-function.ts';
import type { Platform } from '../constructs/platform.ts';
import { grantEndReleaseAlarms } from '../constructs/release-alarms.ts';
import { grantDescribeEndpoints } from '../constructs/sagemaker-states.ts';
import { BeatAlarm } from './beat-alarm.ts';

/** Some 50,000 versions a repository, most of them listed only. */
const SWEEP_WITHIN = Duration.minutes(10);

/** What looks at models, called by the schedules in their stacks; what looks whether those look; and what makes up for lost events. */
export class Monitors extends Construct {
  private readonly platform: Platform;
  private readonly undelivered: Queue;

  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    this.platform = platform;
    const { repositories: repos, place } = platform;
    this.undelivered = deadLetterQueue(this, 'Undelivered', undeliveredQueueName(place));
    except(this.undelivered, 'SQS3', 'it is a dead-letter queue: of the schedules, which name it by its ARN');

    const drift = this.fn('check-drift', 'Compares the requests to a model with what it was trained on', 'files');
    repos.grantCommitRegistry(drift);
    repos.grantRead(drift, 'model', 'captures/', 'baselines/', 'monitoring/', 'reports/');
    repos.grantWrite(drift, 'model', 'monitoring/', 'reports/');
    grantMeasure(drift);
    grantReadMetrics(drift);
    platform.grantPublish(drift);

    const freshness = this.fn('check-freshness', 'Checks how old a model and its data are');
    repos.grantCommitRegistry(freshness);
    grantMeasure(freshness);

    const role = schedulerRole(this, place, 'check-monitors', 'sweep');
    const beat = this.firstBeat();
    this.heartbeat(role, beat);
    this.sweep(role, beat);
  }

  /** The checker of monitors beats with each check; when it stops, nobody would know that nobody is watching. */
  private heartbeat(role: Role, beat: CustomResource): void {
    const { place, functions, repositories } = this.platform;
    const check = this.fn('check-monitors', 'Reports which monitors have stopped checking, and beats');
    repositories.grantReadRegistry(check);
    grantMeasure(check);
    const expression = functions.settings.monitorSchedule;
    const { schedule } = new MonitorSchedule(this, 'CheckMonitors', {
      ...{ place, role, expression, name: 'check-monitors', fn: 'check-monitors' },
      input: { monitorSchedule: expression },
      description: 'Are the monitors of all models checking?',
    });
    schedule.node.addDependency(check, this.undelivered);
    const alarm = new BeatAlarm(this, 'heartbeat', {
      ...{ place, expression, kind: 'heartbeat', metric: 'Heartbeat' },
      says: `Monitoring of stage ${place.stage} has stopped: nothing has checked the monitors for three turns.`,
    });
    alarm.node.addDependency(beat, schedule);
  }

  /** Makes up for events that were lost: it may start and record whatever they would have. */
  private sweep(role: Role, beat: CustomResource): void {
    const { platform } = this;
    const { place, functions, repositories: repos } = platform;
    const sweep = this.fn(
      'sweep',
      'Registers, starts and records what a lost event never announced',
      'light',
      SWEEP_WITHIN,
    );
    repos.grantCommitRegistry(sweep);
    for (const repository of ['data', 'code'] as const) repos.grantListVersions(sweep, repository, UPLOAD_PREFIX);
    repos.grantRead(sweep, 'code', UPLOAD_PREFIX, 'rejected/');
    repos.grantWrite(sweep, 'code', 'bundles/', 'rejected/');
    repos.grantWrite(sweep, 'data', 'rejected/');
    for (const pipeline of ['data', 'build', 'deployment'] as const) platform.grantStart(sweep, pipeline);
    platform.grantDescribeExecutions(sweep, 'data', 'build', 'deployment');
    platform.grantPublish(sweep);
    grantMeasure(sweep);
    grantEndReleaseAlarms(sweep, place);
    if (sweep.role) grantDescribeEndpoints(sweep.role, place);
    const expression = functions.settings.monitorSchedule;
    const { schedule } = new MonitorSchedule(this, 'SweepSchedule', {
      ...{ place, role, expression, name: 'sweep', fn: 'sweep', input: {} },
      description: 'Was anything lost?',
    });
    schedule.node.addDependency(sweep, this.undelivered);
    const alarm = new BeatAlarm(this, 'sweep alarm', {
      ...{ place, expression, kind: 'sweep', metric: 'Sweep' },
      says: `The sweep of stage ${place.stage} has not succeeded for three turns: work that lost events announced stays undone.`,
    });
    alarm.node.addDependency(beat, schedule);
  }

  /** A new alarm looks back at once: without a beat from before, the first thing that ModelLoop did would be a false page. */
  private firstBeat(): CustomResource {
    const first = this.fn('first-beat', 'Beats once, when an alarm that listens for beats is new');
    grantMeasure(first);
    const beat = new CustomResource(this, 'FirstBeat', {
      resourceType: 'Custom::FirstBeat',
      serviceToken: first.functionArn,
      // Where a beat is new, an installation that was there before gets its first one, too.
      properties: { Metrics: PLATFORM_METRICS },
    });
    beat.node.addDependency(first.role ?? first);
    return beat;
  }

  private fn(name: string, description: string, work: Work = 'light', timeout?: Duration) {
    const options = { ...this.platform.functions, name, description, work, ...(timeout && { timeout }) };
    return new PipelineFunction(this, options).lambda;
  }
}
