import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloudReset, cloudUp } from '../../infra/local/cloud.ts';
import { trustCloud } from '../../infra/local/cloud-state.ts';

/**
 * Makes this process a client of the cloud that contracts are held against: a local one of the test file's own, with nothing deployed;
 * or, with MODELLOOP_CONTRACT_CLOUD=environment, whatever the AWS_… variables name, AWS itself included.
 * @returns what ends it
 */
export async function useCloud(): Promise<() => Promise<void>> {
  if (process.env.MODELLOOP_CONTRACT_CLOUD === 'environment') return async () => undefined;
  const directory = mkdtempSync(join(tmpdir(), 'modelloop-contract-'));
  trustCloud(await cloudUp({ directory, deploy: false }));
  return async () => {
    await cloudReset(directory);
    rmSync(directory, { recursive: true });
  };
}
