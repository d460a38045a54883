import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { canaryAlarmsArn, type Place } from '../../shared/domain/names.ts';
import { allow } from './repositories.ts';

/** A release's own alarms come and go with its deployment, so they are in no template; they act on nothing but that deployment. */
const AT_RUN_TIME = 'each deployment names its own alarms, at run time, and all begin so';

const grant = (to: IGrantable, place: Place, actions: string[], model?: string): void =>
  allow(to, actions, [canaryAlarmsArn(place, model)], undefined, AT_RUN_TIME);

export const grantMakeReleaseAlarms = (to: IGrantable, place: Place): void =>
  grant(to, place, ['cloudwatch:PutMetricAlarm']);

/** To see why a release was rolled back, and to take its alarms away. */
export const grantEndReleaseAlarms = (to: IGrantable, place: Place): void =>
  grant(to, place, ['cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms']);

/** To look at them, as SageMaker must. @param model without it, the alarms of all models */
export const grantReadReleaseAlarms = (to: IGrantable, place: Place, model?: string): void =>
  grant(to, place, ['cloudwatch:DescribeAlarms'], model);
