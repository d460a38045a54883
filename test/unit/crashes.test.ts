import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ReleaseAlarm } from '../../shared/domain/canary.ts';
import { hashOf } from '../../shared/domain/hash.ts';
import { dataKeys, modelKeys, VALIDATED_FILES } from '../../shared/domain/keys.ts';
import { contractOf } from '../../shared/domain/model-definition.ts';
import type { Pipeline } from '../../shared/domain/names.ts';
import {
  alarmName,
  endpointConfigName,
  endpointName,
  executionArn,
  servedModelName,
  stateMachineArn,
  trainingJobName,
} from '../../shared/domain/names.ts';
import type { UploadRecord } from '../../shared/domain/records.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';
import { deploymentExecution } from '../../shared/events/tasks.ts';
import { evaluateRun } from '../../shared/use-cases/build/evaluate-run.ts';
import { planRun } from '../../shared/use-cases/build/plan-run.ts';
import { selectCandidate } from '../../shared/use-cases/build/select-candidate.ts';
import { startRun } from '../../shared/use-cases/build/start-run.ts';
import { writeBaseline } from '../../shared/use-cases/build/write-baseline.ts';
import { publishCode } from '../../shared/use-cases/code/publish-code.ts';
import { pushCode } from '../../shared/use-cases/code/push-code.ts';
import { beginDeployment } from '../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease } from '../../shared/use-cases/deployment/commit-release.ts';
import { endRestoration } from '../../shared/use-cases/deployment/end-restoration.ts';
import { makeReleaseAlarms } from '../../shared/use-cases/deployment/release-alarms.ts';
import { removeServing } from '../../shared/use-cases/deployment/remove-serving.ts';
import {
  requestDeployment,
  type Wish,
  wishForVersion,
  wishToGoBack,
} from '../../shared/use-cases/deployment/request-deployment.ts';
import { requestRetirement } from '../../shared/use-cases/deployment/request-retirement.ts';
import { resumePromotion } from '../../shared/use-cases/deployment/resume-promotion.ts';
import { startDeployment } from '../../shared/use-cases/deployment/start-deployment.ts';
import { waitForApproval } from '../../shared/use-cases/deployment/wait-for-approval.ts';
import { checkFreshness } from '../../shared/use-cases/monitoring/check-freshness.ts';
import { checkMonitors } from '../../shared/use-cases/monitoring/check-monitors.ts';
import { composePage } from '../../shared/use-cases/monitoring/compose-page.ts';
import { recordFailure } from '../../shared/use-cases/monitoring/record-failure.ts';
import { requestRetraining } from '../../shared/use-cases/monitoring/request-retraining.ts';
import { approvedModel, predicted } from '../fixtures/approved-model.ts';
import { builtRun } from '../fixtures/built-run.ts';
import { crashEverywhere } from '../fixtures/crash-everywhere.ts';
import { foundBetter, trainedVersion } from '../fixtures/deployment-machine.ts';
import { leftBehind } from '../fixtures/left-behind.ts';
import {
  addCodeVersion,
  addDataVersion,
  artifact,
  buckets,
  definition,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  place,
  preparePart,
  scoring,
  transformed,
} from '../fixtures/pipeline-world.ts';

/**
 * A function is killed before and after each call that it makes, and called again: what is left is what one call that nothing happened to
 * leaves. No orphan, no second run, nothing told that is not so.
 */

type Work = (ports: PipelineWorld) => Promise<unknown>;
type Case = readonly [name: string, world: () => Promise<PipelineWorld>, work: Work];

const model = MODEL;
const run = 1;

/** Data 1 × code 1, with nothing begun. */
const ready = async (): Promise<PipelineWorld> => {
  const world = pipelineWorld();
  await addCodeVersion(world);
  await addDataVersion(world, 1, [part('january')]);
  preparePart(world, part('january'), { train: 70, validation: 10, test: 20 });
  return world;
};

const begun = async (): Promise<PipelineWorld> => {
  const world = await ready();
  await startRun(world, { model });
  return world;
};

