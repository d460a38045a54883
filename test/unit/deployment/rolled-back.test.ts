import { beforeEach, describe, expect, it } from 'vitest';
import { stateMachineArn } from '../../../shared/domain/names.ts';
import type { Champion, Deployment } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { deploymentStart, makeAlarmsTask } from '../../../shared/events/deployment-tasks.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease } from '../../../shared/use-cases/deployment/commit-release.ts';
import { endRestoration } from '../../../shared/use-cases/deployment/end-restoration.ts';
import { makeReleaseAlarms } from '../../../shared/use-cases/deployment/release-alarms.ts';
import {
  requestDeployment,
  type Wish,
  wishForVersion,
  wishToGoBack,
} from '../../../shared/use-cases/deployment/request-deployment.ts';
import { recordFailure } from '../../../shared/use-cases/monitoring/record-failure.ts';
import { trainedVersion } from '../../fixtures/deployment-machine.ts';
import { addCodeVersion, MODEL, type PipelineWorld, pipelineWorld, place } from '../../fixtures/pipeline-world.ts';
import { started as newestStarted } from '../../fixtures/worlds/deployments.ts';

/** Model version 1 is live; version 2 is brought in by canary. */
describe('a release on trial', () => {
  let world: PipelineWorld;
  const started = () => newestStarted(world);
  const begin = () => beginDeployment(world, started());
  const ask = async (wish: Wish) => {
    await requestDeployment(world, wish);
    return begin();
  };
  const version = (n: number) => wishForVersion(world, { model: MODEL, version: n });
  const commit = () => {
    const [endpoint, endpointConfig] = ['modelloop-test-churn', started().execution];
    world.hosting.endpoints.set(endpoint, { status: 'InService', config: endpointConfig });
    return commitRelease(world, { ...started(), endpoint, endpointConfig });
  };
  const fail = async (status: 'FAILED' | 'ABORTED' = 'FAILED') => {
    const executionArn = world.executions.arn('deployment', started().execution);
    world.executions.end(executionArn, { status, cause: 'the endpoint ended InService on the configuration old' });
    await recordFailure(world, { executionArn, stateMachineArn: stateMachineArn(place, 'deployment') });
  };
  const recorded = async (execution: string) =>
    (await world.store.get<Deployment>(registryKeys.deployment(MODEL, execution)))?.value;
  const there = () => [...world.alarms.there.keys()];
  const ALARMS = ['modelloop-test.churn.canary-errors.d2', 'modelloop-test.churn.canary-latency.d2'];

  /** Version 2 takes its share of the calls. */
  const onTrial = async () => {
    const start = deploymentStart.parse(await ask(await version(2)));
    if (start.outcome !== 'update' || !start.canary) throw new Error(`no canary: ${JSON.stringify(start)}`);
    await makeReleaseAlarms(world, makeAlarmsTask.parse({ alarms: start.canary.alarms }));
    return started().execution;
  };

  beforeEach(async () => {
    world = pipelineWorld();
    await addCodeVersion(world, 1, { deployment: { instances: 2, canary: {} } });
    for (const n of [1, 2]) await trainedVersion(world, n);
    const first = await ask(await version(1));
    expect(first.outcome, 'there is nothing to shift calls from').toBe('create');
    expect(first).not.toHaveProperty('canary');
    await commit();
  });

  it('has its alarms until it is committed', async () => {
    await onTrial();
    expect(there()).toEqual(ALARMS);
    await commit();
    expect(there()).toEqual([]);
  });

  it('is taken back by its alarm: recorded with the alarm and its reason, measured once; the champion stays', async () => {
    const execution = await onTrial();
    world.alarms.fire(ALARMS[0] ?? '', 'Threshold Crossed: 1 datapoint [0.33]');
    await fail();
    expect(await recorded(execution)).toMatchObject({
      status: 'failed',
      rolledBackBy: ALARMS[0],
      reason: `rolled back: ${ALARMS[0]} fired (Threshold Crossed: 1 datapoint [0.33]); the endpoint ended InService on the configuration old`,
    });
    expect(world.metrics.valuesOf('FailedDeployment', MODEL)).toEqual([1]);
    expect((await world.store.get<Champion>(registryKeys.champion(MODEL)))?.value).toMatchObject({ modelVersion: 1 });
  });

  it('keeps its alarms while a restoration waits for the endpoint: SageMaker may still need them', async () => {
    await onTrial();
    await fail('ABORTED');
    expect(there()).toEqual(ALARMS);
    expect(await begin()).toMatchObject({ outcome: 'restore' });
    await endRestoration(world, started());
    expect(there()).toEqual([]);
  });

  it('loses them when the restoration fails, too, which does not tell of the alarm again', async () => {
    await onTrial();
    world.alarms.fire(ALARMS[1] ?? '', 'slow');
    await fail();
    await begin();
    const restoration = started().execution;
    await fail();
    expect(there()).toEqual([]);
    expect(await recorded(restoration)).toMatchObject({ kind: 'restoration', status: 'failed' });
    expect(await recorded(restoration)).not.toHaveProperty('rolledBackBy');
  });

  it('whose execution ended unheard loses them to whoever breaks its lock, and the reason is told', async () => {
    const execution = await onTrial();
    world.alarms.fire(ALARMS[0] ?? '', 'errors');
    world.executions.end(world.executions.arn('deployment', execution), { status: 'TIMED_OUT' });
    await trainedVersion(world, 3);
    expect(await ask(await version(3))).toMatchObject({ outcome: 'update' });
    expect(there()).toEqual([]);
    expect(await recorded(execution)).toMatchObject({ status: 'failed', rolledBackBy: ALARMS[0] });
  });

  it('is not what a rollback is: that shifts at once', async () => {
    await onTrial();
    await commit();
    const back = await ask(await wishToGoBack(world, { model: MODEL }));
    expect(back).toMatchObject({ outcome: 'update' });
    expect(back).not.toHaveProperty('canary');
  });
});
