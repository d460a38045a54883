import { Stack, type StackProps } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type QueueName, SCHEDULES } from '../shared/domain/monitoring/queues.ts';
import type { Place } from '../shared/domain/names.ts';
import { BuildPipeline } from './build/build-pipeline.ts';
import type { StageSettings } from './config.ts';
import { redriverPolicy } from './constructs/access-policies.ts';
import { ConsumedQueue } from './constructs/consumed-queue.ts';
import { PageAlarm } from './constructs/page-alarm.ts';
import { PipelineFunction } from './constructs/pipeline-function.ts';
import { Platform } from './constructs/platform.ts';
import { DataPipeline } from './data/data-pipeline.ts';
import { DeploymentPipeline } from './deployment/deployment-pipeline.ts';
import { PlatformDashboard } from './monitoring/dashboards/platform-dashboard.ts';
import { MonitoringPipeline } from './monitoring/monitoring-pipeline.ts';
import { QueueAlarms } from './monitoring/queue-alarms.ts';

export interface PipelinesStackProps extends StackProps {
  readonly settings: StageSettings;
  /** Directories made by infra/assets.ts. */
  readonly bundles: string;
  readonly duckdbLayer: string;
}

/** The four pipelines. They meet through events and through the registry; none calls another. */
export class PipelinesStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelinesStackProps) {
    super(scope, id, props);
    const { settings, bundles } = props;

    const duckdb = new LayerVersion(this, 'DuckDb', {
      description: 'DuckDB, for the functions that read rows',
      code: Code.fromAsset(props.duckdbLayer),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64],
    });
    const platform = new Platform(this, { settings, bundles, duckdb });

    new DataPipeline(this, 'Data', platform);
    new BuildPipeline(this, 'Build', platform);
    new DeploymentPipeline(this, 'Deployment', platform);
    new MonitoringPipeline(this, 'Monitoring', platform);
    redriverPolicy(this, platform.place);
    new QueueAlarms(this, 'QueueAlarms', platform.place, [...this.queues(), SCHEDULES]);
    if (settings.dashboards) this.showAll(platform.place);
  }

  /** Every asynchronous edge of the stack, whoever made it. */
  private queues(): QueueName[] {
    const consumed = this.node.findAll().filter((c) => c instanceof ConsumedQueue);
    return consumed.map(({ name }) => name);
  }

  private showAll(place: Place): void {
    const all = this.node.findAll();
    new PlatformDashboard(this, 'Dashboard', {
      place,
      alarms: all.filter((c) => c instanceof PageAlarm),
      queues: this.queues(),
      functions: all.filter((c) => c instanceof PipelineFunction).map(({ node }) => node.id),
    });
  }
}
