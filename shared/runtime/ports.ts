import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { sageMakerEndpoints } from '../adapters/aws/endpoints.ts';
import { eventBridgeBus } from '../adapters/aws/event-bus.ts';
import { stepFunctionsExecutions } from '../adapters/aws/executions.ts';
import { cloudWatchMetrics } from '../adapters/aws/metrics.ts';
import { snsNotifications } from '../adapters/aws/notifications.ts';
import { s3ObjectStore } from '../adapters/aws/object-store.ts';
import { dynamoRegistryStore } from '../adapters/aws/registry-store.ts';
import { eventBusName, type Place, registryTableName } from '../domain/names.ts';
import type { Ports } from '../ports/index.ts';
import { placeFromEnvironment } from './environment.ts';

/** All ports but the data engine: DuckDB is in a layer that only a few functions have (see `engine.ts`). */
export type AwsPorts = Omit<Ports, 'engine'>;

/**
 * The ports on AWS. Each client is made when its port is first used, once, so that a function pays at its start only for
 * what it uses; credentials and endpoint come from the environment.
 */
export function awsPorts(place: Place = placeFromEnvironment()): AwsPorts {
  const { region } = place;
  const store = once(() => dynamoRegistryStore(new DynamoDBClient({ region }), registryTableName(place)));
  const objects = once(() => s3ObjectStore(new S3Client({ region })));
  const bus = once(() => eventBridgeBus(new EventBridgeClient({ region }), eventBusName(place)));
  const executions = once(() => stepFunctionsExecutions(new SFNClient({ region }), place));
  const endpoints = once(() => sageMakerEndpoints(new SageMakerRuntimeClient({ region })));
  const metrics = once(() => cloudWatchMetrics(new CloudWatchClient({ region }), place.stage));
  const notifications = once(() => snsNotifications(new SNSClient({ region }), place));
  return {
    place,
    clock: () => new Date().toISOString(),
    get store() {
      return store();
    },
    get objects() {
      return objects();
    },
    get bus() {
      return bus();
    },
    get executions() {
      return executions();
    },
    get endpoints() {
      return endpoints();
    },
    get metrics() {
      return metrics();
    },
    get notifications() {
      return notifications();
    },
  };
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
