/** The registry's items: one line for each kind. Numbers are padded, so that sort order is number order. */

/** Names an item. Items of one model share `model`; `sort` orders them. */
export interface Key {
  readonly model: string;
  readonly sort: string;
}

const padded = (n: number) => String(n).padStart(8, '0');
const numbered = (kind: string) => (model: string, n: number) =>
  ({ model, sort: `${kind}#${padded(n)}` }) satisfies Key;
const single = (sort: string) => (model: string) => ({ model, sort }) satisfies Key;

/** Uploads that name no known model are kept under this one: no model's name starts with a tilde. */
export const UNKNOWN_MODEL = '~unknown';
/** Under this one, an item for each known model. */
export const CATALOGUE_MODEL = '~models';

export const registryKeys = {
  upload: (model: string, uploadId: string): Key => ({ model, sort: `upload#${uploadId}` }),
  dataHead: single('head#data'),
  dataVersion: numbered('data'),
  /** By content: which version accepted these bytes first. */
  content: (model: string, sha256: string): Key => ({ model, sort: `content#${sha256}` }),
  codeHead: single('head#code'),
  codeVersion: numbered('code'),
  codeTree: (model: string, treeHash: string): Key => ({ model, sort: `tree#${treeHash}` }),
  runHead: single('head#run'),
  run: numbered('run'),
  /** One run for each data version × code version. */
  runOf: (model: string, data: number, code: number): Key => ({
    model,
    sort: `run-of#${padded(data)}x${padded(code)}`,
  }),
  /** Held by the run that is under way. */
  runSlot: single('slot#run'),
  modelHead: single('head#model'),
  modelVersion: numbered('model'),
  champion: single('champion'),
  release: numbered('release'),
  deploymentHead: single('head#deployment'),
  deploymentLock: single('lock#deployment'),
  /** By the name of its execution. */
  deployment: (model: string, execution: string): Key => ({ model, sort: `deployment#${execution}` }),
  hold: single('hold'),
  retired: single('retired'),
  /** The challenger that waits for an approval. */
  waiting: single('waiting'),
  driftMonitor: single('monitor#drift'),
  freshnessMonitor: single('monitor#freshness'),
  retraining: single('monitor#retraining'),
  /** There only while the champion does not serve. */
  serving: single('monitor#serving'),
  /** Decided drift checks; and where the next one goes on from. */
  driftCheck: numbered('check#drift'),
  driftState: single('state#drift'),
  catalogue: (model: string): Key => ({ model: CATALOGUE_MODEL, sort: model }),
  /** How far the sweep of a repository has come. */
  sweep: (repository: string): Key => ({ model: '~sweep', sort: repository }),
} as const;

/** What `list` takes to find all items of a numbered kind, or all known models. */
export const registryPrefixes = {
  uploads: 'upload#',
  dataVersions: 'data#',
  codeVersions: 'code#',
  runs: 'run#',
  modelVersions: 'model#',
  releases: 'release#',
  deployments: 'deployment#',
  driftChecks: 'check#drift#',
} as const;
