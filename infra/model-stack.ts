import { CustomResource, Stack, type StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { DEFAULT_LATENCY_MILLISECONDS, type Operations } from '../shared/domain/definition/model-definition.ts';
import { codeKeys } from '../shared/domain/keys.ts';
import { endpointName, functionName, modelRoleName, type Place, pageTopic } from '../shared/domain/names.ts';
import type { StageSettings } from './config.ts';
import { AccessPolicies } from './constructs/access-policies.ts';
import { grantMeasure } from './constructs/grant-measure.ts';
import { grantPull } from './constructs/grant-pull.ts';
import { MonitorSchedule, schedulerRole } from './constructs/monitor-schedule.ts';
import { grantNetworkInterfaces } from './constructs/network.ts';
import { PageTopic } from './constructs/page-topic.ts';
import { grantReadReleaseAlarms } from './constructs/release-alarms.ts';
import { allow, Repositories } from './constructs/repositories.ts';
import { ModelDashboard } from './monitoring/dashboards/model-dashboard.ts';
import { ModelAlarms } from './monitoring/model-alarms.ts';

const MONITORS = ['drift', 'freshness'] as const;

export interface ModelStackProps extends StackProps {
  readonly settings: StageSettings;
  readonly model: string;
  /** The model's folder as one file, and the hash of the tree in it. */
  readonly bundle: { readonly path: string; readonly treeHash: string };
  /** Of its definition. */
  readonly image: string;
  readonly operations?: Operations;
}

/** What one model has of its own: its roles, which reach its own prefixes only, its published code, and who watches it. */
export class ModelStack extends Stack {
  constructor(scope: Construct, id: string, props: ModelStackProps) {
    super(scope, id, props);
    const place: Place = { stage: props.settings.stage, account: this.account, region: this.region };
    const repos = new Repositories(this, props.settings.stage);

    const training = this.role('Training', modelRoleName(place, props.model, 'training'));
    repos.grantRead(training, 'data', `runs/${props.model}/`, `prepared/${props.model}/`);
    repos.grantRead(training, 'code', `bundles/${props.model}/`);
    repos.grantOutputs(training, 'model', `training/${props.model}/`);
    this.grantLogs(training, '/aws/sagemaker/TrainingJobs');
    grantMeasure(training, '/aws/sagemaker/TrainingJobs');

    const serving = this.role('Serving', modelRoleName(place, props.model, 'serving'));
    repos.grantRead(serving, 'model', `training/${props.model}/`);
    repos.grantRead(serving, 'data', `runs/${props.model}/`);
    repos.grantOutputs(serving, 'model', `evaluations/${props.model}/`, `captures/${props.model}/`);
    this.grantLogs(serving, '/aws/sagemaker/TransformJobs');
    this.grantLogs(serving, `/aws/sagemaker/Endpoints/${endpointName(place, props.model)}`);
    grantMeasure(serving, '/aws/sagemaker/TransformJobs', '/aws/sagemaker/Endpoints');
    grantReadReleaseAlarms(serving, place, props.model);
    for (const role of [training, serving]) grantPull(role, [props.image, ...(props.operations?.images ?? [])]);
    if (props.settings.network) for (const role of [training, serving]) grantNetworkInterfaces(role);

    new AccessPolicies(this, 'Access', place, props.model);
    this.publish(place, props);
    this.watch(place, props);
  }

  private watch(place: Place, { model, settings, operations }: ModelStackProps): void {
    const { monitorSchedule, pagesInbox: inbox, pageEmail, pageHttps } = settings;
    const { email = [], https = [] } = operations?.paging ?? {};
    const targets = email.length + https.length > 0 ? { email, https } : { email: pageEmail, https: pageHttps };
    new PageTopic(this, 'PageTopic', {
      ...{ place, topicName: pageTopic(place, model), inbox, ...targets },
      displayName: `ModelLoop ${place.stage}: pages of ${model}`,
    });
    const role = schedulerRole(this, place, ...MONITORS.map((m) => `check-${m}`));
    for (const monitor of MONITORS)
      new MonitorSchedule(this, `check-${monitor}`, {
        ...{ place, role, name: `${model}-check-${monitor}`, fn: `check-${monitor}`, input: { model } },
        expression: operations?.schedules[monitor] ?? monitorSchedule,
        description: `Checks the ${monitor} of ${model}`,
      });
    const latencyMilliseconds = operations?.paging.latencyMilliseconds ?? DEFAULT_LATENCY_MILLISECONDS;
    const alarms = new ModelAlarms(this, 'Alarms', { place, model, monitorSchedule, latencyMilliseconds });
    if (settings.dashboards) new ModelDashboard(this, 'Dashboard', { place, model, alarms: alarms.byKind });
  }

  private role(id: string, roleName: string): Role {
    return new Role(this, id, {
      roleName,
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
  }

  private grantLogs(to: Role, group: string): void {
    const arn = `arn:aws:logs:${this.region}:${this.account}:log-group:${group}`;
    const because = 'SageMaker names the streams of a group';
    const actions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams'];
    allow(to, actions, [arn, `${arn}:*`], undefined, because);
    allow(to, ['logs:PutLogEvents'], [`${arn}:log-stream:*`], undefined, because);
  }

  /** Registering is the code repository's own work: publishing only puts the bundle where it looks. */
  private publish(place: Place, { model, bundle }: ModelStackProps): void {
    const asset = new Asset(this, 'Bundle', { path: bundle.path });
    new CustomResource(this, 'Code', {
      resourceType: 'Custom::ModelCode',
      serviceToken: `arn:aws:lambda:${place.region}:${place.account}:function:${functionName(place, 'publish-code')}`,
      properties: {
        AssetBucket: asset.s3BucketName,
        AssetKey: asset.s3ObjectKey,
        Key: codeKeys.upload(model, bundle.treeHash),
      },
    });
  }
}
