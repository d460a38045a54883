import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../infra/config.ts';
import { LOG_LINES } from '../../shared/domain/log-lines.ts';
import {
  METRIC_NAMESPACE,
  MODEL_METRICS,
  PLATFORM_METRICS,
} from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { VARIANT } from '../../shared/domain/names.ts';
import { resources, synthesize } from './synth.ts';

const dev = synthesize('dev');
const [ACCOUNT, REGION] = ['111122223333', 'eu-west-1'];

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  // biome-ignore lint/suspicious/noExplicitAny: each type of widget has properties of its own.
  readonly properties: any;
}

/** A dashboard's body as CloudWatch gets it. @throws when a part of it is nothing that CloudFormation can fill in */
function dashboard(template: Template): { readonly name: string; readonly widgets: readonly Widget[]; text: string } {
  const [[, found] = []] = resources(template, 'AWS::CloudWatch::Dashboard');
  if (!found) throw new Error('there is no dashboard');
  const text = filledIn(template, found.Properties.DashboardBody);
  return { name: found.Properties.DashboardName, widgets: JSON.parse(text).widgets, text };
}

function filledIn(template: Template, value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref: ref } = value as Record<string, string | [string, unknown[]]>;
  if (Array.isArray(join)) return join[1].map((part) => filledIn(template, part)).join(join[0]);
  if (ref === 'AWS::Region') return REGION;
  if (ref === 'AWS::AccountId') return ACCOUNT;
  if (ref === 'AWS::Partition') return 'aws';
  if (attribute?.[1] === 'Arn') {
    const [, alarm] = resources(template, 'AWS::CloudWatch::Alarm').find(([id]) => id === attribute[0]) ?? [];
    if (alarm) return `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${alarm.Properties.AlarmName}`;
  }
  throw new Error(`a dashboard holds ${JSON.stringify(value)}`);
}

const shown = { model: dashboard(dev.model), pipelines: dashboard(dev.pipelines) };
const named = (type: string, property: string, template: Template = dev.pipelines): string[] =>
  resources(template, type).map(([, r]) => r.Properties[property]);

/** What each namespace measures, and by which dimensions, as AWS documents it. */
const MEASURED: Record<
  string,
  { readonly metrics: readonly string[]; readonly by: Record<string, readonly string[]> }
