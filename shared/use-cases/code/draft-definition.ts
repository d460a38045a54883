import { join } from 'node:path';
import { contractOf, type ModelDefinition } from '../../domain/definition/model-definition.ts';
import { parseDefinition } from '../../domain/definition/parse-definition.ts';
import { DraftError, type DraftOptions } from '../../domain/draft/draft.ts';
import { inferDefinition } from '../../domain/draft/infer-definition.ts';
import type { Sample, Suspect } from '../../domain/draft/sample.ts';
import { writeDraft } from '../../domain/draft/write-draft.ts';
import type { SampleEngine } from '../../ports/sample-engine.ts';
import { withScratch } from '../scratch.ts';

export interface Drafted {
  /** Of a model.yaml. */
  readonly text: string;
  readonly definition: ModelDefinition;
  readonly rows: number;
  readonly why: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

interface SampleFile {
  readonly path: string;
  readonly name: string;
}

/**
 * Writes a definition for a sample, and holds the sample to it as an upload would be: what is written accepts what it was made from.
 * Features that would be refused because they tell the target are written as none.
 * @throws SampleError where the file is no table, DraftError and UnknownColumnError where no model can be made of it
 */
export const draftDefinition = async (
  engine: SampleEngine,
  file: SampleFile,
  options: DraftOptions,
): Promise<Drafted> => {
  const sample = await engine.describe(file);
  return withScratch(async (directory) => {
    const rowsPath = join(directory, 'rows.parquet');
    const contract = contractOf(drafted(sample, file, options, []).definition);
    await expectAccepted(engine, file, withoutFeatures(contract), rowsPath);
    return drafted(sample, file, options, await engine.suspects(rowsPath, contract));
  });
};

const drafted = (
  sample: Sample,
  { name }: SampleFile,
  options: DraftOptions,
  suspects: readonly Suspect[],
): Drafted => {
  const draft = inferDefinition(sample, options, suspects);
  const text = writeDraft(draft, name, sample.rows);
  const { why, warnings } = draft;
  return { text, definition: parseDefinition(text, 'model.yaml'), rows: sample.rows, why, warnings };
};

type Contract = ReturnType<typeof contractOf>;
const withoutFeatures = (contract: Contract): Contract => ({
  ...contract,
  columns: Object.fromEntries(Object.entries(contract.columns).map(([name, c]) => [name, { ...c, feature: false }])),
});

const expectAccepted = async (engine: SampleEngine, file: SampleFile, contract: Contract, rowsPath: string) => {
  const outcome = await engine.validate(file, contract, rowsPath);
  if (outcome.ok) return;
  throw new DraftError('the sample would be refused as an upload', {
    details: outcome.problems.slice(0, 5).map((p) => p.message),
    ...(contract.id.length > 0 && { todo: ['choose another id: --id COLUMN, --id A,B or --id none'] }),
  });
};
