import { Command } from 'commander';
import type { StageSettings } from '../../infra/config.ts';
import { type Finding, mend, ok, unchecked } from '../../shared/domain/finding.ts';
import { neededQuotas, quotaCheck } from '../../shared/domain/quotas.ts';
import { type Expected, examineAccount } from '../../shared/use-cases/examine-account.ts';
import type { Cli, Session } from '../cli.ts';
import { type CommandError, EXIT } from '../errors.ts';
import { examineLaptop, type Laptop } from '../examine-laptop.ts';
import { doctorText } from '../output/doctor-text.ts';
import { explain } from '../output/error-text.ts';
import { printableDeep } from '../output/text.ts';
import { type StageOptions, stageLine, withExamples } from '../stage-command.ts';

/** `modelloop doctor`: is everything there that a deployment needs? */
export const doctorCommand = (cli: Cli): Command =>
  withExamples(new Command('doctor'), [
    'npx modelloop doctor',
    'npx modelloop doctor --stage prod',
    'npx modelloop doctor --stage prod --json | jq -r \'.findings[] | select(.status == "mend") | .todo\'',
  ])
    .description('checks that this machine and the account have what they need, and says what it could not check')
    .option('--stage <name>', 'the stage to check (default: $MODELLOOP_STAGE, else the local cloud if it is running)')
    .option('--json', 'print one JSON document on stdout; its shape is stable')
    .addHelpText('after', '\nChanges nothing. Exit code 1 when something must be fixed.')
    .action(async ({ stage: asked, json }: StageOptions) => {
      const session = await cli.connect(asked).catch((error: unknown) => explain(error, `stage ${asked}`));
      const stage = asked ?? ('place' in session ? session.place.stage : process.env.MODELLOOP_STAGE || undefined);
      const where = 'place' in session ? { account: session.place.account, region: session.place.region } : {};
      if ('place' in session) cli.err(stageLine(session));
      const laptop = await examineLaptop(cli.models, stage);
      const account = 'place' in session ? await examine(session, laptop) : notSeen(session, stage, laptop);
      const findings = [...laptop.findings, ...account];
      if (json) cli.out(JSON.stringify({ stage: stage ?? null, ...where, findings }, null, 2));
      else cli.out(doctorText(stage, printableDeep(findings), { colour: cli.colour, now: cli.now() }));
      cli.exitCode = findings.some(({ status }) => status === 'mend') ? EXIT.failed : EXIT.ok;
    });

async function examine(session: Session, { settings, definitions }: Laptop): Promise<Finding[]> {
  const who = await session.whoami();
  const told = ok('credentials', `${who} at ${session.at}`);
  // What is wrong with the settings is told already; without them nobody knows what the account should be like.
  if (!settings) return [told, unchecked('account', 'the settings of the stage are not known')];
  const found = await examineAccount(session.ports, { ...expectedOf(settings, session), definitions });
  return [told, ...found, ...beyondSight(settings)];
}

/** The laptop is its own account, and nobody but its owner is called. */
const expectedOf = (settings: StageSettings, { place }: Session): Omit<Expected, 'definitions'> => ({
  qualifier: settings.bootstrapQualifier ?? 'hnb659fds',
  ...(settings.deployWithCliCredentials ? place : { account: settings.account, region: settings.region }),
  pagesReachSomebody: reachSomebody(settings),
});

const reachSomebody = ({ pageEmail, pageHttps, chat, pagesInbox }: StageSettings) =>
  pagesInbox || pageEmail.length + pageHttps.length + Object.keys(chat).length > 0;

/** What only a deployment, or a first run, shows. */
function beyondSight(settings: StageSettings): Finding[] {
  if (settings.deployWithCliCredentials) return [];
  return [
    unchecked('rights', 'whether the bootstrap roles may make all that is made: a deployment shows it'),
    unchecked('other use', 'how much of the quotas others in this account use'),
    ...(settings.network ? [unchecked('network', 'whether AWS’s services are reached from those subnets')] : []),
    ...(settings.permissionsBoundary ? [unchecked('boundary', 'whether it allows what the roles are given')] : []),
    ...(settings.keys.pages ? [unchecked('key of pages', 'whether CloudWatch may use it: docs/settings.md')] : []),
  ];
}

/** No account: not a word against the machine, unless a stage was named. What an account would need can be told all the same. */
function notSeen(error: CommandError, stage: string | undefined, { definitions }: Laptop): Finding[] {
  const { message, details, todo } = error;
  const nobodyAsked = stage === undefined || stage === 'local';
  const what = nobodyAsked ? unchecked : mend;
  return [
    what('account', [message, ...details].join('; '), todo.map((t) => t.replace(/ {2,}/g, ' ')).join('; ')),
    ...neededQuotas(definitions).map((quota) =>
      unchecked(quotaCheck(quota), `${quota.needed} needed: ${quota.because}`),
    ),
  ];
}
