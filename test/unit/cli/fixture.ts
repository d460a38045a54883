import { memoryEndpoints } from '../../../shared/adapters/memory/endpoints.ts';
import { type MemoryObjectStore, memoryObjectStore } from '../../../shared/adapters/memory/object-store.ts';
import { memoryRegistryStore } from '../../../shared/adapters/memory/registry-store.ts';
import { contractOf, modelDefinition } from '../../../shared/domain/definition/model-definition.ts';
import { hashOf, sha256 } from '../../../shared/domain/hash.ts';
import { codeKeys, dataKeys, modelKeys } from '../../../shared/domain/keys.ts';
import {
  bucketName,
  endpointConfigName,
  endpointName,
  type Place,
  trainingJobName,
} from '../../../shared/domain/names.ts';
import type {
  Champion,
  CodeVersion,
  DataHead,
  DataVersion,
  Head,
  Manifest,
  ModelVersion,
  Part,
  Release,
  Run,
  UploadRecord,
  WaitingChallenger,
} from '../../../shared/domain/records.ts';
import { type Key, registryKeys, UNKNOWN_MODEL } from '../../../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../../../shared/ports/registry-store.ts';

/** A stage with a history: one accepted upload that is live, a duplicate, a rejected one, a run that failed. */

export const place: Place = { stage: 'test', account: '123456789012', region: 'eu-west-1' };
export const MODEL = 'flight-delay';
export const NOW = new Date('2026-03-01T12:00:00.000Z');

const dataBucket = bucketName(place, 'data');
const codeBucket = bucketName(place, 'code');
const modelBucket = bucketName(place, 'model');

export const definition = modelDefinition.parse({
  name: MODEL,
  task: 'binary',
  target: 'late',
  id: ['flight'],
  columns: {
    flight: { type: 'string', feature: false },
    hour: { type: 'integer', min: 0, max: 23 },
    distance: { type: 'number', min: 0, nullable: true },
    carrier: { type: 'string', values: ['AA', 'UA'] },
    late: { type: 'boolean' },
  },
  metric: 'auc',
  gates: [{ metric: 'auc', min: 0.6 }],
  operations: { owner: 'ops@example.com' },
});

export const upload = (key: string, at: string, outcome?: UploadRecord['outcome']): UploadRecord => ({
  uploadId: sha256(key).slice(0, 32),
  model: MODEL,
  bucket: dataBucket,
  key,
  versionId: `3Lg${sha256(key).slice(0, 29)}`,
  size: 1_234_567,
  uploadedAt: at,
  sequencer: '00A1',
  registeredAt: at,
  ...(outcome ? { outcome } : {}),
});

const january = upload(`in/${MODEL}/2013-01.csv`, '2026-03-01T11:00:00.000Z', {
  status: 'accepted',
  dataVersion: 1,
  at: '2026-03-01T11:00:09.000Z',
  codeVersion: 1,
});

export const uploads: readonly UploadRecord[] = [
  january,
  upload(`in/${MODEL}/again.csv`, '2026-03-01T11:10:00.000Z', {
    status: 'duplicate',
    of: 1,
    at: '2026-03-01T11:10:02.000Z',
  }),
  upload(`in/${MODEL}/broken\u001b[2J.csv`, '2026-03-01T11:20:00.000Z', {
    status: 'rejected',
    problems: [
      { code: 'ragged-row', message: 'line 7 has 4 fields, the header has 5', line: 7 },
      { code: 'out-of-range', message: 'above 23', line: 9, column: 'hour', value: '27', rows: 3 },
    ],
    report: dataKeys.rejection(MODEL, 'x'),
    at: '2026-03-01T11:20:02.000Z',
    codeVersion: 1,
  }),
  upload(`in/${MODEL}/slow.parquet`, '2026-03-01T11:59:00.000Z'),
];

export const part: Part = {
  sha256: sha256('january'),
  bytes: 1_234_567,
  rows: 27_004,
  key: dataKeys.part(MODEL, sha256('january'), '.csv'),
  source: { bucket: january.bucket, key: january.key, versionId: january.versionId },
  uploadedAt: january.uploadedAt,
  sequencer: january.sequencer,
};
export const manifest: Manifest = { hash: hashOf([part.sha256]), parts: [part] };

