import { Command } from 'commander';
import {
  cloudEnvironment,
  conflictingVariables,
  localDirectory,
  readCloudState,
} from '../../infra/local/cloud-state.ts';
import { shellExports } from '../../infra/local/shell.ts';
import { type CloudStatus, cloudStatus } from '../../infra/local/status.ts';
import type { Cli } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { interruptible } from '../interrupt.ts';
import { type Look, table } from '../output/text.ts';
import { when } from '../output/time.ts';
import { withExamples } from '../stage-command.ts';
import { pagesCommand } from './local-pages.ts';

type Terminal = Pick<Cli, 'out' | 'err' | 'colour' | 'now' | 'exitCode'>;

const JSON_OPTION = ['--json', 'print one JSON document on stdout; its shape is stable'] as const;

/** `modelloop local`: AWS on this machine, from the same template. */
export function localCommand(cli: Terminal): Command {
  const local = new Command('local').description('runs the local cloud: all of it on this machine, nothing leaves it');
  for (const command of [upCommand, downCommand, statusCommand, envCommand, pagesCommand, resetCommand])
    local.addCommand(command(cli));
  return withExamples(local, [
    'npx modelloop local up',
    'eval "$(npx modelloop local env)"      # any AWS client in this shell now talks to it',
    'npx modelloop local down',
    'MODELLOOP_LOCAL_DIR=/tmp/other npx modelloop local up      # a second one beside the first',
  ]);
}

/* The cloud's modules bring SDK clients with them: they are loaded when they are needed. */
const cloud = () => import('../../infra/local/cloud.ts');

const upCommand = (cli: Terminal) =>
  withExamples(new Command('up'), [
    'npx modelloop local up',
    'npx modelloop local up --no-deploy',
    'npx modelloop local up --json',
  ])
    .description(
      'starts the local cloud, unless it is running, and deploys the app to it; what it held before is still there',
    )
    .option('--no-deploy', 'only start it')
    .option(...JSON_OPTION)
    .action(async ({ deploy, json }: { deploy: boolean; json?: boolean }) => {
      const { cloudUp } = await cloud();
      const { showSteps } = await import('../output/steps.ts');
      await interruptible(cli, (signal) =>
        cloudUp({ deploy, signal, report: (line) => cli.err(line), present: showSteps }),
      );
      const status = cloudStatus(localDirectory());
      cli.out(json ? JSON.stringify(status, null, 2) : upText(status));
    });

const upText = ({ endpoint, directory, deployedAt }: CloudStatus) =>
  [
    `the local cloud is up: ${endpoint}`,
    `  use it    eval "$(npx modelloop local env)"`,
    ...(deployedAt ? [] : ['  deploy    npx modelloop local up']),
    `  logs      ${directory}/logs`,
    '  stop it   npx modelloop local down',
  ].join('\n');

const downCommand = (cli: Terminal) =>
  withExamples(new Command('down'), ['npx modelloop local down'])
    .description('stops the local cloud; what it holds is kept')
    .action(async () => {
      const before = cloudStatus(localDirectory());
      await (await cloud()).cloudDown();
      cli.err(
        before.status === 'stopped'
          ? 'the local cloud is not running'
          : `stopped the local cloud at ${before.endpoint}`,
      );
    });

const resetCommand = (cli: Terminal) =>
  withExamples(new Command('reset'), ['npx modelloop local reset && npx modelloop local up'])
    .description('stops the local cloud and deletes everything it holds: objects, tables, stacks, models')
    .action(async () => {
      await (await cloud()).cloudReset();
      cli.err(`deleted everything that the local cloud in ${localDirectory()} held`);
    });

const statusCommand = (cli: Terminal) =>
  withExamples(new Command('status'), [
    'npx modelloop local status',
    "npx modelloop local status --json | jq -r '.processes[].pid'",
  ])
    .description('shows what is running: processes, ports, memory; exit code 1 when the local cloud is not running')
    .option(...JSON_OPTION)
    .action(({ json }: { json?: boolean }) => {
      const status = cloudStatus(localDirectory());
      cli.out(json ? JSON.stringify(status, null, 2) : statusText(status, { colour: cli.colour, now: cli.now() }));
      cli.exitCode = status.status === 'running' ? EXIT.ok : EXIT.failed;
    });

function statusText(status: CloudStatus, look: Look): string {
  const { directory, endpoint, startedAt, deployedAt, processes } = status;
  if (startedAt === undefined) return `the local cloud is stopped (${directory}); start it: npx modelloop local up`;
  const meaning = {
    running: 'running',
    starting: 'starting, or killed while starting: `npx modelloop local up` starts it again',
    broken: 'broken: a process has died; `npx modelloop local up` starts it again',
    stopped: 'stopped',
  }[status.status];
  return [
    `status    ${meaning}`,
    `endpoint  ${endpoint}`,
    `since     ${when(startedAt, look.now)}`,
    `deployed  ${deployedAt ? when(deployedAt, look.now) : 'not since it was started'}`,
    `state in  ${directory}`,
    '',
    table(
      look,
      ['process', 'pid', 'port', 'memory', 'since'],
      processes.map((p) => [
        p.name,
        String(p.pid),
        p.port === undefined ? '–' : String(p.port),
        p.alive ? `${p.memoryMiB} MiB` : 'has died',
        when(p.startedAt, look.now),
      ]),
    ),
    ...monitoringText(status.monitoring),
  ].join('\n');
}

function monitoringText(monitoring: CloudStatus['monitoring']): string[] {
  const { alarmsNotEvaluated = [], metricsNotFed = [] } = monitoring ?? {};
  return [
    ...alarmsNotEvaluated.map((line) => `not evaluated here: alarm ${line}`),
    ...metricsNotFed.map((line) => `not measured here: ${line}`),
  ];
}

const envCommand = (cli: Terminal) =>
  withExamples(new Command('env'), ['eval "$(npx modelloop local env)"', 'npx modelloop local env --json'])
    .description('prints shell commands that make any AWS client (CLI, boto3, SDKs) talk to the local cloud')
    .option(...JSON_OPTION)
    .action(({ json }: { json?: boolean }) => {
      const state = readCloudState();
      if (!state)
        throw new CommandError(EXIT.unreachable, 'the local cloud is not running', {
          details: [`its directory is ${localDirectory()}`],
          todo: ['start it: npx modelloop local up'],
        });
      const environment = cloudEnvironment(state);
      cli.out(json ? JSON.stringify(environment, null, 2) : shellExports(environment, conflictingVariables()));
    });
