import { isChanging } from '../../domain/deployment/endpoint-status.ts';
import type { Hosting } from '../../ports/hosting.ts';

/** Is there no endpoint of that name? When there is one, its deletion is begun as soon as SageMaker allows: ask again. */
export const endpointGone = async (
  hosting: Pick<Hosting, 'describeEndpoint' | 'deleteEndpoint'>,
  endpoint: string,
): Promise<boolean> => {
  const found = await hosting.describeEndpoint(endpoint);
  if (found && !isChanging(found)) await hosting.deleteEndpoint(endpoint);
  return found === undefined;
};