export const dataVersion: DataVersion = {
  model: MODEL,
  version: 1,
  manifestHash: manifest.hash,
  manifestKey: dataKeys.manifest(MODEL, manifest.hash),
  rows: part.rows,
  parts: 1,
  uploadId: january.uploadId,
  source: part.source,
  sha256: part.sha256,
  codeVersion: 1,
  contractHash: hashOf(contractOf(definition)),
  createdAt: '2026-03-01T11:00:09.000Z',
};

export const codeVersion: CodeVersion = {
  model: MODEL,
  version: 1,
  treeHash: sha256('tree'),
  bucket: codeBucket,
  bundleKey: codeKeys.bundle(MODEL, sha256('tree')),
  contractHash: dataVersion.contractHash,
  definition,
  files: [{ path: 'model.yaml', sha256: sha256('model.yaml') }],
  createdAt: '2026-03-01T10:00:00.000Z',
};

export const modelVersion: ModelVersion = {
  model: MODEL,
  version: 1,
  run: 1,
  candidate: 'deep',
  trainingJob: trainingJobName(place, MODEL, 1, 'deep'),
  dataVersion: 1,
  codeVersion: 1,
  artifact: {
    bucket: modelBucket,
    key: modelKeys.artifact(MODEL, trainingJobName(place, MODEL, 1, 'deep')),
    sha256: sha256('artefact'),
  },
  image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0',
  validation: { auc: 0.7211 },
  test: { auc: 0.7123, logloss: 0.4411 },
  createdAt: '2026-03-01T11:02:00.000Z',
};

export const runs: readonly Run[] = [
  {
    model: MODEL,
    run: 1,
    dataVersion: 1,
    codeVersion: 1,
    status: 'finished',
    startedAt: '2026-03-01T11:00:10.000Z',
    endedAt: '2026-03-01T11:03:30.000Z',
    candidates: [{ candidate: 'deep', trainingJob: modelVersion.trainingJob, validation: { auc: 0.7211 } }],
    modelVersion: 1,
    verdict: {
      decision: 'promote',
      outcome: 'better',
      reasons: ['improvement +0.0112, 95% interval +0.004 to +0.018: all above 0'],
      metric: 'auc',
      challenger: { auc: 0.7123, logloss: 0.4411 },
      testRows: 5401,
      gates: [{ metric: 'auc', min: 0.6, value: 0.7123, passed: true }],
      champion: { release: 3, modelVersion: 4, scores: { auc: 0.7011, logloss: 0.4462 } },
      comparison: {
        ...{ difference: 0.0112, low: 0.004, high: 0.018, margin: 0 },
        ...{ level: 0.95, resamples: 1000, seed: 1 },
      },
    },
    deployment: { status: 'live', release: 1, at: '2026-03-01T11:04:00.000Z' },
  },
  {
    model: MODEL,
    run: 2,
    dataVersion: 1,
    codeVersion: 2,
    status: 'failed',
    startedAt: '2026-03-01T11:30:00.000Z',
    endedAt: '2026-03-01T11:31:00.000Z',
    failure: { error: 'SageMaker.TrainingFailed', reason: 'ValueError: max_depth is not a number' },
  },
];

export const release: Release = {
  model: MODEL,
  release: 1,
  dataVersion: 1,
  codeVersion: 1,
  modelVersion: 1,
  run: 1,
  image: modelVersion.image,
  endpoint: endpointName(place, MODEL),
  endpointConfig: endpointConfigName(place, MODEL, 1),
  artifactSha256: modelVersion.artifact.sha256,
  kind: 'promotion',
  deployedBy: `${MODEL}-v1-r1`,
  shift: { from: '2026-03-01T11:03:40.000Z', to: '2026-03-01T11:04:00.000Z' },
  liveFrom: '2026-03-01T11:04:00.000Z',
};

