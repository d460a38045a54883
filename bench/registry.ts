import { memoryRegistryStore } from '../shared/adapters/memory/registry-store.ts';
import { registryKeys, registryPrefixes } from '../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../shared/ports/registry-store.ts';
import { ratio, type Table, timeOf } from './table.ts';

const SIZES = [10, 100, 1_000, 10_000] as const;
const IN_ONE_COMMIT = 99;

interface Times {
  readonly head: number;
  readonly newest: number;
  readonly all: number;
}

/** How reading depends on how many versions there are: the head and the newest must not, a whole list may grow with its length. */
export async function registryGrowth(cloud: RegistryStore): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const [where, store] of [
    ['memory', memoryRegistryStore()],
    ['emulator', cloud],
  ] as const) {
    let first: Times | undefined;
    for (const versions of SIZES) {
      const times = await measure(store, versions);
      first ??= times;
      rows.push([
        ...[where, versions.toLocaleString('en')],
        ...[times.head, ratio(times.head, first.head), times.newest, ratio(times.newest, first.newest)],
        ...[times.all, ratio(times.all, first.all)],
      ]);
    }
  }
  return {
    title: 'Reading the registry as it grows',
    says:
      'Milliseconds, medians; each `×` against 10 versions. `head` reads one item, `newest` lists the 20 newest versions, `all` lists them all. ' +
      'Memory and the emulator look through all of a model’s items for any list of them; DynamoDB reads those that it gives.',
    columns: ['store', 'versions', 'head', '×', 'newest', '×', 'all', '×'],
    rows,
  };
}

async function measure(store: RegistryStore, versions: number): Promise<Times> {
  // No model's name holds a tilde.
  const model = `~bench-${versions}`;
  await write(store, model, versions);
  const head = await timeOf(51, () => store.get(registryKeys.dataHead(model)));
  const newest = await timeOf(21, () =>
    store.list(model, registryPrefixes.dataVersions, { limit: 20, newestFirst: true }),
  );
  let found = 0;
  const all = await timeOf(3, async () => {
    found = (await store.list(model, registryPrefixes.dataVersions)).length;
  });
  if (found !== versions) throw new Error(`${found} of ${versions} versions were listed`);
  return { head, newest, all };
}

async function write(store: RegistryStore, model: string, versions: number): Promise<void> {
  await store.commit([{ put: registryKeys.dataHead(model), value: { latest: versions }, expect: 'absent' }]);
  for (let from = 1; from <= versions; from += IN_ONE_COMMIT)
    await store.commit(
      Array.from({ length: Math.min(IN_ONE_COMMIT, versions - from + 1) }, (_, i) => ({
        put: registryKeys.dataVersion(model, from + i),
        value: versionRecord(model, from + i),
        expect: 'absent',
      })),
    );
}

/** As large as a real one. */
const versionRecord = (model: string, version: number) => ({
  ...{ model, version, rows: 26_398, parts: version, codeVersion: 1 },
  ...{ manifestHash: 'a'.repeat(64), manifestKey: `manifests/${model}/${'a'.repeat(64)}.json` },
  ...{ uploadId: 'b'.repeat(32), sha256: 'c'.repeat(64), contractHash: 'd'.repeat(64) },
  source: { bucket: 'e'.repeat(50), key: `in/${model}/january.csv`, versionId: 'f'.repeat(32) },
  createdAt: new Date(0).toISOString(),
});
