import * as z from 'zod';
import { image } from './image.ts';
import { network } from './network.ts';
import { schedule } from './schedule.ts';

export const DEFAULT_LATENCY_MILLISECONDS = 1000;

const schedules = z
  .strictObject({
    drift: schedule.optional().describe('When drift is checked, as `rate(1 hour)` or `cron(0 6 * * ? *)`.'),
    freshness: schedule.optional().describe('When the age of the data and of the champion is checked.'),
  })
  .prefault({})
  .describe('When monitors check. Default: as often as the stage’s settings say.');

const paging = z
  .strictObject({
    email: z
      .array(z.email())
      .default([])
      .describe(
        'Who gets this model’s pages. When neither `email` nor `https` names anybody, the stage’s `pageEmail` and `pageHttps` do.',
      ),
    https: z
      .array(z.url({ protocol: /^https$/, error: 'a page target must be an https:// address' }))
      .default([])
      .describe('Addresses that pages are posted to, each after it has confirmed its subscription.'),
    latencyMilliseconds: z
      .number()
      .int()
      .positive()
      .default(DEFAULT_LATENCY_MILLISECONDS)
      .describe('Slower answers than this, on average in each of three minutes in a row, page somebody.'),
  })
  .prefault({})
  .describe('Who is paged, and for what.');

export const operations = z
  .strictObject({
    owner: z.string().min(1).describe('The person or team that answers for the model.'),
    schedules,
    paging,
    images: z
      .array(image)
      .optional()
      .describe(
        'Images besides `training.image` that training and serving may pull, with any tag. When `training.image` moves to another repository, name the former one here for as long as a release made with it is live or may be brought back.',
      ),
    network: network
      .optional()
      .describe('Subnets and security groups instead of the stage’s; counts only on stages that have a network.'),
  })
  .optional()
  .describe('How it is run. Changes with a deployment only: `npx modelloop push` refuses code that changes it.');
