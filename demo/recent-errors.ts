import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { functionName, type Place } from '../shared/domain/names.ts';

/** What the functions of a stage logged as errors since `since`, newest last, each once: where to look when a story ends badly. */
export async function recentErrors(place: Place, since: Date, atMost = 5): Promise<readonly string[]> {
  const client = new CloudWatchLogsClient({ region: place.region });
  const prefix = `/aws/lambda/${functionName(place, '')}`;
  const found: { at: number; text: string }[] = [];
  for await (const groups of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: prefix }))
    for (const { logGroupName = '' } of groups.logGroups ?? []) {
      const query = { logGroupName, startTime: since.getTime() };
      for await (const page of paginateFilterLogEvents({ client }, query))
        for (const { message = '', timestamp = 0 } of page.events ?? []) {
          const error = errorIn(message);
          if (error) found.push({ at: timestamp, text: `${logGroupName.slice(prefix.length)}: ${error}` });
        }
    }
  const texts = found.sort((a, b) => a.at - b.at).map((e) => e.text);
  return [...new Set(texts)].slice(-atMost);
}

/** Our functions log JSON lines; the runtime's own lines are none. */
function errorIn(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { level?: string; message?: string; error?: { name?: string; message?: string } };
    if (entry.level !== 'ERROR') return undefined;
    return [entry.message, entry.error?.name, entry.error?.message].filter(Boolean).join(': ');
  } catch {
    return undefined;
  }
}
