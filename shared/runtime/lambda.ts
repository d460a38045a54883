import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from './logger.ts';

/** What every function has around it: the request's id in each line of its log, and nothing left over from the call before. */
export const lambda = <Event, Result>(handle: (event: Event, context: Context) => Promise<Result>) =>
  middy<Event, Result, Error, Context>(handle).use(injectLambdaContext(logger, { resetKeys: true }));
