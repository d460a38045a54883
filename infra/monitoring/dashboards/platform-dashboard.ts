import { Duration } from 'aws-cdk-lib';
import { Dashboard, type IAlarm, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  metricDimensions,
  PLATFORM_METRICS,
} from '../../../shared/domain/monitoring/monitoring-metrics.ts';
import {
  type DeadLetterQueue,
  deadLettersOf,
  fullQueueName,
  type QueueName,
  SCHEDULES,
} from '../../../shared/domain/monitoring/queues.ts';
import {
  dashboardName,
  functionName,
  type Pipeline,
  type Place,
  stateMachineArn,
} from '../../../shared/domain/names.ts';
import { alarmStatus, graph, type Series } from './widgets.ts';

export interface PlatformDashboardProps {
  readonly place: Place;
  readonly alarms: readonly IAlarm[];
  readonly queues: readonly QueueName[];
  /** Names of their files. */
  readonly functions: readonly string[];
}

const PIPELINES: readonly Pipeline[] = ['data', 'build', 'deployment'];

/** What all models run on: does anything wait, fail or stand still? */
export class PlatformDashboard extends Construct {
  private readonly props: PlatformDashboardProps;

  constructor(scope: Construct, id: string, props: PlatformDashboardProps) {
    super(scope, id);
    this.props = props;
    const { place, alarms } = props;
    new Dashboard(this, 'Dashboard', {
      dashboardName: dashboardName(place),
      defaultInterval: Duration.days(1),
      widgets: [
        [alarmStatus(`ModelLoop ${place.stage}: alarms`, alarms)],
        [new TextWidget({ width: 24, height: 2, markdown: this.hint() })],
        this.executions(),
        this.queues(),
        this.functions(),
      ],
    });
  }

  private hint(): string {
    const { place } = this.props;
    return `Each model has a dashboard of its own: \`${dashboardName(place, '<model>')}\`. \`docs/runbooks\` says what to do about an alarm; \`npx modelloop status --stage ${place.stage}\` shows what is live and what needs somebody.`;
  }

  private executions() {
    const of = (name: string, statistic: Series['statistic'], label: string) =>
      PIPELINES.map((pipeline): Series => {
        const dimensions = { StateMachineArn: stateMachineArn(this.props.place, pipeline) };
        return { namespace: 'AWS/States', name, dimensions, statistic, label: `${pipeline}${label}` };
      });
    const beats = PLATFORM_METRICS.map((name): Series => {
      const dimensions = metricDimensions(this.props.place.stage);
      return { namespace: METRIC_NAMESPACE, name, dimensions, statistic: 'Sum', label: name };
    });
    return [
      graph('Are models being watched?', { across: 4, unit: 'times', series: beats }),
      graph('Executions started', { across: 4, unit: 'executions', series: of('ExecutionsStarted', 'Sum', '') }),
      graph('Executions that did not succeed', {
        ...{ across: 4, unit: 'executions' },
        series: [
          ...of('ExecutionsFailed', 'Sum', ', failed'),
          ...of('ExecutionsTimedOut', 'Sum', ', timed out'),
          ...of('ExecutionsAborted', 'Sum', ', aborted'),
        ],
      }),
      graph('How long executions took', { across: 4, unit: 'ms', series: of('ExecutionTime', 'Maximum', '') }),
    ];
  }

  private queues() {
    const of = (names: readonly string[], name: string) =>
      names.map((queue): Series => {
        const dimensions = { QueueName: fullQueueName(this.props.place, queue) };
        return { namespace: 'AWS/SQS', name, dimensions, statistic: 'Maximum', label: queue };
      });
    const { queues } = this.props;
    const all: readonly DeadLetterQueue[] = [...queues, SCHEDULES];
    const deadLetters = all.map(deadLettersOf);
    const [depth, age] = ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'];
    return [
      graph('Waiting', { across: 3, unit: 'messages', series: of(queues, depth) }),
      graph('The oldest has waited', { across: 3, unit: 'seconds', series: of(queues, age) }),
      graph('Dead letters', { across: 3, unit: 'messages', series: of(deadLetters, depth) }),
    ];
  }

  private functions() {
    const of = (name: string, statistic: Series['statistic']) =>
      this.props.functions.map((fn): Series => {
        const dimensions = { FunctionName: functionName(this.props.place, fn) };
        return { namespace: 'AWS/Lambda', name, dimensions, statistic, label: fn };
      });
    return [
      graph('Function errors', { across: 3, unit: 'calls', series: of('Errors', 'Sum') }),
      graph('Function durations', { across: 3, unit: 'ms', series: of('Duration', 'Maximum') }),
      graph('Functions throttled', { across: 3, unit: 'calls', series: of('Throttles', 'Sum') }),
    ];
  }
}
