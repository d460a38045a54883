import { Duration } from 'aws-cdk-lib';
import { type Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  type MetricName,
  metricDimensions,
} from '../../../shared/domain/monitoring/monitoring-metrics.ts';
import { dashboardName, endpointName, type ModelAlarm, type Place, VARIANT } from '../../../shared/domain/names.ts';
import { alarmStatus, graph, logTable, type Series } from './widgets.ts';

export interface ModelDashboardProps {
  readonly place: Place;
  readonly model: string;
  readonly alarms: ReadonlyMap<ModelAlarm, Alarm>;
}

/** One model at a glance: what wants somebody, what is live, how it answers, whether it has drifted, what became of its runs. */
export class ModelDashboard extends Construct {
  private readonly props: ModelDashboardProps;

  constructor(scope: Construct, id: string, props: ModelDashboardProps) {
    super(scope, id);
    this.props = props;
    const { place, model, alarms } = props;
    new Dashboard(this, 'Dashboard', {
      dashboardName: dashboardName(place, model),
      defaultInterval: Duration.days(7),
      widgets: [
        [alarmStatus(`${model}: alarms`, [...alarms.values()])],
        this.calls(),
        [
          logTable('Releases, newest first', place, 'release', model, 2),
          logTable('Runs: what became of each challenger', place, 'verdict', model, 2),
        ],
        [this.monitors(), this.failures(), this.instances()],
        [
          logTable('Drift checks: what is live, and the column that changed most', place, 'drift', model, 2),
          logTable('Freshness: ages in days', place, 'freshness', model, 2),
        ],
      ],
    });
  }

  private calls() {
    const of = (name: string, statistic: Series['statistic'], label: string) =>
      this.endpoint('AWS/SageMaker', name, statistic, label);
    return [
      graph('Calls', { across: 3, unit: 'calls', series: [of('Invocations', 'Sum', 'calls')] }),
      graph('Errors', {
        ...{ across: 3, unit: 'calls' },
        series: [
          of('Invocation4XXErrors', 'Sum', '4xx: the caller was wrong'),
          of('Invocation5XXErrors', 'Sum', '5xx: the endpoint was'),
        ],
      }),
      graph('Time to answer', {
        ...{ across: 3, unit: 'microseconds' },
        series: [of('ModelLatency', 'Average', 'mean'), of('ModelLatency', 'p99', '99th percentile')],
        ...this.threshold('endpoint-latency'),
      }),
    ];
  }

  private monitors() {
    const series = [
      this.own('Drift', 'Maximum', 'drift'),
      this.own('Stale', 'Maximum', 'stale'),
      this.own('MonitorOverdue', 'Maximum', 'a monitor is overdue'),
      this.own('NotServing', 'Maximum', 'the live release does not serve'),
    ];
    return graph('Monitors', { across: 3, unit: '1: somebody was paged', series });
  }

  private failures() {
    const series = [this.own('FailedRun', 'Sum', 'runs'), this.own('FailedDeployment', 'Sum', 'deployments')];
    return graph('What failed', { across: 3, unit: 'failures', series });
  }

  private instances() {
    const of = (name: string, label: string) => this.endpoint('/aws/sagemaker/Endpoints', name, 'Maximum', label);
    const series = [of('CPUUtilization', 'CPU, of one core'), of('MemoryUtilization', 'memory')];
    return graph('Instances', { across: 3, unit: '%', series });
  }

  private threshold(kind: ModelAlarm): { readonly alarm?: Alarm } {
    const alarm = this.props.alarms.get(kind);
    return alarm ? { alarm } : {};
  }

  private endpoint(namespace: string, name: string, statistic: Series['statistic'], label: string): Series {
    const { place, model } = this.props;
    const dimensions = { EndpointName: endpointName(place, model), VariantName: VARIANT };
    return { namespace, name, dimensions, statistic, label };
  }

  private own(name: MetricName, statistic: Series['statistic'], label: string): Series {
    const { place, model } = this.props;
    return { namespace: METRIC_NAMESPACE, name, dimensions: metricDimensions(place.stage, model), statistic, label };
  }
}
