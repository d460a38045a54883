import { isChanging } from '../deployment/endpoint-status.ts';
import type { NotServing, Release } from '../records.ts';

/** @returns undefined while the endpoint is on its way to something else: the next look will tell */
export const serves = (
  { endpointConfig }: Pick<Release, 'endpointConfig'>,
  found: NotServing['found'],
): boolean | undefined => {
  if (!found) return false;
  if (isChanging(found)) return undefined;
  return found.status === 'InService' && found.config === endpointConfig;
};

/** What serves, and what should. */
export const notServingInWords = ({ endpoint, release, wanted, found }: NotServing): string => {
  const should = `release ${release} should serve there, with the configuration ${wanted}`;
  if (!found) return `there is no endpoint ${endpoint}: ${should}`;
  const { status, config, reason } = found;
  const how = status === 'InService' ? `serves the configuration ${config}` : `is ${status}`;
  return `the endpoint ${endpoint} ${how}${reason ? ` (${reason})` : ''}: ${should}`;
};

/** Makes the endpoint anew if need be. */
export const putBackCommand = (model: string, { modelVersion }: Pick<NotServing, 'modelVersion'>): string =>
  `npx modelloop promote ${model} --version ${modelVersion}`;