/** One for all: an archive holds the time at which it was packed. */
const ARTIFACT = artifact({ 'metrics.json': '{"validation": {"auc": 0.8}}' });

const trainedRun = async (): Promise<PipelineWorld> => {
  const world = await begun();
  for (const { candidate } of (await planRun(world, { model, run })).candidates)
    world.objects.put(
      buckets.model,
      modelKeys.artifact(MODEL, trainingJobName(place, MODEL, run, candidate)),
      ARTIFACT,
    );
  return world;
};

const scored = async (): Promise<PipelineWorld> => {
  const world = await builtRun();
  await transformed(world, run, predicted);
  return { ...world, engine: scoring({ auc: 0.8 }) };
};

/** What was evaluated, and rows to profile. */
async function profiled(): Promise<PipelineWorld> {
  const world = await scored();
  const engine: PipelineWorld['engine'] = {
    ...world.engine,
    profile: async () => ({ rows: 100, columns: {} }),
    profilePredictions: async () => ({}) as never,
  };
  for (const month of ['jan', 'feb'])
    world.objects.put(
      buckets.data,
      `${dataKeys.prepared(MODEL, part(month).sha256, hashOf(contractOf(definition())))}${VALIDATED_FILES.rows}`,
      'rows',
    );
  return { ...world, engine };
}

const started = ({ executions }: PipelineWorld) => {
  const last = executions.started.at(-1);
  if (!last) throw new Error('nothing was started');
  return { execution: last.name, ...deploymentExecution.parse(last.input) };
};
const begin: Work = (world) => beginDeployment(world, started(world));
const commit: Work = (world) =>
  commitRelease(world, { ...started(world), endpoint: 'e', endpointConfig: `c-${started(world).execution}` });

/** Model versions 1 and 2 have been live, one after the other, each with data and code of its own. */
const lived = async (): Promise<PipelineWorld> => {
  const world = pipelineWorld();
  for (const version of [1, 2]) {
    await addCodeVersion(world, version);
    await addDataVersion(world, version, [part(`month ${version}`)]);
    await trainedVersion(world, version, version);
    await requestDeployment(world, await wishForVersion(world, { model, version }));
    await begin(world);
    await commit(world);
  }
  return world;
};

/** A third deployment is asked for. */
const asked = (wish: (world: PipelineWorld) => Promise<Wish>) => async (): Promise<PipelineWorld> => {
  const world = await lived();
  await requestDeployment(world, await wish(world));
  return world;
};
const goBack = (world: PipelineWorld) => wishToGoBack(world, { model, all: true });
const locked = async (): Promise<PipelineWorld> => {
  const world = await asked(goBack)();
  await begin(world);
  return world;
};

/** The newest execution of a pipeline ends badly. */
const failed = (world: PipelineWorld, pipeline: Pipeline): PipelineWorld => {
  const end = { status: 'FAILED', error: 'E', cause: 'no luck' } as const;
  world.executions.end(executionArn(place, pipeline, NEWEST[pipeline]), end);
  return world;
};
const recordNewest =
  (pipeline: Pipeline): Work =>
  (world) => {
    const name = NEWEST[pipeline];
    const pointer = {
      executionArn: executionArn(place, pipeline, name),
      stateMachineArn: stateMachineArn(place, pipeline),
    };
    return recordFailure(world, pointer);
  };
const NEWEST = { data: 'churn-u1', build: 'churn-r1', deployment: 'churn-rollback-3-to-1-1' } as const;

const uploaded = async (): Promise<PipelineWorld> => {
  const world = pipelineWorld();
  const upload: UploadRecord = {
    ...{ uploadId: 'u1', model, bucket: buckets.data, key: `in/${MODEL}/x.csv`, versionId: 'v1', size: 1 },
    ...{ uploadedAt: '2026-01-01T00:00:00.000Z', sequencer: 'A1', registeredAt: '2026-01-01T00:00:00.000Z' },
  };
  await world.store.commit([{ put: registryKeys.upload(MODEL, 'u1'), value: upload, expect: 'absent' }]);
  await world.executions.start('data', `${MODEL}-u1`, { model, uploadId: 'u1' });
  return failed(world, 'data');
};

