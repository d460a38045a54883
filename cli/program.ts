import { Command, CommanderError } from 'commander';
import type { Cli } from './cli.ts';
import { approveCommand } from './commands/approve.ts';
import { dataCommand } from './commands/data.ts';
import { doctorCommand } from './commands/doctor.ts';
import { driftCommand } from './commands/drift.ts';
import { initCommand } from './commands/init.ts';
import { lineageCommand } from './commands/lineage.ts';
import { localCommand } from './commands/local.ts';
import { modelsCommand } from './commands/models.ts';
import { predictCommand } from './commands/predict.ts';
import { promoteCommand } from './commands/promote.ts';
import { pushCommand } from './commands/push.ts';
import { redriveCommand } from './commands/redrive.ts';
import { rejectCommand } from './commands/reject.ts';
import { releasesCommand } from './commands/releases.ts';
import { resumeCommand } from './commands/resume.ts';
import { retireCommand } from './commands/retire.ts';
import { retryCommand } from './commands/retry.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runsCommand } from './commands/runs.ts';
import { statusCommand } from './commands/status.ts';
import { EXIT } from './errors.ts';
import { errorText, explain } from './output/error-text.ts';
import { WIDTH } from './output/text.ts';

const AFTERWORD = `
Exit codes:
  0  ok
  1  it failed, or the answer is no
  2  wrong usage, or no stage to talk to
  3  not found: the model, version, run or installation
  4  the cloud cannot be reached, or denies access

Answers go to stdout, everything else to stderr. AWS credentials and region come from wherever the
AWS CLI would take them.

Environment:
  MODELLOOP_STAGE      the stage to talk to, unless --stage names one
  MODELLOOP_DEBUG=1    show stack traces
  NO_COLOR=1           no colours, even on a terminal

Examples:
  $ npx modelloop local up
  $ npx modelloop status
  $ npx modelloop lineage flight-delay
  $ npx modelloop runs flight-delay --stage dev --json`;

/** The whole command. */
export function program(cli: Cli, version: string): Command {
  const root = new Command('modelloop')
    .description('Build. Deploy. Monitor. Repeat. Shows what ModelLoop runs in production, and changes it.')
    .version(version)
    // `promote … --version 3` is not a question about this command's version
    .enablePositionalOptions()
    .addHelpText('after', AFTERWORD);
  const commands = [
    initCommand(cli),
    statusCommand(cli),
    dataCommand(cli),
    runsCommand(cli),
    modelsCommand(cli),
    releasesCommand(cli),
    driftCommand(cli),
    lineageCommand(cli),
    approveCommand(cli),
    rejectCommand(cli),
    promoteCommand(cli),
    rollbackCommand(cli),
    retryCommand(cli),
    resumeCommand(cli),
    retireCommand(cli),
    redriveCommand(cli),
    predictCommand(cli),
    pushCommand(cli),
    doctorCommand(cli),
    localCommand(cli),
  ];
  for (const command of commands) root.addCommand(command);
  settle(root, cli);
  return root;
}

/** Settings that every command shares, those from elsewhere too: errors are thrown, and texts go through `cli`. */
function settle(command: Command, cli: Cli): void {
  command
    .exitOverride()
    .configureOutput({
      writeOut: (s) => cli.out(s.replace(/\n$/, '')),
      writeErr: (s) => cli.err(s.replace(/\n$/, '')),
      getOutHelpWidth: () => WIDTH,
      getErrHelpWidth: () => WIDTH,
    })
    .showHelpAfterError('(add --help for usage and examples)')
    .helpCommand(false);
  for (const child of command.commands) settle(child, cli);
}

/** Runs one command line. @returns the exit code; errors are told on stderr */
export async function run(cli: Cli, version: string, args: readonly string[], debug: boolean): Promise<number> {
  try {
    await program(cli, version).parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    // commander has said it already; its 0 means help or version was asked for
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const told = explain(error, 'the cloud');
    cli.err(errorText(told, debug));
    return told.exitCode;
  }
}
