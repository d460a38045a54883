import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { invalid } from './errors.ts';

const REPOSITORY = 'sagemaker-xgboost';
const TAG = '3.2-0';

/** @throws ServiceError for any image but the one that the local interpreter stands for, in any registry account */
export function requireKnownImage(member: string, image: string | undefined): void {
  if (image && new RegExp(`^[^/\\s]+/${REPOSITORY}:${TAG.replace('.', '\\.')}$`).test(image)) return;
  throw invalid(`local SageMaker runs ${REPOSITORY}:${TAG} only, not ${image ?? 'no image'} (${member})`);
}

/**
 * What stands here for an image's digest: the hash of the interpreter's version and of every package installed for it. It names the local
 * runtime, and changes when that changes; it is not the digest of AWS's image.
 */
export async function runtimeDigest(python: string): Promise<string> {
  const { stdout } = await promisify(execFile)(python, [
    '-c',
    'import sys, importlib.metadata as m; print(sys.version); [print(l) for l in sorted({d.name + "==" + d.version for d in m.distributions()})]',
  ]);
  return createHash('sha256').update(stdout).digest('hex');
}

export const resolvedImage = (image: string, digest: string): string =>
  `${image.replace(/:[^/:]*$/, '')}@sha256:${digest}`;
