import { EventBus, type EventPattern, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { UPLOAD_PREFIX } from '../../shared/domain/keys.ts';
import {
  eventBusName,
  type Pipeline,
  type Place,
  type Repository,
  stateMachineArn,
  stateMachineName,
} from '../../shared/domain/names.ts';
import { type DomainEventType, EVENT_SOURCE } from '../../shared/events/domain-events.ts';
import type { FunctionDefaults } from './pipeline-function.ts';
import { allow, Repositories } from './repositories.ts';

/** What the four pipelines share: the bus that they meet on, the repositories, and the patterns of the events that they wait for. */
export class Platform {
  readonly functions: FunctionDefaults;
  readonly repositories: Repositories;
  readonly place: Place;
  readonly bus: IEventBus;

  constructor(scope: Construct, functions: FunctionDefaults) {
    this.functions = functions;
    this.repositories = new Repositories(scope, functions.settings.stage);
    this.place = this.repositories.place;
    this.bus = new EventBus(scope, 'Bus', { eventBusName: eventBusName(this.place) });
  }

  /** Something was uploaded to a repository's `in/`. */
  objectCreated(repository: Repository): EventPattern {
    return {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: {
        bucket: { name: [this.repositories.bucket(repository)] },
        object: { key: [{ prefix: UPLOAD_PREFIX }] },
      },
    };
  }

  happened(...types: DomainEventType[]): EventPattern {
    return { source: [EVENT_SOURCE], detailType: types };
  }

  grantPublish(to: IGrantable): void {
    allow(to, ['events:PutEvents'], [this.bus.eventBusArn]);
  }

  grantStart(to: IGrantable, pipeline: Pipeline): void {
    allow(to, ['states:StartExecution'], [stateMachineArn(this.place, pipeline)]);
  }

  grantDescribeExecutions(to: IGrantable, ...pipelines: Pipeline[]): void {
    const { region, account } = this.place;
    allow(
      to,
      ['states:DescribeExecution'],
      pipelines.map((p) => `arn:aws:states:${region}:${account}:execution:${stateMachineName(this.place, p)}:*`),
      undefined,
      'executions are named when they start',
    );
  }
}
