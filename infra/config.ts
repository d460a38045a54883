import * as z from 'zod';

/** What differs from stage to stage. Everything else is the same template everywhere. */

const stageSettings = z.strictObject({
  stage: z.string().regex(/^[a-z][a-z0-9]{0,7}$/, 'a stage is 1 to 8 lower-case letters or digits'),
  /** Of the functions; the DuckDB layer is made for it. */
  architecture: z.enum(['x86_64', 'arm64']),
  /** Of the functions and their layer: `linux` everywhere but on a laptop that is a Mac. */
  platform: z.enum(['linux', 'darwin']).default('linux'),
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
  /** Who is called about the installation itself; about a model, its definition says who. */
  pageEmail: z.array(z.email()).default([]),
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
  prod: { stage: 'prod', architecture: 'arm64', logRetentionDays: 365 },
};

/** @throws when there is no such stage, naming those there are. */
export function settingsOf(stage: unknown): StageSettings {
  const known = Object.keys(stages).join(', ');
  if (typeof stage !== 'string' || stage === '') throw new Error(`Which stage? Add -c stage=<stage> (${known}).`);
  const settings = stages[stage];
  if (!settings) throw new Error(`There is no stage "${stage}" in infra/config.ts; there are ${known}.`);
  return stageSettings.parse(settings);
}
