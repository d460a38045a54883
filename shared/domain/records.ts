import type { Metric, Scores } from './metrics.ts';
import type { ModelDefinition } from './model-definition.ts';

/**
 * The registry's facts. Numbers count 1, 2, 3 … per model without a gap. Times are ISO 8601 in UTC.
 * A fact that has happened is never rewritten: a later one is added, or a status moves forward.
 */

/** Where bytes are, exactly. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** An upload as its event announced it. (bucket, key, versionId) is its identity. */
export interface Upload extends ObjectVersion {
  readonly uploadId: string;
  readonly model: string;
  readonly size: number;
  /** When S3 completed the request. */
  readonly uploadedAt: string;
  /** Orders the writes of one key: compare left-padded. */
  readonly sequencer: string;
}

/** One thing wrong with an upload: what, where, why. */
export interface Problem {
  /** A stable word for programs, such as `ragged-row` or `out-of-range`. */
  readonly code: string;
  readonly message: string;
  /** 1-based, as an editor shows it: the header is line 1. */
  readonly line?: number;
  readonly column?: string;
  /** The offending value, cut to 80 characters. */
  readonly value?: string;
  /** How many rows have this problem, when more than the one shown. */
  readonly rows?: number;
}

/** What became of an upload: exactly one of these. */
export type UploadOutcome =
  | { readonly status: 'accepted'; readonly dataVersion: number }
  | { readonly status: 'duplicate'; readonly of: number }
  /** A snapshot that arrived after a newer one: kept, never the latest. */
  | { readonly status: 'superseded'; readonly by: number }
  | { readonly status: 'rejected'; readonly problems: readonly Problem[]; readonly report?: string }
  /** Ours, not the uploader's: the pipeline failed; uploading again tries again. */
  | { readonly status: 'failed'; readonly reason: string };

export interface UploadRecord extends Upload {
  readonly registeredAt: string;
  readonly outcome?: UploadOutcome & { readonly at: string; readonly codeVersion?: number };
}

/** Accepted bytes: addressed by their content, with what they were uploaded as. */
export interface Part {
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  /** The write-once copy in the data repository. */
  readonly key: string;
  readonly source: ObjectVersion;
  readonly uploadedAt: string;
  readonly sequencer: string;
}

/** The parts of a data version, ordered by their hash; `hash` is over the parts' hashes only. */
export interface Manifest {
  readonly hash: string;
  readonly parts: readonly Part[];
}

export interface DataVersion {
  readonly model: string;
  readonly version: number;
  readonly manifestHash: string;
  readonly manifestKey: string;
  readonly rows: number;
  readonly parts: number;
  /** The upload that made this version, and the part that it added. */
  readonly uploadId: string;
  readonly source: ObjectVersion;
  readonly sha256: string;
  /** The contract it was accepted under. */
  readonly codeVersion: number;
  readonly contractHash: string;
  /** The version whose manifest a rollback brought back as this one. */
  readonly restoredFrom?: number;
  readonly createdAt: string;
}

export interface CodeVersion {
  readonly model: string;
  readonly version: number;
  /** Over paths and bytes of the folder, never over archive bytes. */
  readonly treeHash: string;
  readonly bucket: string;
  readonly bundleKey: string;
  readonly contractHash: string;
  /** The definition as the bundle holds it, parsed and with its defaults. */
  readonly definition: ModelDefinition;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** The version whose tree a rollback brought back as this one. */
  readonly restoredFrom?: number;
  readonly createdAt: string;
}

export interface CandidateResult {
  readonly candidate: string;
  readonly trainingJob: string;
  /** On the validation rows, as the training wrote them into its artefact. */
  readonly validation: Scores;
}

/**
 * In a word, what a verdict came to. `first`: nothing was live. `identical`: it predicts what the champion predicts.
 * `not-comparable`: the champion could not be scored on the same rows. `unmeasured`: the primary metric has no value on these rows.
 */
