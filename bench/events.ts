import {
  alarmName,
  alarmsTopic,
  bucketName,
  executionArn,
  type Place,
  stateMachineArn,
  topicArn,
} from '../shared/domain/names.ts';

/** Harmless events, about a model that is not there. */

const MODEL = 'no-such-model';

/** Of the functions behind queues: the body of one message. */
const messages: Record<string, (place: Place) => object> = {
  'register-upload': (place) => objectCreated(bucketName(place, 'data'), `in/${MODEL}/bench.csv`),
  'register-code': (place) => objectCreated(bucketName(place, 'code'), `in/${MODEL}.tar.gz`),
  'start-run': () => ({ detail: { type: 'DataVersionReady', model: MODEL, dataVersion: 1 } }),
  'write-report': () => ({ detail: { type: 'DataVersionReady', model: MODEL, dataVersion: 1 } }),
  'start-deployment': () => ({ detail: { type: 'ModelVersionApproved', model: MODEL, modelVersion: 1, run: 1 } }),
  'record-failure': (place) => ({
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    detail: {
      executionArn: executionArn(place, 'data', 'bench'),
      stateMachineArn: stateMachineArn(place, 'data'),
      name: 'bench',
      status: 'FAILED',
    },
  }),
  'compose-page': (place) => ({
    Type: 'Notification',
    MessageId: 'bench',
    TopicArn: topicArn(place, alarmsTopic(place)),
    Message: JSON.stringify({
      AlarmName: alarmName(place, MODEL, 'drift'),
      NewStateValue: 'ALARM',
      NewStateReason: 'bench',
      StateChangeTime: new Date().toISOString(),
      OldStateValue: 'OK',
    }),
  }),
};

/** Of custom resources: their properties. */
const properties: Record<string, (place: Place) => object> = {
  'first-beat': () => ({ Metrics: ['Heartbeat'] }),
  'publish-code': (place) => ({ AssetBucket: bucketName(place, 'code'), AssetKey: 'no-such-asset', Key: 'bench' }),
};

/** All others are tasks of state machines and schedules: each takes what it knows of this. */
const task = {
  ...{ model: MODEL, run: 1, uploadId: 'a'.repeat(32), modelVersion: 1, codeVersion: 1, contractHash: 'b'.repeat(64) },
  part: { sha256: 'c'.repeat(64), bytes: 1, rows: 1, key: 'no-such-part' },
  parts: ['c'.repeat(64)],
  problems: [{ code: 'bench', message: 'bench' }],
  candidates: [
    {
      candidate: 'default',
      request: {
        TrainingJobName: 'no-such-job',
        ...{ AlgorithmSpecification: {}, RoleArn: 'none', HyperParameters: {}, InputDataConfig: [], Tags: [] },
        ...{ OutputDataConfig: {}, ResourceConfig: {}, StoppingCondition: {} },
      },
    },
  ],
  champion: { outcome: 'none' },
  request: { model: MODEL, modelVersion: 1, run: 1 },
  ...{ endpoint: 'no-such-endpoint', endpointConfig: 'no-such-config', execution: 'bench' },
  monitorSchedule: 'rate(1 hour)',
  alarms: [
    {
      ...{ AlarmName: 'bench', Namespace: 'bench', MetricName: 'bench', Statistic: 'Sum', Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', ActionsEnabled: false },
    },
  ],
};

/** @param answerTo where a custom resource's function puts its answer */
export function eventFor(name: string, place: Place, answerTo: string): object {
  const message = messages[name]?.(place);
  if (message)
    return {
      Records: [{ messageId: 'bench', body: JSON.stringify(message), attributes: { ApproximateReceiveCount: '1' } }],
    };
  const resource = properties[name]?.(place);
  if (!resource) return task;
  return {
    ...{ RequestType: 'Create', ResponseURL: answerTo, StackId: 'bench', RequestId: 'bench' },
    ...{ LogicalResourceId: 'bench', ResourceProperties: resource },
  };
}

const objectCreated = (bucket: string, key: string) => ({
  'detail-type': 'Object Created',
  source: 'aws.s3',
  time: new Date().toISOString(),
  detail: { bucket: { name: bucket }, object: { key, size: 1, 'version-id': 'bench', sequencer: '0' } },
});
