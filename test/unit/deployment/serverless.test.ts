import { describe, expect, it } from 'vitest';
import { modelDefinition } from '../../../shared/domain/definition/model-definition.ts';
import type { DeploymentLock } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { requestDeployment, wishForVersion } from '../../../shared/use-cases/deployment/request-deployment.ts';
import { checkDrift } from '../../../shared/use-cases/monitoring/check-drift.ts';
import { overdueMonitors } from '../../../shared/use-cases/monitoring/check-monitors.ts';
import { foundBetter, trainedVersion } from '../../fixtures/deployment-machine.ts';
import { addCodeVersion, definition, MODEL, pipelineWorld, runRecord } from '../../fixtures/pipeline-world.ts';
import { goesLive } from '../../fixtures/watched-world.ts';

const SERVERLESS = { serverless: { memoryMiB: 2048, maxConcurrency: 5 } } as const;

describe('a definition with deployment.serverless', () => {
  const issues = (deployment: object) =>
    modelDefinition.safeParse({ ...definition(), deployment }).error?.issues.map((i) => [i.path.join('.'), i.message]);

  it('has no instances and captures nothing', () => {
    expect(definition({ deployment: SERVERLESS }).deployment).toMatchObject({ ...SERVERLESS, capturePercent: 0 });
    expect(definition().deployment).toMatchObject({ instance: 'ml.m5.large', instances: 1, capturePercent: 100 });
  });

  it.each([
    [{ instance: 'ml.m5.large' }, 'deployment.instance', 'a serverless endpoint has no instances'],
    [{ instances: 1 }, 'deployment.instances', 'a serverless endpoint has no instances'],
    [
      { canary: {} },
      'deployment.canary',
      'a serverless endpoint has no canary: SageMaker shifts its traffic all at once',
    ],
    [{ capturePercent: 100 }, 'deployment.capturePercent', expect.stringContaining('captures no calls')],
  ])('is refused beside %j, though that were the default', (beside, path, message) => {
    expect(issues({ ...SERVERLESS, ...beside })).toEqual([[path, message]]);
  });

  it('is refused beside a network', () => {
    const network = { subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] };
    const input = { ...definition(), deployment: SERVERLESS, operations: { owner: 'ops', network } };
    const { error } = modelDefinition.safeParse(input);
    expect(error?.issues.map((i) => i.path.join('.'))).toEqual(['operations.network']);
  });

  it.each([
    [{ memoryMiB: 1500, maxConcurrency: 5 }, 'deployment.serverless.memoryMiB'],
    [{ memoryMiB: 2048, maxConcurrency: 201 }, 'deployment.serverless.maxConcurrency'],
  ])('is refused with %j', (serverless, path) => {
    expect(issues({ serverless })?.map(([at]) => at)).toEqual([path]);
  });
});

/** Model version 1 is live on instances; code version 2 wants the endpoint serverless. */
const changingKind = async () => {
  const world = pipelineWorld();
  await addCodeVersion(world, 1);
  await trainedVersion(world, 1);
  await goesLive(world, 1, '2026-01-01T00:00:00Z');
  await addCodeVersion(world, 2, { deployment: SERVERLESS });
  await trainedVersion(world, 2, 2);
  await foundBetter(world, 2);
  return world;
};
const WAY = 'npx modelloop retire churn, then npx modelloop promote churn --version 2';

describe('an endpoint on instances', () => {
  it('does not become serverless by a verdict: the run says so, and what to do', async () => {
    const world = await changingKind();
    const input = { model: MODEL, modelVersion: 2, run: 2, execution: 'x', kind: 'promotion' } as const;
    expect(await beginDeployment(world, input)).toMatchObject({ reason: expect.stringContaining(WAY) });
    expect((await runRecord(world, 2)).deployment).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('the endpoint is on instances, and model version 2 wants it serverless'),
    });
    expect((await world.store.get<DeploymentLock>(registryKeys.deploymentLock(MODEL)))?.value).toBeUndefined();
  });

  it('does not become serverless because somebody asks for it', async () => {
    const world = await changingKind();
    const wish = await wishForVersion(world, { model: MODEL, version: 2 });
    expect(await requestDeployment(world, wish)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(WAY),
    });
    expect(world.executions.started).toEqual([]);
  });
});

describe('monitoring of a serverless endpoint', () => {
  it('says that drift is not watched, measures nothing, and is not overdue', async () => {
    const world = pipelineWorld();
    await addCodeVersion(world, 1, { deployment: SERVERLESS });
    await goesLive(world, 1, '2025-12-01T00:00:00.000Z');
    expect(await checkDrift(world, { model: MODEL })).toMatchObject({
      watched: false,
      verdict: 'unknown',
      reason: 'not watched: a serverless endpoint captures no calls',
    });
    expect(world.metrics.calls).toEqual([]);
    expect(await overdueMonitors(world, MODEL, 'rate(1 hour)')).toEqual(['freshness']);
  });
});
