import { join } from 'node:path';

/** What local SageMaker is told by the environment; nothing has a silent default. */
export interface Settings {
  readonly port: number;
  /** Every request must carry it: only the emulator in front, which checked signature and IAM, may call. */
  readonly secret: string;
  /** One JSON file a resource. */
  readonly stateDir: string;
  /** The containers' disks: one directory a job or a deployment. */
  readonly scratchDir: string;
  /** The interpreter that stands for the container image: xgboost, pandas, numpy and boto3 are installed there. */
  readonly python: string;
  readonly account: string;
  readonly region: string;
  readonly endpointUrl: string;
  /** What a second of a bake takes: a laptop does not wait ten minutes. Above 0; 1 is AWS's own pace. */
  readonly waitScale: number;
  /** The certificate that the emulator's TLS is checked with, for Python. */
  readonly caBundle?: string;
}

/** @throws Error naming the variable that is missing or malformed */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set: local SageMaker is started by the local cloud, which sets it`);
    return value;
  };
  const port = Number(required('MODELLOOP_SAGEMAKER_PORT'));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`MODELLOOP_SAGEMAKER_PORT is not a port: ${env.MODELLOOP_SAGEMAKER_PORT}`);
  }
  const waitScale = Number(required('MODELLOOP_WAIT_SCALE'));
  if (!(waitScale > 0 && waitScale <= 1)) {
    throw new Error(`MODELLOOP_WAIT_SCALE is not above 0 and at most 1: ${env.MODELLOOP_WAIT_SCALE}`);
  }
  const localDir = required('MODELLOOP_LOCAL_DIR');
  const caBundle = env.AWS_CA_BUNDLE ?? env.NODE_EXTRA_CA_CERTS;
  return {
    port,
    secret: required('MODELLOOP_SAGEMAKER_SECRET'),
    stateDir: join(localDir, 'state', 'sagemaker'),
    scratchDir: join(localDir, 'sagemaker'),
    python: required('MODELLOOP_PYTHON'),
    account: required('MODELLOOP_ACCOUNT'),
    region: required('AWS_REGION'),
    endpointUrl: required('AWS_ENDPOINT_URL'),
    waitScale,
    ...(caBundle ? { caBundle } : {}),
  };
}
