/**
 * Where things live inside the three repositories. Nothing is ever written under a prefix that triggers (`in/`),
 * and what is written elsewhere is written once: its key holds the hash or the number that it belongs to.
 */

export const UPLOAD_PREFIX = 'in/';

/** Data repository. */
export const dataKeys = {
  /** The bytes of an accepted upload, copied once. */
  part: (model: string, sha256: string, suffix: string) => `parts/${model}/${sha256}/data${suffix}`,
  /** What the contract makes of a part: typed rows, their profile, and the frozen split. */
  prepared: (model: string, sha256: string, contractHash: string) => `prepared/${model}/${sha256}/${contractHash}/`,
  manifest: (model: string, manifestHash: string) => `manifests/${model}/${manifestHash}.json`,
  rejection: (model: string, uploadId: string) => `rejected/${model}/${uploadId}/report.json`,
  /** Of a data version; with `.json` and `.html` behind it. */
  report: (model: string, version: number) => `reports/${model}/${version}`,
  /** The SageMaker manifest of a run's channel. */
  channel: (model: string, run: number, channel: 'train' | 'validation') => `runs/${model}/${run}/${channel}.manifest`,
  /** One file for each part that does not satisfy the contract of the run's code: what is wrong with it. */
  refusals: (model: string, run: number) => `runs/${model}/${run}/refused/`,
  /** A run's test rows without their label, one file a part; nothing else lies under this prefix. */
  testInput: (model: string, run: number) => `runs/${model}/${run}/test/`,
} as const;

/** The files under a `prepared` prefix. */
export const PREPARED_FILES = {
  train: 'train.parquet',
  validation: 'validation.parquet',
  /** Test rows with id and label, for scoring. */
  test: 'test.parquet',
  /** Test rows without their label, for batch transform: `{"id": "…", "features": {…}}` a line. */
  testInput: 'test.jsonl',
  profile: 'profile.json',
  /** `{"train": n, "validation": n, "test": n}`: written last, so a part that has it is prepared. */
  rows: 'rows.json',
} as const;

/** What validation leaves under a `prepared` prefix, for preparation to go on from. */
export const VALIDATED_FILES = {
  /** All rows, typed, in the order of the upload. */
  rows: 'rows.parquet',
  /** The CheckedPart: written last, so a part that has it is validated. */
  part: 'part.json',
} as const;

/** Code repository. */
export const codeKeys = {
  upload: (model: string, treeHash: string) => `in/${model}/${treeHash}.tar.gz`,
  bundle: (model: string, treeHash: string) => `bundles/${model}/${treeHash}.tar.gz`,
  rejection: (model: string, uploadId: string) => `rejected/${model}/${uploadId}/report.json`,
} as const;

/** Model repository. */
export const modelKeys = {
  /** SageMaker adds `<job>/output/model.tar.gz`. */
  training: (model: string) => `training/${model}/`,
  artifact: (model: string, job: string) => `training/${model}/${job}/output/model.tar.gz`,
  predictions: (model: string, run: number) => `evaluations/${model}/${run}/predictions/`,
  /** The champion's, on the same test rows. */
  championPredictions: (model: string, run: number, modelVersion: number) =>
    `evaluations/${model}/${run}/champion/v${modelVersion}/predictions/`,
  evaluation: (model: string, run: number) => `evaluations/${model}/${run}/evaluation.json`,
  /** The model card, beside it; with `.json` and `.html` behind it. */
  evaluationReport: (model: string, run: number) => `evaluations/${model}/${run}/report`,
  /** Of one attempt: what a release on trial answered before it was taken back is not the next one's. */
  capture: (model: string, { release, deployment }: { readonly release: number; readonly deployment?: number }) =>
    `captures/${model}/${release}/${deployment === undefined ? '' : `d${deployment}/`}`,
  /** What a model version was trained and tested on, and what it predicted there: what monitoring compares with. */
  baseline: (model: string, version: number) => `baselines/${model}/${version}.json`,
  /** Checks that race write different files; the registry says which counts. */
  driftReport: (model: string, check: number, hash: string) => `reports/${model}/drift/${check}-${hash}`,
  driftState: (model: string, hash: string) => `monitoring/${model}/drift/${hash}.json`,
} as const;
