import { describe, expect, it } from 'vitest';
import { modelDefinition } from '../../../shared/domain/definition/model-definition.ts';
import { canaryOf } from '../../../shared/domain/deployment/canary.ts';
import { CANARY_ALARMS, canaryAlarmName, canaryAlarmsArn, partsOfAlarmName } from '../../../shared/domain/names.ts';
import { definition, MODEL, place } from '../../fixtures/pipeline-world.ts';

const trial = { deployment: 7, endpointConfig: 'modelloop-test-churn-d7' };
const deployment = (canary: object) => ({ instances: 2, canary });
const canary = (over: object = {}, more: Parameters<typeof definition>[0] = {}) => {
  const found = canaryOf(place, definition({ deployment: deployment(over), ...more }), trial);
  if (!found) throw new Error('no canary');
  return found;
};

describe('a canary', () => {
  it('is there only when the definition asks for it', () => {
    expect(canaryOf(place, definition(), trial)).toBeUndefined();
  });

  it('gives its share of the calls to the release, bakes, and names its alarms for the rollback', () => {
    expect(canary({ percent: 20, bakeMinutes: 15 }).deploymentConfig).toEqual({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'CANARY',
          CanarySize: { Type: 'CAPACITY_PERCENT', Value: 20 },
          WaitIntervalInSeconds: 900,
        },
        TerminationWaitInSeconds: 300,
        MaximumExecutionTimeoutInSeconds: 3000,
      },
      AutoRollbackConfiguration: {
        Alarms: [
          { AlarmName: 'modelloop-test.churn.canary-errors.d7' },
          { AlarmName: 'modelloop-test.churn.canary-latency.d7' },
        ],
      },
    });
  });

  it('keeps within what SageMaker takes, at its longest', () => {
    const policy = canary({ bakeMinutes: 60 }).deploymentConfig.BlueGreenUpdatePolicy;
    const waits = [policy.TrafficRoutingConfiguration.WaitIntervalInSeconds, policy.TerminationWaitInSeconds];
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(3600);
    expect(policy.MaximumExecutionTimeoutInSeconds).toBeGreaterThan(waits.reduce((a, b) => a + b));
    expect(policy.MaximumExecutionTimeoutInSeconds).toBeLessThanOrEqual(28_800);
  });

  it('is watched by errors and latency of its own configuration, which act on nothing and never forget', () => {
    const { alarms } = canary({ maxErrorPercent: 2.5, maxLatencyMilliseconds: 300 });
    expect(alarms.map((a) => [a.MetricName, a.Statistic, a.Threshold, a.EvaluationPeriods])).toEqual([
      ['Invocation5XXErrors', 'Average', 0.025, 1],
      ['ModelLatency', 'Average', 300_000, 2],
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ ActionsEnabled: false, TreatMissingData: 'ignore', Namespace: 'AWS/SageMaker' });
      expect(alarm).not.toHaveProperty('AlarmActions');
      expect(Object.fromEntries(alarm.Dimensions.map((d) => [d.Name, d.Value]))).toEqual({
        EndpointName: 'modelloop-test-churn',
        VariantName: 'live',
        EndpointConfigName: 'modelloop-test-churn-d7',
      });
    }
  });

  it('tolerates no slower answers than those that call somebody, unless it says so', () => {
    const latency = (of: ReturnType<typeof canary>) => of.alarms[1]?.Threshold;
    const operations = { owner: 'o', paging: { latencyMilliseconds: 70 } };
    expect(latency(canary())).toBe(1_000_000);
    expect(latency(canary({}, { operations }))).toBe(70_000);
    expect(latency(canary({ maxLatencyMilliseconds: 90 }, { operations }))).toBe(90_000);
  });

  it('has alarms that the paging of pages does not take for its own, and that one pattern covers', () => {
    for (const kind of CANARY_ALARMS) {
      const name = canaryAlarmName(place, MODEL, kind, 7);
      expect(partsOfAlarmName(place, name)).toBeUndefined();
      const pattern = canaryAlarmsArn(place, MODEL).replace('*', '.*');
      expect(`arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}`).toMatch(new RegExp(`^${pattern}$`));
    }
  });
});

describe('a definition with a canary', () => {
  const problem = (d: object) => {
    const { success, error } = modelDefinition.safeParse({ ...definition(), deployment: d });
    return success ? undefined : error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
  };

  it('has sensible defaults', () => {
    expect(definition({ deployment: deployment({}) }).deployment.canary).toEqual({
      percent: 10,
      bakeMinutes: 10,
      maxErrorPercent: 1,
    });
  });

  it.each<[object, RegExp | undefined]>([
    [deployment({}), undefined],
    [{ canary: {} }, /^deployment\.canary: a canary needs 2 or more instances/],
    [{ instances: 2, instance: 'ml.inf1.xlarge', canary: {} }, /deployment\.canary: .*ml\.inf1/],
    [deployment({ percent: 51 }), /deployment\.canary\.percent: a canary takes at most 50 percent/],
    [deployment({ bakeMinutes: 61 }), /deployment\.canary\.bakeMinutes: .*60/],
    [deployment({ bakeMinutes: 1 }), /deployment\.canary\.bakeMinutes: .*5/],
    [deployment({ pecent: 5 }), /pecent/],
  ])('%j', (d, expected) => {
    if (expected) expect(problem(d)).toMatch(expected);
    else expect(problem(d)).toBeUndefined();
  });
});
