import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsAccount } from '../adapters/aws/account.ts';
import { cloudWatchAlarms } from '../adapters/aws/alarms.ts';
import { sageMakerEndpoints } from '../adapters/aws/endpoints.ts';
import { eventBridgeBus } from '../adapters/aws/event-bus.ts';
import { stepFunctionsExecutions } from '../adapters/aws/executions.ts';
import { sageMakerHosting } from '../adapters/aws/hosting.ts';
import { cloudWatchLogs } from '../adapters/aws/logs.ts';
import { cloudWatchMetrics } from '../adapters/aws/metrics.ts';
import { snsNotifications } from '../adapters/aws/notifications.ts';
import { s3ObjectStore } from '../adapters/aws/object-store.ts';
import { sqsQueues } from '../adapters/aws/queues.ts';
import { dynamoRegistryStore } from '../adapters/aws/registry-store.ts';
import { patientStore } from '../adapters/patient-store.ts';
import { eventBusName, type Place, registryTableName } from '../domain/names.ts';
import type { Ports } from '../ports/index.ts';
import { placeFromEnvironment } from './environment.ts';

/** What must be made, from where we are; `place` and `clock` are always there. */
type PortName = Exclude<keyof Ports, 'place' | 'clock'>;
type Makers<Name extends PortName> = { readonly [P in Name]: (place: Place) => Ports[P] };

// The ports on AWS; credentials and endpoint come from the environment. The data engine is in `engine.ts`: few functions have it.
export const store = (place: Place) =>
  patientStore(dynamoRegistryStore(new DynamoDBClient(at(place)), registryTableName(place)));
export const objects = (place: Place) => s3ObjectStore(new S3Client(at(place)));
export const bus = (place: Place) => eventBridgeBus(new EventBridgeClient(at(place)), eventBusName(place));
export const executions = (place: Place) => stepFunctionsExecutions(new SFNClient(at(place)), place);
export const endpoints = (place: Place) => sageMakerEndpoints(new SageMakerRuntimeClient(at(place)));
export const hosting = (place: Place) => sageMakerHosting(new SageMakerClient(at(place)));
export const metrics = (place: Place) => cloudWatchMetrics(new CloudWatchClient(at(place)), place.stage);
export const alarms = (place: Place) => cloudWatchAlarms(new CloudWatchClient(at(place)));
export const notifications = (place: Place) => snsNotifications(new SNSClient(at(place)), place);
export const queues = (place: Place) => sqsQueues(new SQSClient(at(place)));
export const logs = (place: Place) => cloudWatchLogs(new CloudWatchLogsClient(at(place)), place);
export const account = (place: Place) => {
  const settings = at(place);
  const clients = {
    stacks: new CloudFormationClient(settings),
    quotas: new ServiceQuotasClient(settings),
    topics: new SNSClient(settings),
  };
  return awsAccount(clients, place);
};

const at = ({ region }: Place) => ({ region });

/**
 * The ports that are named, each made once, when it is first used. A function's bundle holds the clients of these and no other.
 * @example const ports = portsOf({ store, objects });
 */
export function portsOf<Name extends PortName>(
  makers: Makers<Name>,
  place: Place = placeFromEnvironment(),
): Pick<Ports, Name | 'place' | 'clock'> {
  const ports = { place, clock: () => new Date().toISOString() };
  for (const name of Object.keys(makers) as Name[]) {
    let made: Ports[Name] | undefined;
    Object.defineProperty(ports, name, {
      enumerable: true,
      get: () => {
        made ??= makers[name](place);
        return made;
      },
    });
  }
  return ports as Pick<Ports, Name | 'place' | 'clock'>;
}

/** All ports but the data engine: for the command and the demo. */
export type AwsPorts = Omit<Ports, 'engine'>;
export const awsPorts = (place: Place): AwsPorts =>
  portsOf(
    { store, objects, bus, executions, endpoints, hosting, metrics, alarms, notifications, queues, logs, account },
    place,
  );
