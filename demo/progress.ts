import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { endpointName } from '../shared/domain/names.ts';
import type { Champion, Release, Run } from '../shared/domain/records.ts';
import { type Key, registryKeys } from '../shared/domain/registry-keys.ts';
import type { DemoContext } from './context.ts';
import { type FlightRow, flightRows } from './flights.ts';
import { StoryError } from './story.ts';
import { waitFor } from './wait-for.ts';

/** What the story waits for, read from the registry. */

export async function factOr<T extends object>({ ports }: DemoContext, key: Key): Promise<T | undefined> {
  return (await ports.store.get<T>(key))?.value;
}

export async function fact<T extends object>(context: DemoContext, key: Key): Promise<T> {
  const found = await factOr<T>(context, key);
  if (!found) throw new StoryError(`the registry holds ${key.model}/${key.sort}`, 'nothing');
  return found;
}

/** Waits for a run's end, saying what it does meanwhile. */
export async function runEnds(context: DemoContext, number: number, say: (line: string) => void): Promise<Run> {
  let seen = 'no run has started';
  const tell = (line: string) => {
    if (line !== seen) say(line);
    seen = line;
  };
  return waitFor(
    `run ${number} ends`,
    async () => {
      const run = await factOr<Run>(context, registryKeys.run(context.model, number));
      if (run) tell(`run ${number} (data version ${run.dataVersion} × code version ${run.codeVersion}): ${run.status}`);
      return run && run.status !== 'running' ? run : undefined;
    },
    { seconds: 600, signal: context.signal },
    () => seen,
  );
}

export function tellVerdict(run: Run, say: (line: string) => void): void {
  if (!run.verdict) return;
  say(`verdict: ${run.verdict.decision} (${run.verdict.outcome})`);
  for (const reason of run.verdict.reasons) say(`   ${reason}`);
}

/** Waits until a promoted run's model version is the champion, and records what it answers. A failed deployment ends the wait. */
export async function goesLive(context: DemoContext, { run, modelVersion }: Run): Promise<Release> {
  let seen = 'no deployment has started';
  const champion = await waitFor(
    `model version ${modelVersion} goes live`,
    async () => {
      const { deployment } = await fact<Run>(context, registryKeys.run(context.model, run));
      if (deployment?.status === 'failed') throw new StoryError(`run ${run}'s model goes live`, deployment);
      if (deployment) seen = `the deployment is ${deployment.status}`;
      const found = await factOr<Champion>(context, registryKeys.champion(context.model));
      return found?.modelVersion === modelVersion ? found : undefined;
    },
    { seconds: 300, signal: context.signal },
    () => seen,
  );
  const release = await fact<Release>(context, registryKeys.release(context.model, champion.release));
  context.answers.set(release.release, await answersNow(context));
  return release;
}

/** What the endpoint answers for the same few flights, as it comes. */
export async function answersNow(context: DemoContext): Promise<string> {
  const { Body } = await new SageMakerRuntimeClient({ region: context.place.region }).send(
    new InvokeEndpointCommand({
      EndpointName: endpointName(context.place, context.model),
      ContentType: 'application/json',
      Accept: 'application/json',
      Body: JSON.stringify(await sameFlights(context)),
    }),
  );
  return Body.transformToString();
}

let same: Promise<readonly FlightRow[]> | undefined;
const sameFlights = (context: DemoContext) => {
  same ??= flightRows(context, 1).then((rows) => rows.slice(0, 20));
  return same;
};
