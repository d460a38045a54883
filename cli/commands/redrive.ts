import { type Command, Option } from 'commander';
import {
  DEAD_LETTER_QUEUES,
  type DeadLetterQueue,
  deadLettersName,
  deadLettersOf,
  fullQueueName,
  SCHEDULES,
} from '../../shared/domain/monitoring/queues.ts';
import { type DeadLetters, lookAtDeadLetters, redrive } from '../../shared/use-cases/monitoring/redrive.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { hanging, indented, type Look, paint, plural, WIDTH } from '../output/text.ts';
import { when } from '../output/time.ts';
import { answer, answering, stageCommand } from '../stage-command.ts';

interface Options {
  readonly queue?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** What is there, and what was done with it; nothing (null) where it was only looked at. */
export interface Redriven extends DeadLetters {
  readonly done: 'sent back' | 'removed' | null;
  readonly count: number;
}

/** `modelloop redrive`: looks into the dead-letter queues, and puts back what is there. */
export const redriveCommand = (cli: Cli): Command =>
  stageCommand('redrive', 'shows the dead letters and why they failed; sends them back to be tried again', [
    'npx modelloop redrive',
    'npx modelloop redrive --queue uploads --dry-run',
    'npx modelloop redrive --queue uploads',
    "npx modelloop redrive --all --json | jq '.queues[] | {queue, count}'",
  ])
    .addOption(new Option('--queue <name>', `redrive this queue: ${DEAD_LETTER_QUEUES.join(', ')}`).conflicts('all'))
    .option('--all', 'redrive all queues')
    .option('--dry-run', 'only look (the default without --queue or --all)')
    .addHelpText(
      'after',
      `
Repair the cause first: a message that fails five more times is back among the dead letters. Every
function can take the same message twice, so an interrupted redrive can simply be repeated. Messages
in the queue ${SCHEDULES} are removed instead: the next turn of the schedule does their work.`,
    )
    .action(
      answering(cli, async (session, { queue, all = false, dryRun = false }: Options) => {
        const asked = queue === undefined ? DEAD_LETTER_QUEUES : [queueNamed(session, queue)];
        const looksOnly = dryRun || (queue === undefined && !all);
        const queues: Redriven[] = [];
        for (const name of asked) queues.push(await redriveQueue(session, name, looksOnly));
        return answer({ dryRun: looksOnly, queues }, ({ queues: found }, look) => redriveText(found, looksOnly, look));
      }),
    );

/** Also by the name that an alarm or the console shows. */
function queueNamed({ place }: Session, text: string): DeadLetterQueue {
  const found = DEAD_LETTER_QUEUES.find((name) =>
    [name, deadLettersOf(name), fullQueueName(place, name), deadLettersName(place, name)].includes(text),
  );
  if (found) return found;
  throw new CommandError(EXIT.notFound, `there is no queue "${text}"`, {
    details: [`there are ${DEAD_LETTER_QUEUES.join(', ')}`],
  });
}

async function redriveQueue({ ports }: Session, queue: DeadLetterQueue, looksOnly: boolean): Promise<Redriven> {
  const found = await lookAtDeadLetters(ports, queue);
  if (looksOnly) return { ...found, done: null, count: 0 };
  const count = await redrive(ports, queue);
  return { ...found, done: queue === SCHEDULES ? 'removed' : 'sent back', count };
}

function redriveText(queues: readonly Redriven[], looksOnly: boolean, look: Look): string {
  const waiting = queues.filter((q) => q.depth > 0 || q.count > 0);
  if (waiting.length === 0) return 'no dead letters';
  const hint = looksOnly ? ['', 'to send them back: npx modelloop redrive --queue <name>, or --all'] : [];
  return [...waiting.map((q) => queueText(q, look)), ...hint].join('\n');
}

function queueText({ queue, fn, depth, messages, done, count }: Redriven, look: Look): string {
  const title =
    done === null ? `${queue}: ${plural(depth, 'message')}` : `${queue}: ${plural(count, 'message')} ${done}`;
  const more = depth - messages.length;
  const unknown = fn === null ? 'no reason is known' : `no reason was found in the log of ${fn}`;
  return [
    paint(look, done === null ? 'yellow' : 'green', title),
    ...messages
      .map((m) => `${when(m.sentAt, look.now)}  ${m.reason ?? unknown}`)
      .flatMap((line) => hanging(line, WIDTH - 2))
      .map((line) => indented(line, 2)),
    ...(more > 0 ? [`  and about ${more} more`] : []),
  ].join('\n');
}
