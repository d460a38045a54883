import { delimiter, join } from 'node:path';
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { type CloudState, checkout, clientSettings, cloudEnvironment, conflictingVariables } from './cloud-state.ts';
import { runLogged } from './commands.ts';
import { logFile, nodeModulesBin } from './start.ts';

export interface DeployOptions {
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What every account needs before the first `cdk deploy`. @returns at once when it is there */
export async function bootstrap(state: CloudState, options: DeployOptions): Promise<void> {
  if (await isBootstrapped(state)) return;
  // Outside the checkout: where there is a cdk.json, the app would be synthesized first, for nothing.
  await cdk(state, 'cdk bootstrap', ['bootstrap', `aws://${state.account}/${state.region}`], state.directory, options);
}

async function isBootstrapped(state: CloudState): Promise<boolean> {
  const client = new CloudFormationClient(clientSettings(state));
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
    return /^(CREATE|UPDATE)_COMPLETE$/.test(Stacks?.[0]?.StackStatus ?? '');
  } catch (error) {
    // CloudFormation's way to say that there is no such stack.
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return false;
    throw error;
  } finally {
    client.destroy();
  }
}

/** The very app that goes to AWS. */
export async function deploy(state: CloudState, options: DeployOptions): Promise<void> {
  const output = join(state.directory, 'cdk.out');
  const args = ['deploy', '--all', '--require-approval', 'never', '-c', 'stage=local', '--output', output];
  await cdk(state, 'cdk deploy', [...args, '--concurrency', '2', '--progress', 'events'], checkout, options);
}

async function cdk(state: CloudState, purpose: string, args: string[], cwd: string, { report, signal }: DeployOptions) {
  await runLogged({
    purpose,
    command: join(nodeModulesBin, 'node'),
    // Its exit code and log tell all; notices and telemetry would go to the internet.
    args: [join(checkout, 'node_modules/aws-cdk/bin/cdk'), ...args, '--ci', '--no-color', '--no-notices'],
    log: logFile(state.directory, 'cdk'),
    cwd,
    env: clientEnvironment(state),
    signal,
    onLine: (line) => report(line.slice(0, 120)),
  });
}

/** This process's environment, made a client of the cloud, with the checkout's own tools first. */
function clientEnvironment(state: CloudState): NodeJS.ProcessEnv {
  const env = { ...process.env, ...cloudEnvironment(state) };
  for (const name of conflictingVariables()) delete env[name];
  return {
    ...env,
    PATH: [nodeModulesBin, process.env.PATH].join(delimiter),
    MODELLOOP_LOCAL_DIR: state.directory,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}
