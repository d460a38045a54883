import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { deadLettersName, SCHEDULES } from '../../shared/domain/monitoring/queues.ts';
import { secondsBetween } from '../../shared/domain/monitoring/schedule.ts';
import { functionName, type Place } from '../../shared/domain/names.ts';
import { allow } from './repositories.ts';

/** Calls that the scheduler could not make wait here; one queue for all schedules of a stage. */
export const undeliveredQueueName = (place: Pick<Place, 'stage'>) => deadLettersName(place, SCHEDULES);

export interface MonitorScheduleProps {
  readonly place: Place;
  /** What it is called, within the stage. */
  readonly name: string;
  /** The file in functions/ that it calls. */
  readonly fn: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Such as `rate(1 hour)`, or a cron expression in UTC. */
  readonly expression: string;
  readonly description: string;
  readonly role: Role;
}

/** Calls a monitor's function again and again. */
export class MonitorSchedule extends Construct {
  readonly schedule: CfnSchedule;

  constructor(scope: Construct, id: string, props: MonitorScheduleProps) {
    super(scope, id);
    const { place, role } = props;
    this.schedule = new CfnSchedule(this, 'Schedule', {
      name: `modelloop-${place.stage}-${props.name}`,
      description: props.description,
      scheduleExpression: props.expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn(place, props.fn),
        roleArn: role.roleArn,
        input: JSON.stringify(props.input),
        deadLetterConfig: { arn: undeliveredArn(place) },
        // A check that could not be started by the time of the next one is not wanted any more.
        retryPolicy: {
          maximumRetryAttempts: 5,
          maximumEventAgeInSeconds: Math.min(secondsBetween(props.expression), 86_400),
        },
      },
    });
    // A schedule calls as soon as it is there: not before its role may.
    this.schedule.node.addDependency(role);
  }
}

/** The role of a stack's schedules: these functions, and the queue for what could not be delivered. */
export function schedulerRole(scope: Construct, place: Place, ...functions: string[]): Role {
  const role = new Role(scope, 'SchedulerRole', {
    description: `ModelLoop ${place.stage}: calls ${functions.join(', ')} on a schedule`,
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:SourceAccount': place.account,
          // The scheduler names the group, never the schedule.
          'aws:SourceArn': `arn:aws:scheduler:${place.region}:${place.account}:schedule-group/default`,
        },
      },
    }),
  });
  allow(
    role,
    ['lambda:InvokeFunction'],
    functions.map((fn) => functionArn(place, fn)),
  );
  allow(role, ['sqs:SendMessage'], [undeliveredArn(place)]);
  return role;
}

const functionArn = (place: Place, fn: string) =>
  `arn:aws:lambda:${place.region}:${place.account}:function:${functionName(place, fn)}`;
const undeliveredArn = (place: Place) => `arn:aws:sqs:${place.region}:${place.account}:${undeliveredQueueName(place)}`;
