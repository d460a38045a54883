import type { Approval } from './build.ts';

/** What is, was and is to be live. */

/** What goes live, and what is gone back to: data, code and model together. */
export interface Release {
  readonly model: string;
  readonly release: number;
  readonly dataVersion: number;
  readonly codeVersion: number;
  readonly modelVersion: number;
  readonly run: number;
  readonly image: string;
  /** What SageMaker resolved the image's tag to: `sha256:…`. */
  readonly imageDigest?: string;
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