> = {
  'AWS/SageMaker': {
    metrics: ['Invocations', 'Invocation4XXErrors', 'Invocation5XXErrors', 'ModelLatency', 'OverheadLatency'],
    by: { EndpointName: ['modelloop-dev-some-model'], VariantName: [VARIANT] },
  },
  '/aws/sagemaker/Endpoints': {
    metrics: ['CPUUtilization', 'MemoryUtilization', 'DiskUtilization'],
    by: { EndpointName: ['modelloop-dev-some-model'], VariantName: [VARIANT] },
  },
  'AWS/SQS': {
    metrics: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
    by: { QueueName: named('AWS::SQS::Queue', 'QueueName') },
  },
  'AWS/Lambda': {
    metrics: ['Errors', 'Duration', 'Throttles', 'Invocations', 'ConcurrentExecutions'],
    by: { FunctionName: named('AWS::Lambda::Function', 'FunctionName') },
  },
  'AWS/States': {
    metrics: [
      ...['ExecutionsStarted', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted', 'ExecutionsSucceeded'],
      'ExecutionTime',
    ],
    by: {
      StateMachineArn: named('AWS::StepFunctions::StateMachine', 'StateMachineName').map(
        (name) => `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`,
      ),
    },
  },
};

interface Line {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Record<string, string>;
}

const lines = (widgets: readonly Widget[]): Line[] =>
  widgets
    .filter((w) => w.type === 'metric' && w.properties.metrics)
    .flatMap((w) => w.properties.metrics as (string | object)[][])
    .map(([namespace, metric, ...rest]) => {
      const pairs = rest.filter((part) => typeof part === 'string');
      const dimensions = Object.fromEntries(pairs.flatMap((name, i) => (i % 2 ? [] : [[name, String(pairs[i + 1])]])));
      return { namespace: String(namespace), metric: String(metric), dimensions };
    });

describe.each(['model', 'pipelines'] as const)('the dashboard of the %s', (part) => {
  const { widgets, text, name } = shown[part];

  test('is named after what it shows', () => {
    expect(name).toBe(part === 'model' ? 'modelloop-dev-some-model' : 'modelloop-dev');
  });

  test('is a grid of 24 columns, in which nothing lies over anything, with nothing left to be filled in', () => {
    expect(text).not.toMatch(/\$\{|undefined|NaN|\[object/);
    const taken = new Set<string>();
    for (const { x, y, width, height, properties } of widgets) {
      expect(x + width, properties.title).toBeLessThanOrEqual(24);
      for (let i = x; i < x + width; i++)
        for (let j = y; j < y + height; j++) {
          expect(taken.has(`${i},${j}`), `${properties.title} lies over another`).toBe(false);
          taken.add(`${i},${j}`);
        }
    }
  });

  test('shows every alarm of its stack, and no other', () => {
    const on = widgets.filter((w) => w.type === 'alarm').flatMap((w) => w.properties.alarms as string[]);
    const there = named('AWS::CloudWatch::Alarm', 'AlarmName', dev[part]);
    expect(there.length).toBeGreaterThan(5);
    expect(on.map((arn) => arn.split(':alarm:')[1]).sort()).toEqual(there.sort());
    expect(on.length).toBeLessThanOrEqual(100);
  });

  test('shows only what is measured: ours by our dimensions, AWS’s by theirs, of what is there', () => {
    const own: readonly string[] = part === 'model' ? MODEL_METRICS : PLATFORM_METRICS;
    expect(lines(widgets).length).toBeGreaterThan(10);
    for (const { namespace, metric, dimensions } of lines(widgets)) {
      if (namespace === METRIC_NAMESPACE) {
        expect(own).toContain(metric);
        expect(dimensions).toEqual(part === 'model' ? { Stage: 'dev', Model: 'some-model' } : { Stage: 'dev' });
        continue;
      }
      const { metrics, by } = MEASURED[namespace] ?? { metrics: [], by: {} };
      expect(metrics, namespace).toContain(metric);
      expect(Object.keys(dimensions).sort(), metric).toEqual(Object.keys(by).sort());
      for (const [dimension, value] of Object.entries(dimensions)) expect(by[dimension], metric).toContain(value);
    }
  });

  test('shows all that we measure of it', () => {
    const own = lines(widgets).filter((line) => line.namespace === METRIC_NAMESPACE);
    const measured = part === 'model' ? MODEL_METRICS : PLATFORM_METRICS;
    expect(own.map(({ metric }) => metric).sort()).toEqual([...measured].sort());
  });
});

test('every queue and every function is on the dashboard of the pipelines', () => {
  const on = new Set(lines(shown.pipelines.widgets).flatMap(({ dimensions }) => Object.values(dimensions)));
  for (const queue of MEASURED['AWS/SQS']?.by.QueueName ?? []) expect(on).toContain(queue);
  for (const fn of MEASURED['AWS/Lambda']?.by.FunctionName ?? []) expect(on).toContain(fn);
});

test('what a model’s dashboard reads from logs is logged: of this model, by functions that there are', () => {
  const queries = shown.model.widgets.filter((w) => w.type === 'log').map((w) => w.properties.query as string);
  expect(queries).toHaveLength(Object.keys(LOG_LINES).length);
  const groups = new Set(named('AWS::Logs::LogGroup', 'LogGroupName'));
  for (const { by, message, fields } of Object.values(LOG_LINES)) {
    expect(groups).toContain(`/aws/lambda/modelloop-dev-${by}`);
    const query = queries.find((q) => q.includes(`'/aws/lambda/modelloop-dev-${by}'`));
    expect(query).toContain(`filter message = "${message}" and model = "some-model"`);
    expect(query).toContain(`fields @timestamp, ${fields.join(', ')}`);
  }
});

test('a stage that wants none has none', () => {
  const none = synthesize({ ...settingsOf('dev'), dashboards: false });
  for (const template of Object.values(none)) expect(resources(template, 'AWS::CloudWatch::Dashboard')).toHaveLength(0);
});
