import type { ModelDefinition } from '../definition/model-definition.ts';
import type { Run } from '../records.ts';

type Asking = Pick<ModelDefinition, 'deployment'>;

/**
 * Does a challenger's promotion need somebody's word? It does when its own definition or the champion's asks for it: code that takes the
 * approval out of the definition needs one, too.
 */
export const needsApproval = (challenger: Asking, champion: Asking | undefined): boolean =>
  [challenger, champion].some((definition) => definition?.deployment.approval === 'manual');

/** Why there is nothing to approve or to reject of a run; undefined when it waits. */
export const notWaiting = ({
  run,
  deployment,
  approval,
  verdict,
}: Pick<Run, 'run' | 'deployment' | 'approval' | 'verdict'>): string | undefined => {
  const decided = approval ? `${approval.decision} by ${approval.by} at ${approval.at}` : undefined;
  const because = approval?.reason ? `: ${approval.reason}` : '';
  if (deployment === undefined)
    return verdict?.decision === 'promote'
      ? `run ${run} is not waiting for approval`
      : `run ${run} was not promoted by its verdict${verdict ? `: ${verdict.reasons.join('; ')}` : ': it has none'}`;
  switch (deployment.status) {
    case 'waiting-for-approval':
      return undefined;
    case 'rejected':
      return `run ${run} was ${decided}${because}`;
    case 'superseded':
      return `run ${run} is no longer waiting: ${deployment.reason}`;
    default: {
      const release = deployment.release === undefined ? '' : ` as release ${deployment.release}`;
      return `run ${run} is not waiting for approval: its promotion is ${deployment.status}${release}${decided ? ` (${decided}${because})` : ''}`;
    }
  }
};