/** A model that nobody has sent data yet. */
export const QUIET = 'quiet-model';

const items: readonly (readonly [Key, object])[] = [
  [registryKeys.catalogue(MODEL), { model: MODEL }],
  [registryKeys.catalogue(QUIET), { model: QUIET }],
  ...uploads.map((u) => [registryKeys.upload(MODEL, u.uploadId), u] as const),
  [
    registryKeys.upload(UNKNOWN_MODEL, 'f'.repeat(32)),
    {
      ...upload('in/flihgt-delay/x.csv', '2026-03-01T09:00:00.000Z', {
        status: 'rejected',
        problems: [{ code: 'unknown-model', message: 'no model "flihgt-delay"; known: flight-delay, quiet-model' }],
        at: '2026-03-01T09:00:01.000Z',
      }),
      model: UNKNOWN_MODEL,
    } satisfies UploadRecord,
  ],
  [
    registryKeys.dataHead(MODEL),
    {
      latest: 1,
      manifestHash: manifest.hash,
      manifestKey: dataVersion.manifestKey,
      asOf: { uploadedAt: part.uploadedAt, sequencer: part.sequencer, key: part.source.key },
    } satisfies DataHead,
  ],
  [registryKeys.dataVersion(MODEL, 1), dataVersion],
  [registryKeys.codeHead(MODEL), { latest: 2 } satisfies Head],
  [registryKeys.codeVersion(MODEL, 1), codeVersion],
  [registryKeys.codeVersion(MODEL, 2), { ...codeVersion, version: 2, treeHash: sha256('tree 2') }],
  [registryKeys.runHead(MODEL), { latest: 2 } satisfies Head],
  ...runs.map((r) => [registryKeys.run(MODEL, r.run), r] as const),
  [registryKeys.modelHead(MODEL), { latest: 1 } satisfies Head],
  [registryKeys.modelVersion(MODEL, 1), modelVersion],
  [registryKeys.release(MODEL, 1), release],
  [registryKeys.champion(MODEL), { release: 1, modelVersion: 1, since: release.liveFrom } satisfies Champion],
];

/** Run 3 made model version 2, which is better than what is live, and is waiting for approval. */
export const waitingRun: Run = {
  ...{ model: MODEL, run: 3, dataVersion: 1, codeVersion: 2, status: 'finished', modelVersion: 2 },
  startedAt: '2026-03-01T11:40:00.000Z',
  endedAt: '2026-03-01T11:42:00.000Z',
  verdict: {
    decision: 'promote',
    outcome: 'better',
    reasons: ['improvement +0.0112, 95% interval +0.004 to +0.018: all above 0'],
    metric: 'auc',
    challenger: { auc: 0.7235 },
    testRows: 5401,
    gates: [],
    champion: { release: 1, modelVersion: 1, scores: { auc: 0.7123 } },
  },
  deployment: { status: 'waiting-for-approval', at: '2026-03-01T11:42:01.000Z' },
};
export const waitingItems: readonly (readonly [Key, object])[] = [
  [registryKeys.run(MODEL, 3), waitingRun],
  [registryKeys.modelVersion(MODEL, 2), { ...modelVersion, version: 2, run: 3, codeVersion: 2 }],
  [
    registryKeys.waiting(MODEL),
    { run: 3, modelVersion: 2, since: '2026-03-01T11:42:01.000Z' } satisfies WaitingChallenger,
  ],
];

export interface Stage {
  readonly store: RegistryStore;
  readonly objects: MemoryObjectStore;
  readonly endpoints: ReturnType<typeof memoryEndpoints>;
}

export async function stageWithHistory(): Promise<Stage> {
  const store = memoryRegistryStore();
  await store.commit(items.map(([put, value]) => ({ put, value, expect: 'absent' as const })));
  const objects = memoryObjectStore();
  objects.put(dataBucket, dataVersion.manifestKey, JSON.stringify(manifest));
  const endpoints = memoryEndpoints({
    [release.endpoint]: (body) => ({ prediction: (body as { hour: number }).hour / 24 }),
  });
  return { store, objects, endpoints };
}
