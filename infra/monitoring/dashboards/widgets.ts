import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  GraphWidget,
  type IAlarm,
  type IMetric,
  LogQueryWidget,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { LOG_LINES, type LogLine } from '../../../shared/domain/log-lines.ts';
import { functionName, type Place } from '../../../shared/domain/names.ts';

/** CloudWatch's grid. */
const ROW = 24;
const HEIGHT = 6;

export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average' | 'Maximum' | 'p99';
  /** What the line is called. */
  readonly label: string;
}

export interface GraphOptions {
  /** How many graphs share the row. */
  readonly across: number;
  readonly unit: string;
  readonly series: readonly Series[];
  /** Its threshold is drawn as a line. */
  readonly alarm?: Alarm;
}

export const graph = (title: string, { across, unit, series, alarm }: GraphOptions): GraphWidget =>
  new GraphWidget({
    title,
    ...{ width: ROW / across, height: HEIGHT },
    left: series.map(metricOf),
    leftYAxis: { min: 0, label: unit, showUnits: false },
    ...(alarm && { leftAnnotations: [alarm.toAnnotation()] }),
  });

const metricOf = ({ namespace, name, dimensions, statistic, label }: Series): IMetric =>
  new Metric({
    ...{ namespace, metricName: name, dimensionsMap: { ...dimensions }, statistic, label },
    period: Duration.minutes(5),
  });

/** CloudWatch shows at most 100 in one widget. */
export const alarmStatus = (title: string, alarms: readonly IAlarm[]): AlarmStatusWidget =>
  new AlarmStatusWidget({ title, width: ROW, height: Math.ceil(alarms.length / 4) + 2, alarms: [...alarms] });

/** What one of our functions logged of a model, newest first. */
export const logTable = (title: string, place: Place, line: LogLine, model: string, across: number): LogQueryWidget => {
  const { by, message, fields } = LOG_LINES[line];
  return new LogQueryWidget({
    title,
    ...{ width: ROW / across, height: HEIGHT, region: Aws.REGION },
    logGroupNames: [`/aws/lambda/${functionName(place, by)}`],
    queryLines: [
      `fields @timestamp, ${fields.join(', ')}`,
      `filter message = "${message}" and model = "${model}"`,
      'sort @timestamp desc',
      'limit 20',
    ],
  });
};