export type VerdictOutcome =
  | 'first'
  | 'better'
  | 'not-better'
  | 'identical'
  | 'not-comparable'
  | 'gates-failed'
  | 'too-few-rows'
  | 'unmeasured';

/** Why a challenger is, or is not, promoted. */
export interface Verdict {
  readonly decision: 'promote' | 'keep-champion' | 'fail-gates' | 'unknown';
  readonly outcome: VerdictOutcome;
  /** What decided, in words and figures. */
  readonly reasons: readonly string[];
  readonly metric: Metric;
  readonly challenger: Scores;
  readonly testRows: number;
  readonly gates: readonly GateResult[];
  /** Who was live when this was decided; `scores` on the same test rows, scored now, where that could be done. */
  readonly champion?: { readonly release: number; readonly modelVersion: number; readonly scores?: Scores };
  readonly comparison?: Comparison;
}

/** Challenger against champion on the primary metric, turned so that more is better for the challenger. */
export interface Comparison {
  readonly difference: number;
  /** The bootstrap interval of the difference. */
  readonly low: number;
  readonly high: number;
  /** The challenger is better when `low` is above it. */
  readonly margin: number;
  /** Of the interval: 0.95. */
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
}

export interface GateResult {
  readonly metric: Metric;
  readonly min?: number;
  readonly max?: number;
  readonly value: number | undefined;
  readonly passed: boolean;
}

/** One data version × one code version, trained once. */
export interface Run {
  readonly model: string;
  readonly run: number;
  readonly dataVersion: number;
  readonly codeVersion: number;
  readonly status: 'running' | 'finished' | 'failed';
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly candidates?: readonly CandidateResult[];
  /** The best candidate, registered. */
  readonly modelVersion?: number;
  readonly verdict?: Verdict;
  readonly failure?: { readonly error: string; readonly reason: string };
  readonly deployment?: RunDeployment;
  /** What somebody decided of its promotion, where that was asked for; the newest decision. */
  readonly approval?: Approval & { readonly decision: 'approved' | 'rejected' };
}

/** What became of a run's promotion. */
export interface RunDeployment {
  /**
   * `waiting-for-approval`: its verdict promotes it, and somebody is to say so, too. `superseded`: a newer challenger waits in its place.
   * `rejected`: by somebody. `refused`: its endpoint cannot become what it asks for. `held`: promoted by its verdict while automatic promotion was on hold.
   */
  readonly status:
    | 'waiting-for-approval'
    | 'superseded'
    | 'rejected'
    | 'refused'
    | 'deploying'
    | 'live'
    | 'failed'
    | 'not-needed'
    | 'held';
  readonly release?: number;
  readonly reason?: string;
  readonly at: string;
}

/** Who said so, and why. */
export interface Approval {
  /** The caller's ARN, as STS tells it to the command. */
  readonly by: string;
  readonly reason?: string;
  readonly at: string;
}

/** The challenger that waits for somebody's approval: at most one a model, and always the newest. */
export interface WaitingChallenger {
  readonly run: number;
  readonly modelVersion: number;
  /** The run that waited until then. */
  readonly supersedes?: number;
  readonly since: string;
}

/** Held by the run that is under way: at most one a model. */
export interface RunSlot {
  readonly run: number;
  readonly since: string;
}

/** Which run took this data version × this code version. */
export interface RunOf {
  readonly run: number;
}

export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  readonly run: number;
  readonly candidate: string;
  readonly trainingJob: string;
  readonly dataVersion: number;
  readonly codeVersion: number;
  readonly artifact: { readonly bucket: string; readonly key: string; readonly sha256: string };
  readonly image: string;
  readonly validation: Scores;
  readonly test?: Scores;
  readonly createdAt: string;
}

