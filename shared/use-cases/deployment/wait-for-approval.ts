import { needsApproval } from '../../domain/deployment/approval.ts';
import { approvalNotice } from '../../domain/deployment/approval-notice.ts';
import { objectionTo } from '../../domain/deployment/may-deploy.ts';
import { notifyTopic } from '../../domain/names.ts';
import type { Champion, Retired, Run, RunDeployment, WaitingChallenger } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change } from '../../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import type { DeploymentInput } from './begun-changes.ts';
import { endpointObjection, servedDefinitions } from './served-definitions.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'notifications' | 'clock'>;

/** Does the definition of this model version, or of the champion, ask for an approval? @throws NotRegisteredError */
export const isApprovalNeeded = async (
  { store }: Pick<Ports, 'store'>,
  { model, modelVersion }: Pick<DeploymentInput, 'model' | 'modelVersion'>,
): Promise<boolean> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const { asked, live } = await servedDefinitions({ store }, { model, modelVersion }, champion?.value);
  return needsApproval(asked, live);
};

/**
 * Records that a challenger is waiting for approval and says so on the topic for news. One waits at a time, the newest: an older one is
 * superseded, whichever comes first. A repetition changes nothing and says it again.
 * @throws NotRegisteredError
 */
export const waitForApproval = async (ports: Needs, input: DeploymentInput): Promise<RunDeployment> => {
  const { decided, notice } = await retryConflicts(() => decide(ports, input));
  if (notice)
    await ports.notifications.publish({
      ...{ topic: notifyTopic(ports.place), ...notice },
      attributes: { kind: 'approval', state: 'WAITING', model: input.model },
    });
  return decided;
};

interface Decided {
  readonly decided: RunDeployment;
  readonly notice?: ReturnType<typeof approvalNotice>;
}

const decide = async (
  { place, store, clock }: Needs,
  { model, modelVersion, run }: DeploymentInput,
): Promise<Decided> => {
  const waiting = await store.get<WaitingChallenger>(registryKeys.waiting(model));
  const champion = (await store.get<Champion>(registryKeys.champion(model)))?.value;
  const retired = await store.get<Retired>(registryKeys.retired(model));
  const found = await registered<Run>(store, registryKeys.run(model, run));
  const at = clock();
  const tell = (mine: WaitingChallenger) => approvalNotice({ place, run: found.value, waiting: mine, champion });
  const known = found.value.deployment;
  if (known) return { decided: known, ...(waiting?.value.run === run && { notice: tell(waiting.value) }) };
  const put = (item: typeof found, deployment: RunDeployment): Change => ({
    put: item.key,
    value: { ...item.value, deployment } satisfies Run,
    expect: asRead(item),
  });
  const endpoint = await endpointObjection({ store }, { model, modelVersion }, champion);
  const asked = { kind: 'promotion', modelVersion } as const;
  const objection = objectionTo({ asked, champion, retired: retired?.value, run: found.value, endpoint });
  if (objection) {
    const declined: RunDeployment = { ...objection, at };
    await store.commit([put(found, declined)]);
    return { decided: declined };
  }
  if (waiting && waiting.value.run > run) {
    const late = supersededBy(waiting.value, at);
    await store.commit([put(found, late), { check: waiting.key, expect: asRead(waiting) }]);
    return { decided: late };
  }
  const supersedes = waiting && { supersedes: waiting.value.run };
  const mine: WaitingChallenger = { run, modelVersion, since: at, ...supersedes };
  const older = waiting && (await registered<Run>(store, registryKeys.run(model, waiting.value.run)));
  const decided: RunDeployment = { status: 'waiting-for-approval', at };
  await store.commit([
    { put: registryKeys.waiting(model), value: mine, expect: asRead(waiting) },
    { check: registryKeys.retired(model), expect: asRead(retired) },
    put(found, decided),
    ...(older ? [put(older, supersededBy(mine, at))] : []),
  ]);
  return { decided, notice: tell(mine) };
};

const supersededBy = ({ run, modelVersion }: WaitingChallenger, at: string): RunDeployment => ({
  status: 'superseded',
  reason: `run ${run} came later, and its model version ${modelVersion} is waiting in its place`,
  at,
});
