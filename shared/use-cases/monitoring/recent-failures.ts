import type { Deployment, Run, UploadRecord } from '../../domain/records.ts';
import { registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** Something that did not come true, and why. */
export interface FailureStatus {
  readonly what: 'upload' | 'run' | 'deployment';
  /** The upload's key, the run's number, or what was deployed. */
  readonly name: string;
  readonly at: string;
  readonly reason: string;
}

/** What failed lately, newest first: among `uploads` (rejected ones too), `runs`, and deployments. */
export const recentFailures = async (
  { store }: Pick<Ports, 'store'>,
  model: string,
  { uploads, runs }: { readonly uploads: readonly UploadRecord[]; readonly runs: readonly Run[] },
  limit = 5,
): Promise<readonly FailureStatus[]> => {
  const deployments = await store.list<Deployment>(model, registryPrefixes.deployments);
  return [
    ...uploads.flatMap(failedUpload),
    ...runs.flatMap(failedRun),
    ...deployments.flatMap(({ value }) => failedDeployment(value)),
  ]
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .slice(0, limit);
};

const failedUpload = ({ key, outcome }: UploadRecord): readonly FailureStatus[] => {
  if (outcome?.status === 'failed') return [{ what: 'upload', name: key, at: outcome.at, reason: outcome.reason }];
  if (outcome?.status !== 'rejected') return [];
  const [first, ...more] = outcome.problems;
  const reason = `rejected: ${first?.message ?? 'no reason recorded'}${more.length > 0 ? ` (and ${more.length} more)` : ''}`;
  return [{ what: 'upload', name: key, at: outcome.at, reason }];
};

const failedRun = ({ run, startedAt, endedAt, failure, deployment }: Run): readonly FailureStatus[] => [
  ...(failure ? [{ what: 'run' as const, name: `run ${run}`, at: endedAt ?? startedAt, reason: failure.reason }] : []),
  ...(deployment?.status === 'failed'
    ? [{ what: 'deployment' as const, name: `run ${run}`, at: deployment.at, reason: deployment.reason ?? '' }]
    : []),
];

/** Promotions by a verdict are told by their runs. */
const failedDeployment = ({
  kind,
  status,
  modelVersion,
  contentOf,
  at,
  reason = '',
}: Deployment): readonly FailureStatus[] => {
  if (status !== 'failed' || kind === 'promotion') return [];
  const name = {
    manual: `of model version ${modelVersion} by hand`,
    rollback: `to the content of release ${contentOf}`,
    retirement: 'that retires the model',
    restoration: `that restores model version ${modelVersion}`,
  }[kind];
  return [{ what: 'deployment', name, at, reason }];
};
