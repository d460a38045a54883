import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbEngine } from '../../../shared/adapters/duckdb/index.ts';
import type { EvaluationReport } from '../../../shared/domain/build/evaluation-report.ts';
import type { DataReport } from '../../../shared/domain/data/data-report.ts';
import { dataKeys, modelKeys } from '../../../shared/domain/keys.ts';
import type { Run } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { selectCandidate } from '../../../shared/use-cases/build/select-candidate.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { checkDrift } from '../../../shared/use-cases/monitoring/check-drift.ts';
import { writeReport } from '../../../shared/use-cases/reports/write-report.ts';
import { readPage, textOf } from '../../fixtures/html.ts';
import {
  addCodeVersion,
  buckets,
  MODEL,
  type PipelineWorld,
  pipelineWorld,
  trained,
  transformed,
  verdictOf,
} from '../../fixtures/pipeline-world.ts';
import { plannedRun } from '../../fixtures/planned-run.ts';
import { uploadFile } from '../../fixtures/upload-file.ts';
import { capturesRows, MIN_ROWS, TRAFFIC, watchedWorld } from '../../fixtures/watched-world.ts';

/** Rows that the engine has read itself, from their upload to the pages about them. */
describe('reports', { timeout: 60_000 }, () => {
  let directory: string;
  let world: PipelineWorld;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reports-'));
    world = { ...pipelineWorld(), engine: duckdbEngine({ directory }) };
    await addCodeVersion(world);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const row = (part: string, n: number) => `${part}-${n},${n % 100},${n % 100 > 50 !== (n % 19 === 0)}`;
  const csv = (part: string, rows = 1000) =>
    ['customer,age,left', ...Array.from({ length: rows }, (_, n) => row(part, n)), ''].join('\n');

  const uploaded = (name: string, text: string) => uploadFile(world, name, text);

  const evaluated = async () => {
    await startRun(world, { model: MODEL });
    const plan = await plannedRun(world, { model: MODEL, run: 1 });
    for (const { candidate } of plan.candidates)
      trained(world, 1, candidate, { 'metrics.json': `{"validation": {"auc": ${candidate === 'deep' ? 0.8 : 0.7}}}` });
    await selectCandidate(world, plan);
    await transformed(world, 1, ({ age }) => ({ prediction: age / 100 }));
    return verdictOf(
      await evaluateRun(world, { model: MODEL, run: 1, modelVersion: 1, champion: { outcome: 'none' } }),
    );
  };

  const read = async (bucket: string, key: string) =>
    new TextDecoder().decode(await world.objects.read({ bucket, key }));
  const mainText = (html: string) => readPage(html).all('main').map(textOf)[0];

  it('say of a data version what is in it, and what became of the uploads before it', async () => {
    await uploaded('jan.csv', csv('jan'));
    await uploaded('again.csv', csv('jan'));
    await uploaded('broken.csv', 'customer,age,left\na,-1,true\nb,2\n');
    await uploaded('feb.csv', csv('feb', 500));
    await uploaded('later.csv', 'nothing');
    await writeReport(world, { type: 'DataVersionReady', model: MODEL, dataVersion: 2 });
    const key = dataKeys.report(MODEL, 2);
    const report = JSON.parse(await read(buckets.data, `${key}.json`)) as DataReport;
    expect(report.uploads).toEqual({ accepted: 2, duplicate: 1, superseded: 0, rejected: 1, failed: 0 });
    expect(report.rejections).toMatchObject([{ key: `in/${MODEL}/broken.csv` }]);
    expect(report.parts.map((p) => [p.source.key, p.rows])).toEqual([
      [`in/${MODEL}/feb.csv`, 500],
      [`in/${MODEL}/jan.csv`, 1000],
    ]);
    const { train, validation, test } = report.split;
    expect(train + validation + test).toBe(1500);
    expect(report.described?.rows).toBe(1500);
    // Whole numbers from 0 to 99, each 15 times.
    const { age } = report.described?.columns ?? {};
    expect(age).toMatchObject({ kind: 'numeric', min: 0, max: 99, mean: 49.5, median: 49.5, nulls: 0 });
    if (age?.kind !== 'numeric') throw new Error('age is a number');
    const { edges, counts, below, above } = age.histogram;
    expect(counts).toEqual(edges.slice(0, -1).map((edge, i) => 15 * Math.min((edges[i + 1] ?? 0) - edge, 100 - edge)));
    expect(counts.reduce((a, b) => a + b, below + above)).toBe(1500);
    const text = mainText(await read(buckets.data, `${key}.html`));
    expect(text).toContain('1,500, in 2 parts');
    expect(text).toContain('2 accepted, 1 duplicate, 0 superseded by a newer snapshot, 1 rejected');
  });

  it('say of parts that came under another contract that they are not described', async () => {
    await uploaded('jan.csv', csv('jan'));
    await addCodeVersion(world, 2, {
      columns: { customer: { type: 'string' }, age: { type: 'integer' }, left: { type: 'boolean' } },
    });
    await uploaded('feb.csv', csv('feb', 500));
    await writeReport(world, { type: 'DataVersionReady', model: MODEL, dataVersion: 2 });
    const report = JSON.parse(await read(buckets.data, `${dataKeys.report(MODEL, 2)}.json`)) as DataReport;
    expect([report.otherContract, report.described?.rows, report.dataVersion.rows]).toEqual([1, 500, 1500]);
  });

  it('are model cards of runs that were judged: with the figures of the verdict', async () => {
    await uploaded('jan.csv', csv('jan'));
    const verdict = await evaluated();
    await writeReport(world, { type: 'RunEnded', model: MODEL, run: 1 });
    const key = modelKeys.evaluationReport(MODEL, 1);
    const report = JSON.parse(await read(buckets.model, `${key}.json`)) as EvaluationReport;
    expect(report.verdict).toEqual(verdict);
    expect(report.modelVersion).toMatchObject({ version: 1, candidate: 'deep' });
    expect(report.candidates).toMatchObject([
      { candidate: 'shallow', validation: { auc: 0.7 }, hyperparameters: { max_depth: 3 } },
      { candidate: 'deep', validation: { auc: 0.8 }, hyperparameters: { max_depth: 8 } },
    ]);
    const { diagnosis } = report;
    if (diagnosis.kind !== 'binary') throw new Error('it is a binary model');
    const { truePositives, trueNegatives } = diagnosis.confusion;
    expect(diagnosis.rows).toBe(verdict.testRows);
    expect((truePositives + trueNegatives) / diagnosis.rows).toBeCloseTo(verdict.challenger.accuracy ?? 0, 12);
    const text = mainText(await read(buckets.model, `${key}.html`));
    expect(text).toContain('to be promoted: nothing was live');
    expect(text).toContain(`On ${verdict.testRows} test rows`);
  });

  it('are made once, and not of a run without a verdict', async () => {
    await uploaded('jan.csv', csv('jan'));
    await evaluated();
    const ended = { type: 'RunEnded', model: MODEL, run: 1 } as const;
    const key = `${modelKeys.evaluationReport(MODEL, 1)}.html`;
    const run = await world.store.get<Run>(registryKeys.run(MODEL, 1));
    if (!run?.value.verdict) throw new Error('run 1 has a verdict');
    const { verdict, ...failed } = run.value;
    const put = async (value: Run) => {
      const { revision } = (await world.store.get(run.key)) ?? { revision: 0 };
      await world.store.commit([{ put: run.key, value, expect: { revision } }]);
    };
    await put({ ...failed, status: 'failed' });
    await writeReport(world, ended);
    expect(await world.objects.exists({ bucket: buckets.model, key })).toBe(false);
    await put({ ...failed, verdict });
    await writeReport(world, ended);
    const first = await read(buckets.model, key);
    await put({ ...failed, verdict: { ...verdict, testRows: 1 } });
    await writeReport(world, ended);
    expect(await read(buckets.model, key)).toBe(first);
  });

  it('are drawn of drift checks where their JSON said that they would be', async () => {
    const watched = await watchedWorld();
    const hostile = { ...TRAFFIC, plan: () => '<script>alert(1)</script>' };
    capturesRows(watched, '2026/03/01/12/a.jsonl', hostile, MIN_ROWS, 3);
    const { report } = await checkDrift(watched, { model: MODEL });
    const address = { bucket: buckets.model, key: report?.html ?? '' };
    expect(await watched.objects.exists(address)).toBe(false);
    for (const event of watched.bus.published) if (event.type === 'DriftChecked') await writeReport(watched, event);
    const html = new TextDecoder().decode(await watched.objects.read(address));
    expect(readPage(html).all('script')).toEqual([]);
    expect(mainText(html)).toContain('plan drifted');
    expect(mainText(html)).toContain('new: "<script>alert(1)</script>"');
  });
});