const restoring = async (): Promise<PipelineWorld> => {
  const world = failed(await locked(), 'deployment');
  await recordNewest('deployment')(world);
  return world;
};

/** What serves is taken away. */
const retiring = async (): Promise<PipelineWorld> => {
  const world = await lived();
  await requestRetirement(world, { model, by: 'somebody' });
  await begin(world);
  world.hosting.endpoints.set(endpointName(place, MODEL), 'InService');
  for (const n of [1, 2]) {
    world.hosting.models.add(servedModelName(place, MODEL, n));
    world.hosting.configs.add(endpointConfigName(place, MODEL, n));
  }
  return world;
};
const remove: Work = async (world) => {
  const { execution } = started(world);
  while ((await removeServing(world, { model, execution })).outcome !== 'retired');
};

const deadLock = async (): Promise<PipelineWorld> => {
  const world = failed(await locked(), 'deployment');
  await trainedVersion(world, 3);
  await foundBetter(world, 3);
  await resumePromotion(world, { model });
  await startDeployment(world, { model, modelVersion: 3, run: 3 });
  return world;
};

const waiting = async (): Promise<PipelineWorld> => {
  const world = await lived();
  await trainedVersion(world, 3);
  await foundBetter(world, 3);
  return world;
};

const known = async (): Promise<PipelineWorld> => {
  const world = await lived();
  await world.store.commit([{ put: registryKeys.catalogue(MODEL), value: {}, expect: 'absent' }]);
  return world;
};

const drift = {
  ...({ Type: 'Notification', MessageId: 'm', TopicArn: 't', Subject: 's' } as const),
  Message: JSON.stringify({
    ...{ AlarmName: alarmName(place, MODEL, 'drift'), NewStateValue: 'ALARM', OldStateValue: 'OK' },
    ...{ NewStateReason: 'because', StateChangeTime: '2026-01-01T00:00:00.000Z' },
  }),
};

const serving = { model, modelVersion: 1, run };
const challenger = { model, run, modelVersion: 1, champion: { outcome: 'none' } } as const;
const bundle = { model, treeHash: 'f'.repeat(64), definition: definition(), archive: new Uint8Array([1]) };

const CASES: readonly Case[] = [
  ['data/fail-upload', uploaded, recordNewest('data')],
  ['code/push-code', ready, (w) => pushCode(w, bundle)],
  ['code/publish-code', published, (w) => publishCode(w, { asset: { bucket: 'assets', key: 'a' }, key: 'in/churn/x' })],
  ['build/start-run', ready, (w) => startRun(w, { model })],
  ['build/plan-run', begun, (w) => planRun(w, { model, run })],
  ['build/select-candidate', trainedRun, async (w) => selectCandidate(w, await planRun(w, { model, run }))],
  ['build/write-baseline', profiled, (w) => writeBaseline(w, { model, run, modelVersion: 1 })],
  ['build/evaluate-run', scored, (w) => evaluateRun(w, challenger)],
  ['build/fail-run', async () => failed(await begun(), 'build'), recordNewest('build')],
  ['deployment/start-deployment', approvedModel, (w) => startDeployment(w, serving)],
  ['deployment/wait-for-approval', waiting, (w) => waitForApproval(w, { model, modelVersion: 3, run: 3 })],
  ['deployment/request-deployment', lived, async (w) => requestDeployment(w, await goBack(w))],
  ['deployment/begin-deployment', asked(goBack), begin],
  ['deployment/begin-deployment, over a lock that nobody holds any more', deadLock, begin],
  ['deployment/commit-release', locked, commit],
  ['deployment/fail-deployment', async () => failed(await locked(), 'deployment'), recordNewest('deployment')],
  ['deployment/end-restoration', restoring, (w) => endRestoration(w, started(w))],
  ['deployment/release-alarms', lived, (w) => makeReleaseAlarms(w, { alarms: [{ AlarmName: 'a' } as ReleaseAlarm] })],
  ['deployment/remove-serving', retiring, remove],
  ['deployment/resume-promotion', locked, (w) => resumePromotion(w, { model })],
  [
    'monitoring/check-freshness',
    known,
    (w) => checkFreshness({ ...w, clock: () => '2026-02-01T00:00:00.000Z' }, { model }),
  ],
  ['monitoring/check-monitors', known, (w) => checkMonitors(w, { monitorSchedule: 'rate(1 hour)' })],
  ['monitoring/compose-page', known, (w) => composePage(w, drift)],
  ['monitoring/request-retraining', known, (w) => requestRetraining(w, { model, wanted: 'why', limits: LIMITS })],
];
const LIMITS = definition().monitoring.retrain;

