import type { ContractColumn, SplitRows } from '../data/data-report.ts';
import type { ModelDefinition, Task } from '../definition/model-definition.ts';
import type { CandidateResult, CodeVersion, DataVersion, ModelVersion, Verdict } from '../records.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What there is to say of a run that got its verdict: the JSON beside its model card, and all that the card shows. */
export interface EvaluationReport {
  readonly model: string;
  readonly run: number;
  readonly description: string;
  readonly owner?: string;
  readonly task: Task;
  readonly target: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly data: Pick<DataVersion, 'version' | 'rows' | 'parts' | 'manifestHash' | 'createdAt'> & {
    readonly split: SplitRows;
    /** The columns by whose hash a row is put on a side of the split; without any, all of them. */
    readonly splitBy: readonly string[];
  };
  readonly code: Pick<CodeVersion, 'version' | 'treeHash' | 'createdAt'> & {
    /** Does it bring training code, or use the ready recipe? */
    readonly files: readonly string[];
  };
  readonly columns: readonly ContractColumn[];
  readonly candidates: readonly (CandidateResult & {
    readonly hyperparameters: ModelDefinition['candidates'][number]['hyperparameters'];
  })[];
  readonly modelVersion: Pick<ModelVersion, 'version' | 'candidate' | 'artifact' | 'image'>;
  readonly verdict: Verdict;
  readonly diagnosis: Diagnosis;
  readonly capturePercent: number;
}
