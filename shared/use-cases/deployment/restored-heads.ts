import { wholeSecond } from '../../domain/deployment/rolled-away.ts';
import type {
  CodeHead,
  CodeVersion,
  DataHead,
  DataVersion,
  ModelVersion,
  Release,
  RunOf,
} from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change } from '../../ports/registry-store.ts';
import { asRead, registered } from '../registry-access.ts';

type Store = Ports['store'];

export interface RestoredHeads {
  readonly changes: readonly Change[];
  /** The new numbers; a head that stands there already is not moved. */
  readonly restored: NonNullable<Release['restored']>;
}

/**
 * Brings back the data and code that a model version was trained on: as new versions, so that numbers only grow and the next upload
 * extends the old manifest. The pair counts as trained by the run that trained it: nothing runs until there is something new.
 */
export const restoredHeads = async (store: Store, version: ModelVersion, at: string): Promise<RestoredHeads> => {
  const data = await restoredData(store, version, at);
  const code = await restoredCode(store, version, at);
  const pair = registryKeys.runOf(version.model, data.newest, code.newest);
  const taken = await store.get<RunOf>(pair);
  const run: RunOf = { run: version.run };
  return {
    changes: [
      ...data.changes,
      ...code.changes,
      ...(taken ? [] : [{ put: pair, value: run, expect: 'absent' } as const]),
    ],
    restored: {
      ...(data.changes.length > 0 && { dataVersion: data.newest }),
      ...(code.changes.length > 0 && { codeVersion: code.newest }),
    },
  };
};

interface Restored {
  readonly changes: readonly Change[];
  readonly newest: number;
}

const restoredData = async (store: Store, { model, dataVersion }: ModelVersion, at: string): Promise<Restored> => {
  const head = await registered<DataHead>(store, registryKeys.dataHead(model));
  const { value: old } = await registered<DataVersion>(store, registryKeys.dataVersion(model, dataVersion));
  if (head.value.manifestHash === old.manifestHash) return { changes: [], newest: head.value.latest };
  const newest = head.value.latest + 1;
  const { manifestHash, manifestKey } = old;
  const value: DataVersion = { ...old, version: newest, restoredFrom: dataVersion, createdAt: at };
  // A snapshot that was uploaded before this and comes late is what was taken back, or older.
  const newHead: DataHead = {
    latest: newest,
    manifestHash,
    manifestKey,
    asOf: { uploadedAt: wholeSecond(at), sequencer: '', key: '' },
  };
  return {
    newest,
    changes: [
      { put: head.key, value: newHead, expect: asRead(head) },
      { put: registryKeys.dataVersion(model, newest), value, expect: 'absent' },
    ],
  };
};

const restoredCode = async (store: Store, { model, codeVersion }: ModelVersion, at: string): Promise<Restored> => {
  const head = await registered<CodeHead>(store, registryKeys.codeHead(model));
  const { latest, rolledAway = [] } = head.value;
  const { value: old } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, codeVersion));
  const { value: current } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, latest));
  if (current.treeHash === old.treeHash) return { changes: [], newest: latest };
  const newest = latest + 1;
  // `operations` are what is deployed, and no rollback deploys.
  const { operations: _, ...definition } = old.definition;
  const { operations } = current.definition;
  const value: CodeVersion = {
    ...old,
    definition: { ...definition, ...(operations && { operations }) },
    version: newest,
    restoredFrom: codeVersion,
    createdAt: at,
  };
  const newHead: CodeHead = { latest: newest, rolledAway: [...rolledAway, { after: codeVersion, upTo: latest, at }] };
  const treeKey = registryKeys.codeTree(model, old.treeHash);
  const tree = await store.get<{ version: number }>(treeKey);
  return {
    newest,
    changes: [
      { put: head.key, value: newHead, expect: asRead(head) },
      { put: registryKeys.codeVersion(model, newest), value, expect: 'absent' },
      { put: treeKey, value: { version: newest }, expect: asRead(tree) },
    ],
  };
};