async function published(): Promise<PipelineWorld> {
  const world = pipelineWorld();
  world.objects.put('assets', 'a', 'bundle');
  return world;
}

describe('killed anywhere and called again, it leaves what one call leaves:', () => {
  it.each(CASES)('%s', async (_, makeWorld, work) => {
    const undisturbed = await makeWorld();
    const before = await leftBehind(undisturbed);
    await work(undisturbed);
    const expected = await leftBehind(undisturbed);
    expect(expected, 'it does nothing here').not.toEqual(before);
    const places = await crashEverywhere(makeWorld, work, async (world) => {
      expect(await leftBehind(world)).toEqual(expected);
    });
    expect(places).toBeGreaterThan(0);
  });
});

/** Those that are killed everywhere by tests of their own, or as a part of another one here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'data/register-upload': 'test/unit/data/register-upload.test.ts',
  'data/validate-upload': 'test/unit/data/data-pipeline.test.ts',
  'data/prepare-part': 'test/unit/data/data-pipeline.test.ts',
  'data/accept-upload': 'test/unit/data/data-pipeline.test.ts',
  'data/reject-upload': 'test/unit/data/data-pipeline.test.ts',
  'data/announce-upload': 'test/unit/data/data-pipeline.test.ts',
  'code/register-code': 'test/unit/code/register-code.test.ts',
  'build/announce-run': 'test/unit/crashes.test.ts',
  'monitoring/record-failure': 'test/unit/crashes.test.ts',
  'monitoring/check-drift': 'test/unit/drift/check-drift.test.ts',
  'monitoring/decide-drift': 'test/unit/drift/check-drift.test.ts',
  'monitoring/announce-drift': 'test/unit/drift/check-drift.test.ts',
  'monitoring/sweep': 'test/unit/monitoring/sweep.test.ts',
  'monitoring/sweep-model': 'test/unit/monitoring/sweep.test.ts',
  'monitoring/redrive': 'test/unit/monitoring/redrive.test.ts',
};
/** One commit by somebody who is told what came of it, and looks before asking again. */
const BY_HAND: readonly string[] = ['deployment/decide-approval', 'deployment/request-retirement'];
/** One object, whole, as the last thing that it does. */
const ONE_OBJECT: readonly string[] = ['reports/write-report'];
const WRITES =
  /\b(?:store|objects|bus|executions|metrics|notifications|queues|alarms)\s*\.(?:commit|write|upload|copy|publish|start|put|send|delete)\(/;

it('every use case that writes is killed everywhere by a test', () => {
  const directory = new URL('../../shared/use-cases/', import.meta.url);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  const writing = files.filter((f) => WRITES.test(readFileSync(new URL(f, directory), 'utf8')));
  const covered = new Set([
    ...CASES.map(([name]) => name.split(',')[0]),
    ...Object.keys(ELSEWHERE),
    ...BY_HAND,
    ...ONE_OBJECT,
  ]);
  expect(writing.map((f) => f.replace('.ts', '')).filter((f) => f.includes('/') && !covered.has(f))).toEqual([]);
  for (const [name, test] of Object.entries(ELSEWHERE))
    expect(readFileSync(new URL(`../../${test}`, import.meta.url), 'utf8'), name).toContain('crashEverywhere(');
});