/** What goes live, and what is gone back to: data, code and model together. */
export interface Release {
  readonly model: string;
  readonly release: number;
  readonly dataVersion: number;
  readonly codeVersion: number;
  readonly modelVersion: number;
  readonly run: number;
  readonly image: string;
  readonly endpoint: string;
  readonly endpointConfig: string;
  /** The attempt that made it: names its captures. Absent where these lie beneath the release alone. */
  readonly deployment?: number;
  readonly artifactSha256: string;
  readonly kind: ReleaseKind;
  /** The release whose content this one brought back; never one that brought something back itself. */
  readonly contentOf?: number;
  /** The execution that made it. */
  readonly deployedBy: string;
  /** Of a promotion that waited for it. */
  readonly approval?: Approval;
  /** No call was answered by this release before `from`, and none by the one before it after `to`. */
  readonly shift: { readonly from: string; readonly to: string };
  /** Of a rollback of everything: the versions that brought the data and code of its content back, where others were the newest. */
  readonly restored?: { readonly dataVersion?: number; readonly codeVersion?: number };
  readonly liveFrom: string;
}

/** `promotion`: by a verdict. `manual`: somebody asked for a model version. `rollback`: somebody took something back. */
export type ReleaseKind = 'promotion' | 'manual' | 'rollback';

/** The release that serves. It moves only together with a release being added. */
export interface Champion {
  readonly release: number;
  readonly modelVersion: number;
  readonly since: string;
}

/** Held while an endpoint is being changed; broken only when the execution that owns it has ended. */
export interface DeploymentLock {
  /** The name of the execution that holds it. */
  readonly owner: string;
  /** Counts attempts, per model: names the endpoint configuration. */
  readonly deployment: number;
  readonly run: number;
  readonly modelVersion: number;
  readonly kind: DeploymentKind;
  readonly since: string;
}

/**
 * `restoration`: after a deployment that failed, makes sure that what serves is the champion again. `retirement`: takes away what serves.
 */
export type DeploymentKind = ReleaseKind | 'restoration' | 'retirement';

/** Nothing of the model serves any more, and no run starts, until somebody promotes a version of it by hand. */
export interface Retired {
  readonly at: string;
  /** The caller's ARN. */
  readonly by: string;
  readonly reason?: string;
  /** The newest release, which served until then; 0 when there was none. */
  readonly release: number;
}

/** What became of a deployment, by the name of its execution: written when that begins, or when it ended before it could begin. */
export interface Deployment {
  readonly model: string;
  readonly execution: string;
  readonly kind: DeploymentKind;
  readonly modelVersion: number;
  readonly run: number;
  readonly contentOf?: number;
  /** Bring the data and code heads back, too. */
  readonly all?: boolean;
  /** Of a promotion that waited for it; of a retirement, who asked for it. */
  readonly approval?: Approval;
  /** `refused`: another one came first, or is under way. `done`: of a restoration or retirement. */
  readonly status: 'deploying' | 'live' | 'failed' | 'refused' | 'held' | 'not-needed' | 'done';
  readonly reason?: string;
  /** Of a canary that failed: which of the release's own alarms made SageMaker take it back. */
  readonly rolledBackBy?: string;
  readonly release?: number;
  readonly begunAt: string;
  /** Of the newest status. */
  readonly at: string;
}

/** While it is there, no verdict makes a release; people still can. */
export interface Hold {
  readonly since: string;
  readonly reason: string;
  /** The release that was, or was to be, taken back. */
  readonly release: number;
}

/** `head#…` items: the newest number of a kind. `head#data` also says what is in force. */
export interface Head {
  readonly latest: number;
}

export interface DataHead extends Head {
  /** Of the newest version. */
  readonly manifestHash: string;
  readonly manifestKey: string;
  /** For a snapshot: the newest upload of what is in force, by which a late older one is known. */
  readonly asOf: { readonly uploadedAt: string; readonly sequencer: string; readonly key: string };
}

export interface CodeHead extends Head {
  /**
   * Versions that rollbacks took away, `after` < version ≤ `upTo`: a tree of one of them that is put into the code repository later than
   * `at` is a new version; an event from before is old news.
   */
  readonly rolledAway?: readonly { readonly after: number; readonly upTo: number; readonly at: string }[];
}
