import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { type Baseline, baselineColumns } from '../../domain/drift/baseline.ts';
import type { ColumnDrift } from '../../domain/drift/column-drift.ts';
import { type DriftReport, MOST_CHARTS } from '../../domain/drift/drift-report.ts';
import type { DriftState } from '../../domain/drift/drift-state.ts';
import { histogramPair } from '../../domain/drift/histogram-pair.ts';
import { judgeWindow, topFeatures } from '../../domain/drift/judge-window.ts';
import { alphaOf } from '../../domain/drift/page-budget.ts';
import type { Window } from '../../domain/drift/window.ts';
import { shortHash } from '../../domain/hash.ts';
import { modelKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { DriftCheck, DriftMonitor, Release } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change } from '../../ports/registry-store.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'clock'>;

interface Gathered {
  readonly release: Release;
  readonly baseline: Baseline;
  readonly gathered: DriftState;
  readonly monitoring: ModelDefinition['monitoring'];
}

export interface DecidedDrift {
  readonly check: DriftCheck;
  readonly standing: Pick<
    DriftMonitor,
    'verdict' | 'reason' | 'release' | 'pendingRows' | 'lastCheck' | 'lastVerdict' | 'report' | 'topFeatures'
  >;
  /** Adds the check to the registry. */
  readonly change: Change;
  /** What the next window begins with. */
  readonly rest: DriftState;
}

/** Judges what was gathered and writes the report of it, if there are rows enough. Nothing of it counts before `change` is committed. */
export const decideDrift = async (ports: Needs, input: Gathered): Promise<DecidedDrift | undefined> => {
  const { gathered, monitoring, release } = input;
  if (!gathered.window || gathered.window.rows < monitoring.minRows) return undefined;
  const [last] = await ports.store.list<DriftCheck>(release.model, registryPrefixes.driftChecks, {
    limit: 1,
    newestFirst: true,
  });
  const at = ports.clock();
  const { report, topFeatures: top } = judge(input, (last?.value.check ?? 0) + 1, last?.value.at ?? gathered.from, at);
  const address = await writeReport(ports, report);
  const { columns: _, baseline: __, charts: ___, ...facts } = report;
  const check: DriftCheck = { ...facts, topFeatures: top, report: address };
  const { verdict, reason } = check;
  return {
    check,
    standing: {
      ...{ verdict, reason, release: release.release, pendingRows: 0 },
      ...{ lastCheck: check.check, lastVerdict: verdict, report: address, topFeatures: top },
    },
    change: { put: registryKeys.driftCheck(release.model, check.check), value: check, expect: 'absent' },
    rest: {
      release: gathered.release,
      watermark: gathered.watermark,
      from: at,
      unreadable: { lines: 0, reasons: [] },
    },
  };
};

const judge = ({ release, baseline, gathered, monitoring }: Gathered, check: number, since: string, at: string) => {
  const { window, unreadable, from } = gathered;
  if (!window) throw new Error('there is no window to judge');
  const alpha = alphaOf(monitoring.falsePagesPerYear, since, at);
  const judged = judgeWindow(baseline, window, alpha, monitoring.effectFloor);
  const { columns: _, ...times } = window;
  const report: DriftReport = {
    ...{ model: release.model, check, release: release.release, modelVersion: release.modelVersion, at },
    ...{ verdict: judged.verdict, reason: judged.reason, window: { ...times, from }, unreadable, alpha },
    columns: judged.columns,
    baseline: { dataVersion: baseline.dataVersion, rows: baseline.rows },
    charts: chartsOf(judged.columns, baseline, window),
  };
  return { report, topFeatures: topFeatures(judged) };
};

const chartsOf = (columns: readonly ColumnDrift[], baseline: Baseline, window: Window): DriftReport['charts'] => {
  const profiles = new Map(baselineColumns(baseline));
  return columns.slice(0, MOST_CHARTS).flatMap(({ column }) => {
    const [profile, seen] = [profiles.get(column), window.columns[column]];
    return profile && seen ? [{ column, bars: histogramPair(profile, seen) }] : [];
  });
};

/** The page for people is made of it later, at the address that is given with it: nothing that draws may stop a check. */
const writeReport = async ({ place, objects }: Needs, report: DriftReport) => {
  const bucket = bucketName(place, 'model');
  const key = modelKeys.driftReport(report.model, report.check, shortHash(report));
  const [json, html] = [`${key}.json`, `${key}.html`];
  await objects.write({ bucket, key: json }, JSON.stringify(report, undefined, 2), 'application/json');
  return { bucket, json, html };
};
