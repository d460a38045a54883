import * as z from 'zod';
import { network } from './network.ts';

export const DEFAULT_LATENCY_MILLISECONDS = 1000;

const schedule = z
  .string()
  .regex(/^(rate\(\d+ (minute|hour|day)s?\)|cron\(.+\))$/, 'a schedule looks like rate(1 hour) or cron(0 6 * * ? *)');

const schedules = z
  .strictObject({
    drift: schedule.optional().describe('When drift is checked, as `rate(1 hour)` or `cron(0 6 * * ? *)`.'),
    freshness: schedule.optional().describe('When the age of data and champion is checked.'),
  })
  .prefault({})
  .describe('When monitors check; without them, as often as the stage’s settings say.');

const paging = z
  .strictObject({
    email: z
      .array(z.email())
      .default([])
      .describe(
        'Who gets this model’s pages. When neither `email` nor `https` names anybody, the stage’s `pageEmail` and `pageHttps` do.',
      ),
    https: z
      .array(z.url({ protocol: /^https$/, error: 'a page target is an https:// address' }))
      .default([])
      .describe('Addresses that pages are posted to, each after it has confirmed its subscription.'),
    latencyMilliseconds: z
      .number()
      .int()
      .positive()
      .default(DEFAULT_LATENCY_MILLISECONDS)
      .describe('Slower answers than this, on average over three minutes, call somebody.'),
  })
  .prefault({})
  .describe('Who is called, and for what.');

export const operations = z
  .strictObject({
    owner: z.string().min(1).describe('The person or team that answers for the model.'),
    schedules,
    paging,
    network: network
      .optional()
      .describe('Where it is trained and served, on stages that have a network, instead of there.'),
  })
  .optional()
  .describe('How it is run. Read at deployment only; everything above travels with the code version.');
