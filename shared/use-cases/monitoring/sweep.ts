import type { Ports } from '../../ports/index.ts';
import { sweepBundles } from '../code/sweep-bundles.ts';
import { sweepUploads } from '../data/sweep-uploads.ts';
import { knownModels } from '../known-models.ts';
import { checkServing } from './check-serving.ts';
import { sweepModel } from './sweep-model.ts';

type Needs = Pick<
  Ports,
  'place' | 'store' | 'objects' | 'executions' | 'hosting' | 'bus' | 'metrics' | 'alarms' | 'clock'
>;

export interface Swept {
  /** Versions looked at in each repository. */
  readonly uploads: number;
  readonly bundles: number;
  readonly models: number;
}

/**
 * Makes up for events that were lost, and looks whether champions serve, on a schedule. Code before data: an upload to a model whose code was never announced would be
 * rejected as unknown. What cannot be looked at hinders nothing else. Beats when, and only when, everything was looked at.
 * @throws AggregateError of what could not be checked
 */
export async function sweep(ports: Needs): Promise<Swept> {
  const failures: unknown[] = [];
  const attempt = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      failures.push(error);
      return undefined;
    });
  const bundles = await attempt(sweepBundles(ports));
  const uploads = await attempt(sweepUploads(ports));
  const models = (await attempt(knownModels(ports))) ?? [];
  for (const model of models) {
    await attempt(sweepModel(ports, model));
    await attempt(checkServing(ports, model));
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  await ports.metrics.put([{ name: 'Sweep', value: 1 }]);
  return { uploads: uploads?.looked ?? 0, bundles: bundles?.looked ?? 0, models: models.length };
}
