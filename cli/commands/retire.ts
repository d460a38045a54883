import type { Command } from 'commander';
import { endpointName, stackName } from '../../shared/domain/names.ts';
import type { Retired } from '../../shared/domain/records.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';
import { readDeployment } from '../../shared/use-cases/deployment/read-deployment.ts';
import type { Requested } from '../../shared/use-cases/deployment/request-deployment.ts';
import { requestRetirement } from '../../shared/use-cases/deployment/request-retirement.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { requireModel } from '../known-model.ts';
import { type RetireAnswer, retireText } from '../output/retire-text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';
import { waitUntil } from '../wait-until.ts';

interface RetireOptions {
  readonly yes?: boolean;
  readonly reason?: string;
  readonly timeout: number;
}

/** `modelloop retire`: nothing of a model serves any more; its history stays. */
export const retireCommand = (cli: Cli): Command =>
  stageCommand('retire', 'removes a model’s endpoint and all else that was made at run time; its history stays', [
    'npx modelloop retire flight-delay --yes --reason "replaced by flight-delay-2"',
    'npx modelloop promote flight-delay --version 3   # brings it back',
  ])
    .argument('<model>', 'name of the model')
    .option('--yes', 'really do it; otherwise only show what would be done')
    .option('--reason <text>', 'why; recorded with your name')
    .option('--timeout <seconds>', 'how long to wait for it to be gone', positiveInteger, 900)
    .action(
      answering(cli, async (session, model: string, options: RetireOptions) => {
        await requireModel(session, model);
        const retired = await retiredOf(session, model);
        if (!options.yes && !retired) throw unconfirmed(session, model);
        const found = await retire(session, model, options);
        if (found.outcome !== 'retired') cli.exitCode = EXIT.failed;
        return answer(found, retireText);
      }),
    );

const unconfirmed = ({ place }: Session, model: string): CommandError =>
  new CommandError(EXIT.usage, `nothing was done: add --yes to retire ${model} on stage ${place.stage}`, {
    details: [
      `it would delete the endpoint ${endpointName(place, model)} (calls to it fail from then on), its configurations`,
      'and SageMaker models; uploads are still registered, but nothing is trained or deployed, and nobody is paged',
      'kept: registry, data, code, artefacts and captures',
    ],
    todo: [`npx modelloop retire ${model} --yes --stage ${place.stage}`],
  });

const retiredOf = async ({ ports }: Session, model: string): Promise<Retired | undefined> =>
  (await ports.store.get<Retired>(registryKeys.retired(model)))?.value;

const retire = async (session: Session, model: string, { reason, timeout }: RetireOptions): Promise<RetireAnswer> => {
  const by = await session.whoami();
  const requested = await requestRetirement(session.ports, { model, by, reason });
  const execution = requested.outcome === 'requested' ? requested.execution : null;
  const ended = execution === null ? undefined : await end(session, model, execution, timeout);
  const retired = await retiredOf(session, model);
  return {
    ...{ model, execution, retired: retired ?? null },
    ...outcomeOf(requested, ended, retired),
    left: [
      {
        what: 'the model’s stack: roles, schedules, alarms, dashboard, page topic',
        remove: `npx cdk destroy ${stackName(session.place.stage, `model-${model}`)} -c stage=${session.place.stage}`,
      },
      {
        what: `the folder models/${model}: with it, the next cdk deploy makes the stack again`,
        remove: `rm -r models/${model}`,
      },
      { what: 'registry, data, code, artefacts and captures: the history', remove: 'nothing removes it' },
    ],
  };
};

const end = (session: Session, model: string, execution: string, timeout: number) =>
  waitUntil(async () => {
    const found = await readDeployment(session.ports, { model, execution });
    return found?.ended ? found.deployment : undefined;
  }, timeout);

const outcomeOf = (
  requested: Requested,
  ended: Awaited<ReturnType<typeof end>>,
  retired: Retired | undefined,
): Pick<RetireAnswer, 'outcome' | 'reason'> => {
  if (retired) return { outcome: 'retired', reason: requested.outcome === 'requested' ? null : requested.reason };
  if (requested.outcome === 'busy') return { outcome: 'busy', reason: requested.reason };
  return ended ? { outcome: 'failed', reason: ended.reason ?? null } : { outcome: 'under-way', reason: null };
};
