import type { ModelDefinition } from '../definition/model-definition.ts';
import type { Place } from '../names.ts';

/** What SageMaker is asked for, in its own words, as pure functions of what the registry says: here, what its requests share. */

export const JSON_LINES = 'application/jsonlines';

export type Tags = { Key: string; Value: string }[];

/** For the bill and for whoever finds the thing in the console. */
export const tags = (place: Place, facts: Record<string, string | number>): Tags =>
  [
    ...Object.entries(place.tags ?? {}),
    ...Object.entries({ stage: place.stage, ...facts }).map(
      ([key, value]) => [`modelloop:${key}`, String(value)] as const,
    ),
  ].map(([Key, Value]) => ({ Key, Value }));

/** A model's own network, or else that of its stage; none on a stage without, such as the laptop. */
export const vpcConfig = (place: Place, { operations }: Pick<ModelDefinition, 'operations'>) => {
  const network = place.network && (operations?.network ?? place.network);
  return network && { VpcConfig: { Subnets: network.subnets, SecurityGroupIds: network.securityGroups } };
};

export const s3 = (bucket: string, key: string) => `s3://${bucket}/${key}`;
