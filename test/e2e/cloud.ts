import { join } from 'node:path';
import { contextOf, type DemoContext } from '../../demo/context.ts';
import { cloudDown, cloudReset, cloudUp } from '../../infra/local/cloud.ts';
import { checkout } from '../../infra/local/cloud-state.ts';

/** A local cloud of the tests' own, new and deployed, beside any other that is up. */
const DIRECTORY = join(checkout, '.local', 'e2e');

export async function startCloud(): Promise<DemoContext> {
  await cloudReset(DIRECTORY);
  return contextOf(await cloudUp({ directory: DIRECTORY }));
}

export const stopCloud = () => cloudDown(DIRECTORY);
