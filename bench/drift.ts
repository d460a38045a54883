import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duckdbEngine } from '../shared/adapters/duckdb/index.ts';
import { withSession } from '../shared/adapters/duckdb/session.ts';
import type { Profile } from '../shared/domain/data/profile.ts';
import { modelDefinition } from '../shared/domain/definition/model-definition.ts';
import { type Baseline, PREDICTION } from '../shared/domain/drift/baseline.ts';
import { judgeWindow } from '../shared/domain/drift/judge-window.ts';
import { type CapturedRow, WindowCounter } from '../shared/domain/drift/window.ts';
import { ratio, type Table, timeOf } from './table.ts';

const WINDOW = 10_000;
const NUMBERS = ['n0', 'n1'];
const TEXTS = ['t0'];

/** How a drift check depends on what it compares with: on the rows of the reference not at all, on columns in proportion. */
export async function driftChecks(): Promise<Table> {
  const directory = await mkdtemp(join(tmpdir(), 'modelloop-bench-'));
  try {
    const small = await reference(directory, 100_000);
    const large = await reference(directory, 10_000_000);
    const ofRows = [baselineOf(small.profile, 30), baselineOf(large.profile, 30)] as const;
    const ofColumns = [baselineOf(small.profile, 100), baselineOf(small.profile, 1_000)] as const;
    // Once for nothing, so that what is measured first does not pay for warming up.
    for (const baseline of [...ofRows, ofColumns[0]]) await check(baseline);
    const [of100k, of10M] = [await check(ofRows[0]), await check(ofRows[1])];
    const [few, many] = [await check(ofColumns[0]), await check(ofColumns[1])];
    return {
      title: 'A drift check',
      says:
        `Milliseconds to count ${WINDOW.toLocaleString('en')} captured rows and judge them, medians of 9, without reading them from S3. The reference ` +
        'is read once, with the model version (`made`, seconds, for 3 columns, which are then repeated); a check reads its sketch.',
      columns: ['reference rows', 'columns', 'made', 'check', '×'],
      rows: [
        ['100,000', '30', small.seconds, of100k, 1],
        ['10,000,000', '30', large.seconds, of10M, ratio(of10M, of100k)],
        ['100,000', '100', '–', few, 1],
        ['100,000', '1,000', '–', many, ratio(many, few)],
      ],
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function reference(directory: string, rows: number): Promise<{ profile: Profile; seconds: number }> {
  const path = join(directory, `${rows}.parquet`);
  const columns = [
    ...NUMBERS.map((name) => `(random() * 1000)::INTEGER AS ${name}`),
    ...TEXTS.map((name) => `'c' || (random() * 20)::INTEGER AS ${name}`),
  ];
  await withSession({ directory }, [path], ({ run }) =>
    run(`COPY (SELECT ${columns.join(', ')} FROM range(${rows})) TO '${path}' (FORMAT parquet)`),
  );
  const began = performance.now();
  const profile = await duckdbEngine({ directory }).profile(path, { columns: DEFINITION.columns });
  return { profile, seconds: (performance.now() - began) / 1000 };
}

const DEFINITION = modelDefinition.parse({
  ...{ name: 'bench', task: 'regression', target: 'n0', metric: 'rmse' },
  columns: Object.fromEntries([
    ...NUMBERS.map((name) => [name, { type: 'integer' }]),
    ...TEXTS.map((name) => [name, { type: 'string' }]),
  ]),
});

/** @param columns so many, by repeating those that there are */
function baselineOf({ rows, columns: profiled }: Profile, columns: number): Baseline {
  const profiles = Object.entries(profiled);
  const features = Array.from({ length: columns }, (_, i) => {
    const [name, profile] = profiles[i % profiles.length] ?? [];
    if (!name || !profile) throw new Error('the reference has no columns');
    return [`${name}_${i}`, profile] as const;
  });
  const [prediction] = Object.values(profiled);
  if (!prediction) throw new Error('the reference has no columns');
  const facts = {
    model: 'bench',
    modelVersion: 1,
    run: 1,
    dataVersion: 1,
    codeVersion: 1,
    madeAt: '2026-01-01T00:00:00Z',
  };
  return { ...facts, rows, features: Object.fromEntries(features), prediction };
}

/** Milliseconds of one check. */
async function check(baseline: Baseline): Promise<number> {
  const captured = capturedRows(Object.keys(baseline.features));
  return timeOf(9, () => {
    const counter = new WindowCounter(baseline);
    for (const row of captured) counter.add(row, PREDICTION);
    return judgeWindow(baseline, counter.window(), 0.001, { psi: 0.1, sigmas: 0.3, share: 0.02 });
  });
}

/** Each kind of value once: that many rows of that many columns would not be held in memory. */
function capturedRows(names: readonly string[]): CapturedRow[] {
  const kinds = Array.from({ length: 500 }, (_, i) => ({
    features: Object.fromEntries(names.map((name) => [name, name.startsWith('n') ? (i * 37) % 1000 : `c${i % 20}`])),
    prediction: (i * 37) % 1000,
  }));
  return Array.from({ length: WINDOW }, (_, i) => kinds[i % kinds.length]).filter((row) => row !== undefined);
}
