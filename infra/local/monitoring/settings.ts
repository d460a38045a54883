import { join } from 'node:path';

/** What local monitoring is told by the environment; AWS_… variables name the cloud, as for any client. */
export interface Settings {
  readonly stateDir: string;
  readonly sagemakerUrl: string;
  readonly secret: string;
}

/** @throws Error naming the variable that is missing */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set: local monitoring is started by the local cloud, which sets it`);
    return value;
  };
  required('AWS_ENDPOINT_URL');
  return {
    stateDir: monitoringState(required('MODELLOOP_LOCAL_DIR')),
    sagemakerUrl: required('MODELLOOP_SAGEMAKER_URL'),
    secret: required('MODELLOOP_SAGEMAKER_SECRET'),
  };
}

export const monitoringState = (directory: string) => join(directory, 'state', 'monitoring');
