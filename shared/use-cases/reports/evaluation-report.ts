import type { EvaluationReport } from '../../domain/build/evaluation-report.ts';
import { contractColumns } from '../../domain/definition/contract-columns.ts';
import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { modelKeys } from '../../domain/keys.ts';
import type { CodeVersion, DataVersion, ModelVersion, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { diagnoseTestRows } from '../build/score-test-rows.ts';
import { preparedParts, totalRows } from '../prepared-parts.ts';
import { readManifest } from '../read-manifest.ts';
import { registered } from '../registry-access.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine'>;

/**
 * Gathers what there is to say of a run's evaluation, for its model card.
 * @returns undefined when the run has no verdict: it failed, or is under way
 * @throws NotRegisteredError, ObjectNotFoundError, PredictionsError
 */
export const evaluationReport = async (
  ports: Needs,
  { model, run: number }: { readonly model: string; readonly run: number },
): Promise<EvaluationReport | undefined> => {
  const { store } = ports;
  const { value: run } = await registered<Run>(store, registryKeys.run(model, number));
  if (!run.verdict || run.endedAt === undefined || run.modelVersion === undefined) return undefined;
  const [{ value: data }, { value: code }, { value: version }] = await Promise.all([
    registered<DataVersion>(store, registryKeys.dataVersion(model, run.dataVersion)),
    registered<CodeVersion>(store, registryKeys.codeVersion(model, run.codeVersion)),
    registered<ModelVersion>(store, registryKeys.modelVersion(model, run.modelVersion)),
  ]);
  const { definition } = code;
  const diagnosis = await diagnoseTestRows(ports, run, code, modelKeys.predictions(model, number));
  return {
    ...{ model, run: number, description: definition.description },
    ...(definition.operations && { owner: definition.operations.owner }),
    ...{ task: definition.task, target: definition.target, startedAt: run.startedAt, endedAt: run.endedAt },
    data: await madeFrom(ports, data, code),
    code: {
      ...{ version: code.version, treeHash: code.treeHash, createdAt: code.createdAt },
      files: code.files.map(({ path }) => path),
    },
    columns: contractColumns(definition),
    candidates: (run.candidates ?? []).map((candidate) => ({
      ...candidate,
      hyperparameters: definition.candidates.find(({ name }) => name === candidate.candidate)?.hyperparameters ?? {},
    })),
    modelVersion: {
      ...{ version: version.version, candidate: version.candidate },
      ...{ artifact: version.artifact, image: version.image },
    },
    verdict: run.verdict,
    diagnosis,
    capturePercent: 'capturePercent' in definition.deployment ? definition.deployment.capturePercent : 0,
  };
};

const madeFrom = async (ports: Needs, data: DataVersion, code: CodeVersion): Promise<EvaluationReport['data']> => {
  const { version, rows, parts, manifestHash, createdAt } = data;
  const manifest = await readManifest(ports, data);
  const split = totalRows(await preparedParts(ports, code, manifest.parts));
  return { version, rows, parts, manifestHash, createdAt, split, splitBy: splitBy(code.definition) };
};

const splitBy = ({ split, id }: ModelDefinition): readonly string[] => (split.group !== undefined ? [split.group] : id);
