import {
  type CloudWatchLogsClient,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { functionName, type Place } from '../../domain/names.ts';
import type { Logs } from '../../ports/logs.ts';

export function cloudWatchLogs(client: CloudWatchLogsClient, place: Place): Logs {
  return {
    last: async (fn, text, since) => {
      const asked = {
        logGroupName: `/aws/lambda/${functionName(place, fn)}`,
        filterPattern: JSON.stringify(text),
        startTime: Date.parse(since),
      };
      let last: unknown;
      try {
        for await (const { events = [] } of paginateFilterLogEvents({ client }, asked))
          for (const { message } of events) last = parsed(message) ?? last;
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      return last;
    },
  };
}

const parsed = (line: string | undefined): unknown => {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined; // Lambda's own lines are text.
  }
};
