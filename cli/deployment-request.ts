import type { Approval, Deployment, Hold, Release, Run } from '../shared/domain/records.ts';
import { registryKeys } from '../shared/domain/registry-keys.ts';
import { readRun } from '../shared/use-cases/build/read-run.ts';
import { readDeployment } from '../shared/use-cases/deployment/read-deployment.ts';
import {
  NothingToGoBackToError,
  requestDeployment,
  type Wish,
} from '../shared/use-cases/deployment/request-deployment.ts';
import type { Cli, Session } from './cli.ts';
import { CommandError, EXIT } from './errors.ts';
import { waitUntil } from './wait-until.ts';

/** What came of asking for a deployment; the same for `promote`, `rollback`, `approve` and `retry`. */
export interface RequestAnswer {
  readonly model: string;
  readonly kind: Wish['kind'];
  /** `busy`: another deployment is under way, and nothing was asked for. `requested`: under way. The others are how it ended. */
  readonly outcome: 'requested' | 'busy' | Exclude<Deployment['status'], 'deploying' | 'done'>;
  readonly reason: string | null;
  /** The execution that deploys; null when none was started. */
  readonly execution: string | null;
  readonly modelVersion: number;
  readonly run: number;
  /** Who approved it, where that was asked for. */
  readonly approval: Approval | null;
  /** Of a rollback: the release whose content is brought back. */
  readonly contentOf: number | null;
  /** What the run's verdict said of this model version. */
  readonly verdict: Pick<NonNullable<Run['verdict']>, 'decision' | 'outcome' | 'reasons'> | null;
  readonly release: Release | null;
  /** While it is there, verdicts make no release. */
  readonly hold: Hold | null;
}

export interface WaitOptions {
  readonly wait?: boolean;
  readonly timeout: number;
}

type Progress = Pick<RequestAnswer, 'outcome' | 'reason' | 'execution' | 'release'> & {
  /** Of the execution that was asked for first: somebody else's, maybe. */
  readonly approval?: Approval;
};

/** So long it may take until the machine has decided who wins. */
const DECISION_SECONDS = 15;

/**
 * Asks for a deployment and for whether it has begun. With `wait`, waits for its turn and for its end; what was refused because another one came first is asked for
 * again. @throws CommandError when that takes longer than it may
 */
export async function askFor(
  cli: Cli,
  session: Session,
  wish: Wish,
  { wait = false, timeout }: WaitOptions,
): Promise<RequestAnswer> {
  const { ports } = session;
  let last = await ask(session, wish);
  const final = async (): Promise<Progress | undefined> => {
    last = last.outcome === 'requested' ? await look(session, wish, last) : await ask(session, wish);
    return isFinal(last, wish) ? last : undefined;
  };
  if (!wait && last.outcome === 'requested')
    last = (await waitUntil(() => decided(session, wish, last), DECISION_SECONDS)) ?? last;
  if (wait && !isFinal(last, wish) && !(await waitUntil(final, timeout))) throw tooLong(wish, last, timeout);
  if (last.outcome === 'failed' || last.outcome === 'refused' || last.outcome === 'busy') cli.exitCode = EXIT.failed;
  const { model, kind, modelVersion, run } = wish;
  const verdict = (await readRun(ports, { model, run }))?.verdict;
  return {
    ...{ model, kind, ...last, modelVersion, run, contentOf: wish.contentOf ?? null },
    approval: last.approval ?? wish.approval ?? null,
    verdict: verdict ? { decision: verdict.decision, outcome: verdict.outcome, reasons: verdict.reasons } : null,
    hold: (await ports.store.get<Hold>(registryKeys.hold(model)))?.value ?? null,
  };
}

/** A refusal of what people ask for means that another one came first: asked again, it is decided on what is live then. */
const isFinal = ({ outcome, execution }: Progress, { kind }: Wish) =>
  outcome !== 'requested' &&
  outcome !== 'busy' &&
  (outcome !== 'refused' || kind === 'promotion' || execution === null);

const ask = async ({ ports }: Session, wish: Wish): Promise<Progress> => {
  const requested = await requestDeployment(ports, wish);
  return requested.outcome === 'requested'
    ? { outcome: 'requested', reason: null, execution: requested.execution, release: null }
    : { outcome: requested.outcome, reason: requested.reason, execution: null, release: null };
};

/** Has the machine taken the lock, or said why not? */
const decided = async (session: Session, wish: Wish, asked: Progress): Promise<Progress | undefined> => {
  const found = await readDeployment(session.ports, { model: wish.model, execution: asked.execution ?? '' });
  return found && look(session, wish, asked);
};

const look = async ({ ports }: Session, { model }: Wish, asked: Progress): Promise<Progress> => {
  const found = await readDeployment(ports, { model, execution: asked.execution ?? '' });
  const approval = found?.deployment.approval;
  if (!found?.ended) return { ...asked, ...(approval && { approval }) };
  const { deployment, release } = found;
  const { status: outcome, reason = null, execution } = deployment;
  return {
    outcome: outcome as Progress['outcome'],
    reason,
    execution,
    release: release ?? null,
    ...(approval && { approval }),
  };
};

const tooLong = ({ model }: Wish, { outcome, reason, execution }: Progress, seconds: number): CommandError =>
  new CommandError(EXIT.failed, `not done within ${seconds} s: ${outcome}`, {
    details: [...(reason ? [reason] : []), ...(execution ? [`execution ${execution}`] : [])],
    todo: [`to look: npx modelloop status ${model}`, 'ask again: nothing is started twice'],
  });

/** @throws CommandError, where there is nothing to go back to */
export const orNothing = (error: unknown): never => {
  if (!(error instanceof NothingToGoBackToError)) throw error;
  throw new CommandError(EXIT.notFound, error.message, { todo: error.todo, cause: error });
};
