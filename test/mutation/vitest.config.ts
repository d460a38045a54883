import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { conditions, mutated, STORE, sourceOf, tolerant } from './conditions.ts';

/** The tests that mutants are held against: quick ones, in memory. Which mutant: MODELLOOP_MUTANT, its number from 0 on. */

const root = join(import.meta.dirname, '..', '..');
const mutant = conditions()[Number(process.env.MODELLOOP_MUTANT ?? -1)];

const mutate: Plugin = {
  name: 'mutate',
  enforce: 'pre',
  load(id) {
    const file = id.startsWith(`${root}/`) ? id.slice(root.length + 1) : id;
    if (!mutant || (file !== mutant.file && file !== STORE)) return null;
    const source = file === mutant.file ? mutated(sourceOf(file), mutant) : sourceOf(file);
    return file === STORE ? tolerant(source) : source;
  },
};

const ADAPTERS = ['test/unit/adapters/registry-store.test.ts', 'test/contract/registry-store.test.ts'];
const ALL = [
  'test/unit/stale-reads.test.ts',
  'test/property/{uploads,build-loop,deployment}.test.ts',
  'test/unit/{build,code,data,deployment,monitoring}/**/*.test.ts',
  'test/unit/drift/check-drift.test.ts',
  ...ADAPTERS,
];

/** The tests that nearly always notice. */
const near = (file: string | undefined): readonly string[] => {
  if (file?.startsWith('shared/adapters/')) return ADAPTERS;
  const pipeline = /^shared\/use-cases\/([a-z]+)\//.exec(file ?? '')?.[1];
  const drift = pipeline === 'monitoring' ? ['test/unit/drift/check-drift.test.ts'] : [];
  return ['test/unit/stale-reads.test.ts', ...drift];
};

export default defineConfig({
  root,
  plugins: [mutate],
  test: {
    include: process.env.MODELLOOP_MUTANT_ALL ? ALL : [...near(mutant?.file)],
    // Slow, and of figures and texts only.
    exclude: ['test/unit/build/comparison.test.ts', 'test/unit/data/upload-key.test.ts'],
    // Of the contract, what runs in memory.
    testNamePattern: /^(?!.*DynamoDB).*$/,
    bail: 1,
    isolate: false,
    // It would keep mutants and give them to later runs.
    fsModuleCache: false,
    testTimeout: 60_000,
  },
});
