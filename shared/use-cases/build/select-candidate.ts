import { join } from 'node:path';
import { bestCandidate } from '../../domain/build/select-candidate.ts';
import { modelKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CandidateResult, CodeVersion, Head, ModelVersion, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { servedModel } from '../../domain/sagemaker/hosting.ts';
import { testTransform } from '../../domain/sagemaker/transform-job.ts';
import type { RunPlan, SelectedCandidate } from '../../events/build-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import type { Stored } from '../../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { mapLimited, withScratch } from '../scratch.ts';
import { hindrance, readChampion, scoringOf } from './hold-against-champion.ts';
import { type Artifact, readArtifact } from './read-artifact.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'clock'>;
type Trained = CandidateResult & { readonly artifact: ModelVersion['artifact']; readonly image: string };

/** Every training ended, and none left a finite score on the primary metric. */
export class NoCandidateError extends Error {
  override readonly name = 'NoCandidateError';
}

/** A run that is over takes no more results. */
export class RunOverError extends Error {
  override readonly name = 'RunOverError';
}

/**
 * Registers the best of a run's trained candidates as the next model version; a repetition finds the one registered before.
 * @returns the SageMaker model to create, the batch transform of the test rows, and the champion's of the same rows
 * @throws ArtifactError, NoCandidateError, RunOverError, NotRegisteredError
 */
export const selectCandidate = async (ports: Needs, plan: RunPlan): Promise<SelectedCandidate> => {
  const { value: run } = await registered<Run>(ports.store, registryKeys.run(plan.model, plan.run));
  const { value: code } = await registered<CodeVersion>(
    ports.store,
    registryKeys.codeVersion(plan.model, run.codeVersion),
  );
  const version = run.modelVersion
    ? (await registered<ModelVersion>(ports.store, registryKeys.modelVersion(plan.model, run.modelVersion))).value
    : await register(ports, plan, code);
  const live = await readChampion(ports, plan.model);
  return {
    modelVersion: version.version,
    model: servedModel(ports.place, version, code.definition),
    transform: testTransform(ports.place, version, code.definition),
    ...(live &&
      hindrance(live, { version, code }) === undefined && {
        champion: scoringOf(ports, live, { run: plan.run, code }),
      }),
  };
};

const register = async (ports: Needs, plan: RunPlan, code: CodeVersion): Promise<ModelVersion> => {
  const trained = await mapLimited(plan.candidates, 2, (c) => readTrained(ports, plan.model, c));
  const { metric } = code.definition;
  const best = bestCandidate(trained, metric);
  const winner = trained.find((t) => t.candidate === best?.candidate);
  if (!winner) {
    const seen = trained.map((t) => `${t.trainingJob} wrote ${JSON.stringify(t.validation)}`).join('; ');
    throw new NoCandidateError(`no candidate has a finite validation ${metric}: ${seen}`);
  }
  return retryConflicts(() => commitVersion(ports, plan, winner, trained));
};

const readTrained = async (
  { place, objects }: Needs,
  model: string,
  { candidate, request }: RunPlan['candidates'][number],
): Promise<Trained> => {
  const trainingJob = request.TrainingJobName;
  const address = { bucket: bucketName(place, 'model'), key: modelKeys.artifact(model, trainingJob) };
  const artifact: Artifact = await withScratch(async (directory) => {
    const path = join(directory, 'model.tar.gz');
    await objects.download(address, path);
    return readArtifact(path, trainingJob);
  });
  return {
    candidate,
    trainingJob,
    validation: artifact.validation,
    artifact: { ...address, sha256: artifact.sha256 },
    image: String(request.AlgorithmSpecification.TrainingImage),
  };
};

const commitVersion = async (
  { store, clock }: Needs,
  { model, run }: RunPlan,
  winner: Trained,
  trained: readonly Trained[],
): Promise<ModelVersion> => {
  const record: Stored<Run> = await registered<Run>(store, registryKeys.run(model, run));
  const registeredBefore = record.value.modelVersion;
  if (registeredBefore !== undefined)
    return (await registered<ModelVersion>(store, registryKeys.modelVersion(model, registeredBefore))).value;
  if (record.value.status !== 'running') throw new RunOverError(`run ${run} of ${model} is ${record.value.status}`);
  const head = await store.get<Head>(registryKeys.modelHead(model));
  const { dataVersion, codeVersion } = record.value;
  const { candidate, trainingJob, artifact, image, validation } = winner;
  const version: ModelVersion = {
    ...{ model, version: (head?.value.latest ?? 0) + 1, run, candidate, trainingJob, dataVersion, codeVersion },
    ...{ artifact, image, validation, createdAt: clock() },
  };
  const candidates: CandidateResult[] = trained.map((t) => ({
    candidate: t.candidate,
    trainingJob: t.trainingJob,
    validation: t.validation,
  }));
  await store.commit([
    { put: registryKeys.modelHead(model), value: { latest: version.version } satisfies Head, expect: asRead(head) },
    { put: registryKeys.modelVersion(model, version.version), value: version, expect: 'absent' },
    {
      put: record.key,
      value: { ...record.value, candidates, modelVersion: version.version } satisfies Run,
      expect: asRead(record),
    },
  ]);
  return version;
};
