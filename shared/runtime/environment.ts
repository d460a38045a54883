import type { Place } from '../domain/names.ts';
import { runTimeSettings } from '../domain/run-time-settings.ts';

/** Everything that a function is told; every other name follows from these by `shared/domain/names.ts`. */
type EnvironmentName = 'MODELLOOP_STAGE' | 'MODELLOOP_ACCOUNT' | 'AWS_REGION';
/** What the company wants besides, if anything: `RunTimeSettings` as JSON. */
export const SETTINGS_VARIABLE = 'MODELLOOP_SETTINGS';

export class MissingEnvironmentError extends Error {
  override readonly name = 'MissingEnvironmentError';
  constructor(name: EnvironmentName) {
    super(`${name} is not set: the function's construct in infra/ sets it (AWS_REGION is Lambda's own)`);
  }
}

/** @throws MissingEnvironmentError when it is not set or empty: no name defaults to anything. */
export function required(name: EnvironmentName, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name];
  if (!value) throw new MissingEnvironmentError(name);
  return value;
}

export const placeFromEnvironment = (env: NodeJS.ProcessEnv = process.env): Place => ({
  stage: required('MODELLOOP_STAGE', env),
  account: required('MODELLOOP_ACCOUNT', env),
  region: required('AWS_REGION', env),
  ...runTimeSettings.parse(JSON.parse(env[SETTINGS_VARIABLE] || '{}')),
});
