import * as z from 'zod';
import { network } from '../shared/domain/definition/network.ts';
import { RATE } from '../shared/domain/definition/schedule.ts';
import { SILENT_TURNS, secondsBetween } from '../shared/domain/monitoring/schedule.ts';
import type { RunTimeSettings } from '../shared/domain/run-time-settings.ts';

/** What differs from stage to stage. Everything else is the same template everywhere. Each is explained in docs/settings.md. */

const arnOf = (service: string, rest: RegExp, what: string) =>
  z.string().regex(new RegExp(`^arn:aws:${service}:${rest.source}$`), what);
const keyArn = arnOf('kms', /[a-z0-9-]+:\d{12}:key\/[a-z0-9-]+/, 'a key is named by its ARN, arn:aws:kms:…:key/…');

const tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .refine((t) => Object.entries(t).every((pair) => pair.every((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text))), {
    error: 'tags have letters, digits, spaces and _ . : / = + - @ only',
  })
  .refine((t) => !Object.keys(t).some((key) => /^(aws|modelloop):/i.test(key)), {
    error: 'tags that begin with aws: or modelloop: are reserved',
  });

const teamsId = z.guid('a team and its tenant are named by their ids, of the form 8-4-4-4-12');
const chat = z.strictObject({
  slack: z
    .strictObject({
      workspace: z.string().regex(/^[0-9A-Z]{1,255}$/, 'a workspace is named by its id, such as T0123456789'),
      channel: z.string().regex(/^[A-Za-z0-9]{1,255}$/, 'a channel is named by its id, such as C0123456789'),
    })
    .optional(),
  teams: z
    .strictObject({
      tenant: teamsId,
      team: teamsId,
      channel: z
        .string()
        .max(255)
        .regex(
          /^[\w=+/.,-]*%3a[\w=+/.,-]*%40[\w=+/.,-]*$/i,
          'a channel is named as in its link: 19%3a…%40thread.tacv2',
        ),
    })
    .optional(),
});

/** For how long CloudWatch Logs can be told to keep something; at last, for ever. */
const RETENTION_DAYS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
  9999,
];
/** What an alarm looks back at, at most. */
const WEEK = 7 * 86_400;

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
  region: z
    .string()
    .regex(/^(?!cn-)[a-z]{2}-[a-z]+-\d$/, 'a region of the partition aws, such as eu-west-1')
    .optional(),
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
  logRetentionDays: z
    .number()
    .refine((days) => RETENTION_DAYS.includes(days), {
      error: `CloudWatch Logs keeps logs for one of ${RETENTION_DAYS.join(', ')} days; 9999 is for ever`,
    })
    .default(90),
  /** How often the deployment pipeline looks whether an endpoint is ready. */
  endpointPollSeconds: z.number().int().min(1).default(20),
  /** How often models are looked at, unless their definitions say otherwise; and how often the monitors are. */
  monitorSchedule: z
    .string()
    .regex(RATE, 'a rate looks like rate(1 hour)')
    .refine((rate) => SILENT_TURNS * secondsBetween(rate) <= WEEK, {
      error: `at most rate(56 hours): an alarm listens for ${SILENT_TURNS} turns, and CloudWatch looks back seven days at most`,
    })
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
