import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { DemoContext } from '../../demo/context.ts';
import { cloudDown, cloudReset, cloudUp } from '../../infra/local/cloud.ts';
import { checkout, trustCloud } from '../../infra/local/cloud-state.ts';
import { awsPorts } from '../../shared/runtime/ports.ts';

/** A local cloud of the tests' own, new and deployed, beside any other that is up. */
const DIRECTORY = join(checkout, '.local', 'e2e');

export async function startCloud(): Promise<DemoContext> {
  await cloudReset(DIRECTORY);
  const state = await cloudUp({ directory: DIRECTORY });
  trustCloud(state);
  const place = { stage: 'local', account: state.account, region: state.region };
  const files = join(DIRECTORY, 'files');
  mkdirSync(files, { recursive: true });
  return {
    model: 'flight-delay',
    place,
    ports: awsPorts(place),
    s3: new S3Client({ region: state.region, forcePathStyle: true }),
    state,
    signal: new AbortController().signal,
    files,
    answers: new Map(),
  };
}

export const stopCloud = () => cloudDown(DIRECTORY);
