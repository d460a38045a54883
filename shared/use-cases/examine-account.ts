import { ImageError, imageUri } from '../domain/build/container-images.ts';
import type { ModelDefinition } from '../domain/definition/model-definition.ts';
import { type Finding, mend, note, ok, unchecked } from '../domain/finding.ts';
import { pageTopic, stackName } from '../domain/names.ts';
import { type NeededQuota, neededQuotas, quotaCheck } from '../domain/quotas.ts';
import type { Stack } from '../ports/account.ts';
import type { Ports } from '../ports/index.ts';

type Needs = Pick<Ports, 'place' | 'account'>;

/** What a stage's settings say of the account. */
export interface Expected {
  readonly qualifier: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  /** Do they say where pages go? Those of a model that names nobody go there, too. */
  readonly pagesReachSomebody: boolean;
  readonly definitions: readonly ModelDefinition[];
}

/** CDK's templates ask for this version of the bootstrap at least. */
const BOOTSTRAP_VERSION = 6;

/** Looks whether an account is as a stage's deployment, its runs and its pages need it. What cannot be seen is a finding, never an error. */
export async function examineAccount(ports: Needs, expected: Expected): Promise<Finding[]> {
  const stacks = await attempt('CloudFormation', () => ports.account.stacks());
  return [
    ...whereItIs(ports, expected),
    ...images(ports, expected),
    ...('why' in stacks
      ? [unchecked('bootstrap', stacks.why), unchecked('stacks', stacks.why)]
      : [bootstrap(ports, expected, stacks.value), deployed(ports, stacks.value)]),
    ...(await quotas(ports, expected)),
    ...(await pages(ports, expected)),
  ];
}

type Attempt<T> = { readonly value: T } | { readonly why: string };

async function attempt<T>(service: string, look: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    return {
      why: `${service} did not say: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    };
  }
}

function whereItIs({ place }: Needs, { account, region }: Expected): Finding[] {
  const here = `account ${place.account}, ${place.region}`;
  if (account === undefined)
    return [note('account', `${here}; the settings name none, so any will do`, 'set account and region')];
  if (account === place.account && region === place.region) return [ok('account', here)];
  return [
    mend(
      'account',
      `these credentials are for ${here}; stage ${place.stage} belongs to account ${account}, ${region}`,
      'use credentials and AWS_REGION of that account, or change the settings',
    ),
  ];
}

function images({ place }: Needs, { definitions }: Expected): Finding[] {
  return definitions.map(({ name, training }) => {
    const check = `image of ${name}`;
    try {
      return ok(check, imageUri(training.image, place.region));
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      return mend(check, error.message, 'give training.image as a full URI, or choose another region');
    }
  });
}

function bootstrap({ place }: Needs, { qualifier }: Expected, stacks: readonly Stack[]): Finding {
  const found = stacks.find((s) => s.outputs.BootstrapVersion !== undefined && s.parameters.Qualifier === qualifier);
  const asked = qualifier === 'hnb659fds' ? '' : ` --qualifier ${qualifier}`;
  const todo = `npx cdk bootstrap aws://${place.account}/${place.region}${asked}`;
  if (!found) return mend('bootstrap', `no bootstrap stack has the qualifier ${qualifier}`, todo);
  const version = Number(found.outputs.BootstrapVersion);
  if (version < BOOTSTRAP_VERSION)
    return mend('bootstrap', `${found.name} is version ${version}, ${BOOTSTRAP_VERSION} is needed`, todo);
  return ok('bootstrap', `${found.name}, version ${version}, qualifier ${qualifier}`);
}

/** A stack in which an update or its undoing failed takes no deployment until somebody has helped it. */
const STUCK = /^(ROLLBACK_COMPLETE|.*_FAILED)$/;

function deployed({ place }: Needs, stacks: readonly Stack[]): Finding {
  const ours = stacks.filter(({ name }) => name.startsWith(stackName(place.stage, '')));
  const stuck = ours.filter(({ status }) => STUCK.test(status));
  if (stuck.length > 0)
    return mend(
      'stacks',
      stuck.map(({ name, status }) => `${name} is ${status}`).join('; '),
      'see its events in CloudFormation: continue the rollback, or delete it; stacks of repositories keep what they hold',
    );
  if (ours.length === 0)
    return note('stacks', 'nothing is deployed yet', `npx cdk deploy --all -c stage=${place.stage}`);
  return ok('stacks', ours.map(({ name, status }) => `${name} ${status}`).join(', '));
}

async function quotas({ account }: Needs, { definitions }: Expected): Promise<Finding[]> {
  const needed = neededQuotas(definitions);
  const services = [...new Set(needed.map(({ service }) => service))];
  const known = new Map(
    await Promise.all(
      services.map(async (s) => [s, await attempt('Service Quotas', () => account.quotas(s))] as const),
    ),
  );
  return needed.map((quota) => {
    const of = known.get(quota.service);
    return of && 'value' in of
      ? quotaFinding(quota, of.value.get(quota.name))
      : unchecked(quotaCheck(quota), of?.why ?? 'nobody asked');
  });
}

function quotaFinding(quota: NeededQuota, value: number | undefined): Finding {
  const { needed, because } = quota;
  const check = quotaCheck(quota);
  if (value === undefined)
    return unchecked(check, `Service Quotas lists none of this name; ${needed} needed: ${because}`);
  // What others in the account use of it cannot be seen from here.
  const found = `${value}, of which ${needed} needed: ${because}`;
  if (value >= needed) return ok(check, found);
  return mend(
    check,
    found,
    `ask for at least ${needed}: Service Quotas in the console, or \`aws service-quotas request-service-quota-increase\``,
  );
}

async function pages({ place, account }: Needs, { definitions, pagesReachSomebody }: Expected): Promise<Finding[]> {
  const nobody = pagesReachSomebody
    ? []
    : [
        mend(
          'pages',
          'nobody is paged about the installation itself',
          'set pageEmail, pageHttps or chat in the settings',
        ),
      ];
  const silent = definitions.filter(({ operations }) => {
    const { email = [], https = [] } = operations?.paging ?? {};
    return !pagesReachSomebody && email.length + https.length === 0;
  });
  const unheard = silent.map(({ name }) =>
    mend(
      `pages of ${name}`,
      'nobody is paged about it',
      'name somebody in operations.paging of its model.yaml, or for all models in the settings',
    ),
  );
  const topics = [pageTopic(place), ...definitions.map(({ name }) => pageTopic(place, name))];
  const looked = await Promise.all(
    topics.map(async (topic) => [topic, await attempt('SNS', () => account.unconfirmed(topic))] as const),
  );
  const targets = looked.flatMap(([topic, seen]): Finding[] => {
    const check = `pages to ${topic}`;
    if ('why' in seen) return [unchecked(check, seen.why)];
    if (seen.value === undefined) return [];
    if (seen.value.length === 0) return [ok(check, 'every subscription is confirmed')];
    const who = seen.value.join(', ');
    return [
      mend(
        check,
        `not confirmed, so nothing is sent to: ${who}`,
        'follow the link in the message from AWS Notifications',
      ),
    ];
  });
  return [...nobody, ...unheard, ...targets];
}
