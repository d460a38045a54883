import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmKind, alarmName, alarmsTopic, type Place, topicArn } from '../../shared/domain/names.ts';

export interface PageAlarmProps {
  readonly place: Place;
  /** Names the alarm, and its runbook: `docs/runbooks/<kind>.md`. */
  readonly kind: AlarmKind;
  readonly model?: string;
  /** The short name of the queue, where the kind is of one. */
  readonly queue?: string;
  /** What is wrong when it fires, in one sentence. */
  readonly says: string;
  readonly metric: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly statistic: 'Maximum' | 'Sum' | 'Average' | 'Minimum';
    /** Seconds. */
    readonly period: number;
  };
  /** It fires when so many (`points`) of the last so many (`of`) periods are above (or, `below`, under) the threshold. */
  readonly fires: { readonly above?: number; readonly below?: number; readonly points: number; readonly of: number };
  /** What a period without data means, and why: nobody is to wonder. */
  readonly missing: { readonly as: TreatMissingData; readonly because: string };
  /** False for what happened once: that it does not go on says nothing. */
  readonly tellsWhenOver: boolean;
  /** Topics besides the one that all alarms go to; they are told as it is, and only when it fires. */
  readonly alsoTo?: readonly string[];
}

/** The one way in which this project makes an alarm: each acts, says what missing data means, and names its runbook. */
export class PageAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: PageAlarmProps) {
    const { place, kind, model, queue, metric, fires, missing } = props;
    super(scope, id, {
      alarmName: alarmName(place, model, kind, queue),
      alarmDescription: `${props.says} No data: ${missing.because}. Runbook: docs/runbooks/${kind}.md`,
      metric: new Metric({
        namespace: metric.namespace,
        metricName: metric.name,
        dimensionsMap: { ...metric.dimensions },
        statistic: metric.statistic,
        period: Duration.seconds(metric.period),
      }),
      comparisonOperator:
        fires.above === undefined ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: thresholdOf(kind, fires),
      evaluationPeriods: fires.of,
      datapointsToAlarm: fires.points,
      treatMissingData: missing.as,
    });
    const tell = (topic: string) => ({ bind: () => ({ alarmActionArn: topicArn(place, topic) }) });
    for (const topic of [alarmsTopic(place), ...(props.alsoTo ?? [])]) this.addAlarmAction(tell(topic));
    // Also with the very first look, when nothing is over that never began: compose-page knows the difference, people's topics do not.
    if (props.tellsWhenOver) this.addOkAction(tell(alarmsTopic(place)));
  }
}

function thresholdOf(kind: AlarmKind, { above, below }: PageAlarmProps['fires']): number {
  const threshold = above ?? below;
  if (threshold === undefined || (above !== undefined && below !== undefined))
    throw new Error(`alarm ${kind} needs one threshold, above or below`);
  return threshold;
}
