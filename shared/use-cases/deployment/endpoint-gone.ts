import type { Hosting } from '../../ports/hosting.ts';

/** From these an endpoint goes on by itself, and SageMaker deletes none meanwhile. */
const ON_ITS_WAY = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);

/** Is there no endpoint of that name? When there is one, its deletion is begun as soon as SageMaker allows: ask again. */
export const endpointGone = async (
  hosting: Pick<Hosting, 'endpointStatus' | 'deleteEndpoint'>,
  endpoint: string,
): Promise<boolean> => {
  const status = await hosting.endpointStatus(endpoint);
  if (status !== undefined && !ON_ITS_WAY.has(status)) await hosting.deleteEndpoint(endpoint);
  return status === undefined;
};
