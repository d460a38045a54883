import type {
  Approval,
  Champion,
  Deployment,
  DeploymentLock,
  Hold,
  Retired,
  Run,
  RunDeployment,
} from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Change, Stored } from '../../ports/registry-store.ts';
import { asRead } from '../registry-access.ts';

/** What the beginning of a deployment, or the refusal of one, puts on record. */

export interface DeploymentInput {
  readonly model: string;
  readonly modelVersion: number;
  readonly run: number;
}

/** With what else its execution was told, and the name of that execution: it owns the lock. */
export interface OwnedDeployment extends DeploymentInput {
  readonly execution: string;
  readonly kind: Deployment['kind'];
  readonly champion?: number | undefined;
  readonly contentOf?: number | undefined;
  readonly all?: boolean | undefined;
  readonly approval?: Approval | undefined;
}

/** All that is decided on, as it was read. */
export interface Situation {
  readonly lock: Stored<DeploymentLock> | undefined;
  readonly champion: Stored<Champion> | undefined;
  readonly hold: Stored<Hold> | undefined;
  readonly retired: Stored<Retired> | undefined;
  readonly record: Stored<Deployment> | undefined;
  readonly run: Stored<Run>;
}

/** What goes back must not be undone by a verdict that is on its way. */
export const holdChange = (
  { model, kind, contentOf }: OwnedDeployment,
  { hold, champion }: Situation,
  at: string,
): Change => {
  const key = registryKeys.hold(model);
  if (kind !== 'rollback') return { check: key, expect: asRead(hold) };
  const release = champion?.value.release ?? 0;
  const reason = `rolled back from release ${release} to the content of release ${contentOf}`;
  const value: Hold = { since: hold?.value.since ?? at, reason, release };
  return { put: key, value, expect: asRead(hold) };
};

export const putRecord = (
  { model, execution, kind, modelVersion, run, contentOf, all, approval }: OwnedDeployment,
  { record }: Situation,
  news: Pick<Deployment, 'status' | 'reason' | 'at'>,
): Change => {
  const fresh = { model, execution, kind, modelVersion, run, begunAt: news.at } as const;
  const details = { ...(contentOf !== undefined && { contentOf }), ...(all && { all }), ...(approval && { approval }) };
  const value: Deployment = { ...fresh, ...details, ...record?.value, ...news };
  return { put: registryKeys.deployment(model, execution), value, expect: asRead(record) };
};

/** The run tells of its own promotion only; one that is live already stays so. */
export const putRun = (
  { kind, approval }: OwnedDeployment,
  { run }: Situation,
  deployment: RunDeployment,
): readonly Change[] => {
  if (kind !== 'promotion' || run.value.deployment?.status === 'live') return [];
  const approved = approval && ({ approval: { ...approval, decision: 'approved' } } as const);
  return [{ put: run.key, value: { ...run.value, deployment, ...approved } satisfies Run, expect: asRead(run) }];
};

export const sameItem = (a: Change, b: Change) => 'put' in a && 'put' in b && a.put.sort === b.put.sort;
