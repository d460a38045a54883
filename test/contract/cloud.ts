import { readCloudState, trustCloud } from '../../infra/local/cloud-state.ts';

/**
 * Makes this process a client of the cloud that contracts are held against: the local one that runs; or, with
 * MODELLOOP_CONTRACT_CLOUD=environment, whatever the AWS_… variables name, AWS itself included.
 * @throws when there is neither, so that no test ever reaches AWS by accident
 */
export function useCloud(): void {
  if (process.env.MODELLOOP_CONTRACT_CLOUD === 'environment') return;
  const cloud = readCloudState();
  if (!cloud)
    throw new Error(
      'no local cloud runs: start one with `npx modelloop local up`, or set MODELLOOP_CONTRACT_CLOUD=environment',
    );
  trustCloud(cloud);
}
