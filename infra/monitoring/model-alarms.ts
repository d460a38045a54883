import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  type MetricName,
  metricDimensions,
} from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { secondsBetween } from '../../shared/domain/monitoring/schedule.ts';
import { endpointName, type ModelAlarm, type Place, VARIANT } from '../../shared/domain/names.ts';
import { PageAlarm, type PageAlarmProps } from '../constructs/page-alarm.ts';

export interface ModelAlarmsProps {
  readonly place: Place;
  readonly model: string;
  /** How often monitors are looked at. */
  readonly monitorSchedule: string;
  /** The mean time of a minute's answers that is still good enough. */
  readonly latencyMilliseconds: number;
}

const MINUTE = 60;
/** A gauge keeps what was last measured. */
const KEEP = {
  as: TreatMissingData.IGNORE,
  because:
    'the last check stands until the next one; missing checks are reported by monitor-overdue, heartbeat and sweep',
} as const;
const NOTHING_HAPPENED = {
  as: TreatMissingData.NOT_BREACHING,
  because: 'nothing is measured when nothing fails',
} as const;
const NOBODY_CALLED = {
  as: TreatMissingData.NOT_BREACHING,
  because: 'an endpoint that nobody calls measures nothing, and fails nobody',
} as const;

/** What somebody is called for, of one model. */
export class ModelAlarms extends Construct {
  readonly byKind = new Map<ModelAlarm, Alarm>();
  private readonly props: ModelAlarmsProps;

  constructor(scope: Construct, id: string, props: ModelAlarmsProps) {
    super(scope, id);
    this.props = props;
    const { model } = props;
    this.gauge('drift', 'Drift', `Requests to ${model}, or its predictions, have changed.`);
    this.gauge('stale', 'Stale', `${model} or its data is older than its definition allows.`);
    this.gauge('not-serving', 'NotServing', `The endpoint of ${model} does not serve the live release.`);
    this.happened('failed-run', 'FailedRun', `A run of ${model} failed: its data and code have no verdict.`);
    this.happened('failed-deployment', 'FailedDeployment', `A deployment of ${model} failed.`);
    this.overdue();
    this.endpoint();
  }

  /** 0 or 1 with each check. */
  private gauge(kind: ModelAlarm, metric: MetricName, says: string): void {
    this.alarm(kind, {
      says,
      metric: { ...this.own(metric), statistic: 'Maximum', period: MINUTE },
      fires: { above: 0, points: 1, of: 1 },
      missing: KEEP,
      tellsWhenOver: true,
    });
  }

  /** 1 with each event. */
  private happened(kind: ModelAlarm, metric: MetricName, says: string): void {
    this.alarm(kind, {
      says,
      metric: { ...this.own(metric), statistic: 'Sum', period: MINUTE },
      fires: { above: 0, points: 1, of: 1 },
      missing: NOTHING_HAPPENED,
      tellsWhenOver: false,
    });
  }

  private overdue(): void {
    const { model, monitorSchedule } = this.props;
    this.alarm('monitor-overdue', {
      says: `A monitor of ${model} has not checked for three intervals of its schedule, or no calls are captured for it: nobody is watching.`,
      metric: { ...this.own('MonitorOverdue'), statistic: 'Maximum', period: secondsBetween(monitorSchedule) },
      // Twice in a row: after an outage of everything, monitors are due at the same moment as the look at them.
      fires: { above: 0, points: 2, of: 2 },
      missing: {
        as: TreatMissingData.IGNORE,
        because: 'the last check of the monitors stands; when nothing checks them any more, heartbeat fires',
      },
      tellsWhenOver: true,
    });
  }

  private endpoint(): void {
    const { place, model, latencyMilliseconds } = this.props;
    const dimensions = { EndpointName: endpointName(place, model), VariantName: VARIANT };
    const of = { namespace: 'AWS/SageMaker', dimensions, period: MINUTE };
    this.alarm('endpoint-errors', {
      says: `The endpoint of ${model} answers calls with server errors (5xx).`,
      metric: { ...of, name: 'Invocation5XXErrors', statistic: 'Sum' },
      // One minute may be one bad call; two of three are not.
      fires: { above: 0, points: 2, of: 3 },
      missing: NOBODY_CALLED,
      tellsWhenOver: true,
    });
    this.alarm('endpoint-latency', {
      says: `The endpoint of ${model} takes more than ${latencyMilliseconds} ms to answer, on average.`,
      // The mean, not a percentile: a minute with five calls has no 99th. In microseconds.
      metric: { ...of, name: 'ModelLatency', statistic: 'Average' },
      fires: { above: latencyMilliseconds * 1000, points: 3, of: 3 },
      missing: NOBODY_CALLED,
      tellsWhenOver: true,
    });
  }

  private own(name: MetricName) {
    const { place, model } = this.props;
    return { namespace: METRIC_NAMESPACE, name, dimensions: metricDimensions(place.stage, model) };
  }

  private alarm(kind: ModelAlarm, props: Omit<PageAlarmProps, 'place' | 'kind' | 'model'>): void {
    const { place, model } = this.props;
    this.byKind.set(kind, new PageAlarm(this, kind, { ...props, place, kind, model }));
  }
}
