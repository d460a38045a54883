import { readCloudState, trustCloud } from '../infra/local/cloud-state.ts';
import type { Session } from './cli.ts';
import { CommandError, EXIT } from './errors.ts';

const STAGE_NAME = /^[a-z][a-z0-9]{0,7}$/;

/**
 * Connects to the stage that is named; without a name to MODELLOOP_STAGE, and without that to the local cloud, if it runs.
 * Never guesses: a command that goes to the wrong account may change what serves there.
 * @throws CommandError
 */
export async function connect(asked: string | undefined): Promise<Session> {
  const named = asked ?? (process.env.MODELLOOP_STAGE || undefined);
  const cloud = readCloudState();
  if (named === undefined && !cloud)
    throw new CommandError(EXIT.usage, 'which stage? None was named and no local cloud is running', {
      todo: [
        'start the local cloud:  npx modelloop local up',
        'or name a stage:        --stage dev   (or set MODELLOOP_STAGE)',
      ],
    });
  const stage = named ?? 'local';
  if (!STAGE_NAME.test(stage))
    throw new CommandError(EXIT.usage, `"${stage}" is not a valid stage name`, {
      details: ['a stage is 1 to 8 lower-case letters or digits, beginning with a letter'],
    });
  if (stage !== 'local') return connectToAws(stage);
  if (!cloud)
    throw new CommandError(EXIT.unreachable, 'cannot reach stage local: the local cloud is not running', {
      todo: ['start it: npx modelloop local up'],
    });
  trustCloud(cloud);
  const { awsPorts } = await import('../shared/runtime/ports.ts');
  const place = { stage, account: cloud.account, region: cloud.region };
  return { place, at: cloud.endpoint, ports: awsPorts(place), whoami };
}

async function connectToAws(stage: string): Promise<Session> {
  const { callerIdentity, NoRegionError } = await import('../shared/adapters/aws/caller-identity.ts');
  const { awsPorts } = await import('../shared/runtime/ports.ts');
  const identity = await callerIdentity().catch((error: unknown) => {
    if (!(error instanceof NoRegionError)) throw error;
    throw new CommandError(EXIT.usage, `which region is stage ${stage} in? None is configured`, {
      todo: ['set AWS_REGION, or choose a profile that has a region (AWS_PROFILE)'],
      cause: error,
    });
  });
  const { arn, ...where } = identity;
  const place = { stage, ...where };
  const at = process.env.AWS_ENDPOINT_URL ?? 'AWS';
  return { place, at, ports: awsPorts(place), whoami: async () => arn };
}

const whoami = async (): Promise<string> => {
  const { callerIdentity } = await import('../shared/adapters/aws/caller-identity.ts');
  return (await callerIdentity()).arn;
};
