import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { METRIC_NAMESPACE } from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { allow } from './repositories.ts';

/** CloudWatch cannot limit by metric, only by namespace. */
export const grantMeasure = (to: IGrantable, ...namespaces: string[]): void =>
  allow(
    to,
    ['cloudwatch:PutMetricData'],
    ['*'],
    { StringEquals: { 'cloudwatch:namespace': namespaces.length > 0 ? namespaces : METRIC_NAMESPACE } },
    'a metric is no resource: the condition on the namespace limits it',
  );

/** What AWS's services have measured. */
export const grantReadMetrics = (to: IGrantable): void =>
  allow(
    to,
    ['cloudwatch:GetMetricData'],
    ['*'],
    undefined,
    'a metric is no resource, and reading one knows no condition',
  );
