import { notWaiting } from '../../domain/deployment/approval.ts';
import { objectionTo } from '../../domain/deployment/may-deploy.ts';
import type { Approval, Champion, Hold, Run, WaitingChallenger } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Stored } from '../../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import type { Wish } from './request-deployment.ts';

/** What is to be approved or rejected does not wait, or may not be deployed as things are; the message says why. */
export class NotApprovableError extends Error {
  override readonly name = 'NotApprovableError';
}

/** Whose word it is, and about which run: without `run`, about the one that waits. */
export interface Decision {
  readonly model: string;
  readonly run?: number | undefined;
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * The deployment that an approval asks for. Nothing is written: the machine decides, in the commit that takes the lock.
 * @throws NotApprovableError, NotRegisteredError
 */
export const wishToApprove = async (ports: Pick<Ports, 'store' | 'clock'>, decision: Decision): Promise<Wish> => {
  const { store, clock } = ports;
  const { model } = decision;
  const [champion, hold] = await Promise.all([
    store.get<Champion>(registryKeys.champion(model)),
    store.get<Hold>(registryKeys.hold(model)),
  ]);
  const { found, modelVersion } = await waitingRun(store, decision);
  const approval = approvalOf(decision, clock());
  const asked = { kind: 'promotion', modelVersion, approval } as const;
  const objection = objectionTo({ asked, champion: champion?.value, hold: hold?.value, run: found.value });
  if (objection) throw new NotApprovableError(objection.reason);
  return { ...asked, model, run: found.value.run };
};

/** Ends the wait of a challenger: it will not go live by its verdict. @throws NotApprovableError, NotRegisteredError */
export const rejectChallenger = (
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  decision: Decision & { readonly reason: string },
): Promise<Run> =>
  retryConflicts(async () => {
    const { waiting, found } = await waitingRun(store, decision);
    const approval = approvalOf(decision, clock());
    const { by, reason, at } = approval;
    const rejected: Run = {
      ...found.value,
      deployment: { status: 'rejected', reason: `rejected by ${by}: ${reason}`, at },
      approval: { ...approval, decision: 'rejected' },
    };
    await store.commit([
      { remove: waiting.key, expect: { revision: waiting.revision } },
      { put: found.key, value: rejected, expect: asRead(found) },
    ]);
    return rejected;
  });

const approvalOf = ({ by, reason }: Decision, at: string): Approval => ({ by, at, ...(reason && { reason }) });

const waitingRun = async (
  store: Ports['store'],
  { model, run }: Decision,
): Promise<{ waiting: Stored<WaitingChallenger>; found: Stored<Run>; modelVersion: number }> => {
  const waiting = await store.get<WaitingChallenger>(registryKeys.waiting(model));
  const number = run ?? waiting?.value.run;
  if (number === undefined) throw new NotApprovableError(`nothing of ${model} is waiting for approval`);
  const found = await registered<Run>(store, registryKeys.run(model, number));
  const why = notWaiting(found.value);
  // A run that waits by its own record, but not by the model's, was decided on between the two looks.
  if (why === undefined && waiting?.value.run !== number)
    throw new NotApprovableError(`run ${number} is being decided on`);
  if (why !== undefined || !waiting) throw new NotApprovableError(why ?? `nothing of ${model} is waiting for approval`);
  return { waiting, found, modelVersion: waiting.value.modelVersion };
};
