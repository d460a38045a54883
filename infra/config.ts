import * as z from 'zod';
import { network } from '../shared/domain/definition/network.ts';
import type { RunTimeSettings } from '../shared/domain/run-time-settings.ts';

/** What differs from stage to stage. Everything else is the same template everywhere. Each is explained in docs/settings.md. */

const arnOf = (service: string, rest: RegExp, what: string) =>
  z.string().regex(new RegExp(`^arn:aws:${service}:${rest.source}$`), what);
const keyArn = arnOf('kms', /[a-z0-9-]+:\d{12}:key\/[a-z0-9-]+/, 'a key is named by its ARN, arn:aws:kms:…:key/…');

const tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .refine((t) => !Object.keys(t).some((key) => /^(aws|modelloop):/.test(key)), {
    error: 'tags that begin with aws: or modelloop: are reserved',
  });

const chat = z.strictObject({
  slack: z.strictObject({ workspace: z.string().min(1), channel: z.string().min(1) }).optional(),
  teams: z.strictObject({ tenant: z.string().min(1), team: z.string().min(1), channel: z.string().min(1) }).optional(),
});

const stageSettings = z.strictObject({
  stage: z.string().regex(/^[a-z][a-z0-9]{0,7}$/, 'a stage is 1 to 8 lower-case letters or digits'),
  /** Of the functions; the DuckDB layer is made for it. */
  architecture: z.enum(['x86_64', 'arm64']),
  /** Of the functions and their layer: `linux` everywhere but on a laptop that is a Mac. */
  platform: z.enum(['linux', 'darwin']).default('linux'),
  /** Where it belongs: CDK refuses to deploy it elsewhere. Without them, wherever the credentials lead. */
  account: z
    .string()
    .regex(/^\d{12}$/, 'an account has 12 digits')
    .optional(),
  region: z.string().optional(),
  /** Of `cdk bootstrap --qualifier`. */
  bootstrapQualifier: z
    .string()
    .regex(/^[a-z0-9]{1,10}$/, 'a qualifier is 1 to 10 lower-case letters or digits')
    .optional(),
  /** On every role that is made. */
  permissionsBoundary: arnOf(
    'iam',
    /:(\d{12}|aws):policy\/.+/,
    'a boundary must be the ARN of a managed policy',
  ).optional(),
  /** On everything that can be tagged, also on what is made at run time. */
  tags: tags.default({}),
  /** Where functions run, models are trained, and endpoints serve; without it, in AWS's own network. */
  network: network.optional(),
  /** Keys of one's own, of this account and region, instead of those that we would make. */
  keys: z.strictObject({ repositories: keyArn.optional(), pages: keyArn.optional() }).prefault({}),
  /** May neither the stack of the repositories nor the registry be deleted? */
  deletionProtection: z.boolean().default(false),
  /** On the laptop there are no bootstrap roles to assume. */
  deployWithCliCredentials: z.boolean().default(false),
  logRetentionDays: z.number().int().positive().default(90),
  /** How often the deployment pipeline looks whether an endpoint is ready. */
  endpointPollSeconds: z.number().int().min(1).default(20),
  /** How often models are looked at, unless their definitions say otherwise; and how often the monitors are. */
  monitorSchedule: z
    .string()
    .regex(/^rate\(\d+ (minute|hour|day)s?\)$/)
    .default('rate(1 hour)'),
  /** One for the installation and one for each model; CloudWatch charges for each beyond an account's first three. */
  dashboards: z.boolean().default(true),
  /** Who is called about the installation itself, and about each model whose definition names nobody. */
  pageEmail: z.array(z.email()).default([]),
  pageHttps: z.array(z.url({ protocol: /^https$/, error: 'a page target must be an https:// address' })).default([]),
  /** Where all pages go as well: the installation's, and those of every model. */
  chat: chat.prefault({}),
  /** Are pages kept in a queue, to be read where nobody gets e-mail? */
  pagesInbox: z.boolean().default(false),
});
export type StageSettings = z.infer<typeof stageSettings>;

const stages: Record<string, z.input<typeof stageSettings>> = {
  local: {
    stage: 'local',
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    platform: process.platform === 'darwin' ? 'darwin' : 'linux',
    deployWithCliCredentials: true,
    logRetentionDays: 7,
    endpointPollSeconds: 1,
    monitorSchedule: 'rate(1 minute)',
    pagesInbox: true,
  },
  dev: { stage: 'dev', architecture: 'arm64', logRetentionDays: 30 },
  prod: { stage: 'prod', architecture: 'arm64', logRetentionDays: 365, deletionProtection: true },
};

const companySettings = z.strictObject({
  stages: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** What a company's own file says of stages: settings by name, over those here, or of stages that are not here. */
export type CompanySettings = z.infer<typeof companySettings>;

/** @throws naming the setting and the reason @param stages as in the company's file */
export function parseCompanySettings(json: unknown): CompanySettings {
  const parsed = companySettings.parse(json);
  if ('local' in parsed.stages) throw new Error('stage "local" is the laptop: only infra/config.ts sets it');
  return parsed;
}

/** @throws when there is no such stage, naming those there are; when a setting is wrong, naming it. */
export function settingsOf(stage: unknown, company: CompanySettings = { stages: {} }): StageSettings {
  const known = [...new Set([...Object.keys(stages), ...Object.keys(company.stages)])].join(', ');
  if (typeof stage !== 'string' || stage === '') throw new Error(`Which stage? Add -c stage=<stage> (${known}).`);
  const [ours, theirs] = [stages[stage], company.stages[stage]];
  if (!ours && !theirs)
    throw new Error(`There is no stage "${stage}" in infra/config.ts or modelloop.config.json; there are ${known}.`);
  const result = stageSettings.safeParse({ architecture: 'arm64', ...ours, ...theirs, stage });
  if (!result.success) throw new Error(`stage "${stage}": ${z.prettifyError(result.error)}`);
  const { account, region } = result.data;
  if ((account === undefined) !== (region === undefined))
    throw new Error(`stage "${stage}": give account and region together, or neither`);
  return result.data;
}

/** What functions are told, because they ask SageMaker for things that no template holds; undefined when there is nothing to tell. */
export function runTimeSettingsOf({ network, tags }: StageSettings): RunTimeSettings | undefined {
  const told = { ...(network && { network }), ...(Object.keys(tags).length > 0 && { tags }) };
  return Object.keys(told).length > 0 ? told : undefined;
}
