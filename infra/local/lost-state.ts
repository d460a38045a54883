import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The emulator keeps S3 objects at once and everything else when it is stopped. When it was killed before it was stopped for the
 * first time since the bootstrap, the bucket of `cdk bootstrap` is there and the stack that owns it is not: no deployment would ever
 * succeed again. Such a state is put aside, as `state.lost`, in place of an earlier one.
 * @returns where it is now, if there was something to put aside
 */
export function putAsideLostState(directory: string): string | undefined {
  const state = join(directory, 'state');
  if (!hasBootstrapBucket(join(state, 's3')) || knowsBootstrapStack(join(state, 'aws'))) return undefined;
  const aside = join(directory, 'state.lost');
  rmSync(aside, { recursive: true, force: true });
  renameSync(state, aside);
  return aside;
}

/** Objects lie under `<account>/<bucket>/`. */
const hasBootstrapBucket = (s3: string) =>
  existsSync(s3) &&
  readdirSync(s3, { withFileTypes: true })
    .filter((account) => account.isDirectory())
    .some((account) => readdirSync(join(s3, account.name)).some((bucket) => bucket.startsWith('cdk-')));

function knowsBootstrapStack(aws: string): boolean {
  const file = join(aws, 'cloudformation.json');
  return existsSync(file) && readFileSync(file, 'utf8').includes('CDKToolkit');
}
