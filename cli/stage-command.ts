import { Command, InvalidArgumentError } from 'commander';
import type { Cli, Session } from './cli.ts';
import { explain } from './output/error-text.ts';
import { type Look, printableDeep } from './output/text.ts';

/** What a command found out: for programs, and in words. */
export interface Answer {
  readonly data: object;
  readonly text: (look: Look) => string;
}

/** `human` receives the data with every text in it made printable. */
export const answer = <T extends object>(data: T, human: (data: T, look: Look) => string): Answer => ({
  data,
  text: (look) => human(printableDeep(data), look),
});

export interface StageOptions {
  readonly stage?: string;
  readonly json?: boolean;
}

/** A command's help always ends with examples. */
export const withExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map((e) => `  $ ${e}`).join('\n')}`);

/** A command that talks to one stage. */
export const stageCommand = (name: string, description: string, examples: readonly string[]): Command =>
  withExamples(new Command(name).description(description), examples)
    .option('--stage <name>', 'the stage to talk to (default: $MODELLOOP_STAGE, else the local cloud if it is running)')
    .option('--json', 'print one JSON document on stdout; its shape is stable');

/** `12`, for an option or argument. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 1 or more.');
  return Number(text);
}

/** Every command says on stderr which stage it talks to. */
export const stageLine = ({ place, at }: Session): string =>
  `stage ${place.stage} · ${at} · account ${place.account} · ${place.region}`;

/**
 * A command's action: connects to the stage, says on stderr which one it is, does the work, prints the answer.
 * `work` receives the positional arguments, then the options, as commander gives them.
 */
export const answering =
  // biome-ignore lint/suspicious/noExplicitAny: commander hands over arguments without types
    <A extends any[]>(cli: Cli, work: (session: Session, ...args: A) => Promise<Answer>) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above
    async (...args: any[]): Promise<void> => {
      const options = args.at(-2) as StageOptions;
      let where = options.stage ? `stage ${options.stage}` : 'the stage';
      try {
        const session = await cli.connect(options.stage);
        const { stage, account, region } = session.place;
        where = `stage ${stage} at ${session.at}`;
        cli.err(stageLine(session));
        const found = await work(session, ...(args.slice(0, -1) as A));
        if (options.json) cli.out(JSON.stringify({ stage, account, region, ...found.data }, null, 2));
        else cli.out(found.text({ colour: cli.colour, now: cli.now() }));
      } catch (error) {
        throw explain(error, where);
      }
    };
