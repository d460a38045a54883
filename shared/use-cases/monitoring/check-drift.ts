import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { withoutCapture } from '../../domain/deployment/endpoint-kind.ts';
import type { Baseline } from '../../domain/drift/baseline.ts';
import type { DriftState, DriftStatePointer } from '../../domain/drift/drift-state.ts';
import { capturesExpected, hoursWithoutCapture, silenceInWords } from '../../domain/drift/silence.ts';
import { FRESH, uncounted } from '../../domain/drift/watermark.ts';
import { hashOf } from '../../domain/hash.ts';
import { modelKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CaptureSilence, Champion, CodeVersion, DriftMonitor, Release } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change, Stored } from '../../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { readJsonIfThere } from '../stored-json.ts';
import { announceDrift } from './announce-drift.ts';
import { decideDrift } from './decide-drift.ts';
import { gatherCaptures } from './gather-captures.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'metrics' | 'bus' | 'clock'>;

type Standing = Pick<DriftMonitor, 'verdict' | 'reason'> & Partial<DriftMonitor>;

/**
 * Counts the calls captured since the last check and, once there are enough rows, decides whether features or predictions have drifted
 * from what the champion was made from. Counts, watermark and verdict move in one commit: a check that dies anywhere is as if it had
 * not begun, and what a decided check has to give out (metric, wish for retraining) is given out by the next one at the latest.
 * @throws when the registry, the objects or the metrics cannot be reached; never for what was captured
 */
export const checkDrift = async (ports: Needs, { model }: { model: string }): Promise<DriftMonitor> => {
  const monitor = await retryConflicts(() => check(ports, model));
  await announceDrift(ports, model);
  return monitor;
};

const check = async (ports: Needs, model: string): Promise<DriftMonitor> => {
  const { store, clock } = ports;
  // Before what it is compared with: a twin's commit in between is then a conflict.
  const pointer = await announcedState(ports, model);
  const monitor = await store.get<DriftMonitor>(registryKeys.driftMonitor(model));
  const stand = async (standing: Standing, changes: readonly Change[] = []) => {
    const next = monitorOf(monitor?.value, standing, clock());
    await store.commit([{ put: registryKeys.driftMonitor(model), value: next, expect: asRead(monitor) }, ...changes]);
    return next;
  };
  const champion = await store.get<Champion>(registryKeys.champion(model));
  if (!champion) return stand({ verdict: 'unknown', reason: 'nothing is live yet' });
  const { value: release } = await registered<Release>(store, registryKeys.release(model, champion.value.release));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, release.codeVersion));
  const unwatched = withoutCapture(code.definition);
  if (unwatched) {
    // What the release before was paged for would stay red for ever: the alarm ignores that nothing is measured any more.
    const before = monitor?.value.release;
    if (before !== undefined && before !== release.release)
      await ports.metrics.put([{ name: 'Drift', value: 0, model }]);
    return stand({ watched: false, verdict: 'unknown', reason: unwatched, release: release.release });
  }
  const baseline = await readObject<Baseline>(ports, modelKeys.baseline(model, release.modelVersion));
  if (!baseline)
    return stand({
      verdict: 'unknown',
      reason: `model version ${release.modelVersion} has no baseline to compare with`,
    });

  const before = await stateOf(ports, pointer, release);
  const gathered = await gatherCaptures(ports, release, code.definition, baseline, before);
  const decided = await decideDrift(ports, { release, baseline, gathered, monitoring: code.definition.monitoring });
  const state = decided?.rest ?? gathered;
  const key = modelKeys.driftState(model, hashOf(state));
  // Nothing new: the state is there already.
  if (key !== pointer?.value.key) await writeState(ports, key, state);
  const next: DriftStatePointer = {
    release: release.release,
    key,
    ...(decided && { unannounced: decided.check.check }),
  };
  // Of many files, some may be left for the next check.
  const heard = uncounted(before.watermark, gathered.watermark.counted).length > 0;
  const silence = heard ? undefined : await silenceOf(ports, release, code.definition, state);
  return stand(decided?.standing ?? waiting(release, gathered, code.definition.monitoring.minRows, silence), [
    { put: registryKeys.driftState(model), value: next, expect: asRead(pointer) },
    ...(decided ? [decided.change] : []),
  ]);
};

/** Where the last check left off, with nothing left to give out: what replaces it would forget that. A twin may decide at any time. */
const announcedState = async (ports: Needs, model: string): Promise<Stored<DriftStatePointer> | undefined> => {
  for (;;) {
    const pointer = await ports.store.get<DriftStatePointer>(registryKeys.driftState(model));
    if (pointer?.value.unannounced === undefined) return pointer;
    await announceDrift(ports, model);
  }
};

const writeState = ({ place, objects }: Needs, key: string, state: DriftState) =>
  objects.write({ bucket: bucketName(place, 'model'), key }, JSON.stringify(state), 'application/json');

/** Too few calls to decide is one thing; calls that are answered and never captured, for want of a right or a key, is another. */
const silenceOf = async (
  { metrics, clock }: Needs,
  { endpoint, liveFrom }: Release,
  { deployment }: ModelDefinition,
  { watermark }: DriftState,
): Promise<CaptureSilence | undefined> => {
  const hours = hoursWithoutCapture(liveFrom, watermark, clock());
  const calls = hours ? await metrics.answeredCalls(endpoint, hours) : 0;
  return hours && capturesExpected(calls, deployment.capturePercent) ? { ...hours, calls } : undefined;
};

const waiting = (
  { release }: Release,
  { window, unreadable }: DriftState,
  minRows: number,
  silence: CaptureSilence | undefined,
): Standing => {
  const rows = window?.rows ?? 0;
  const beside = [
    ...(unreadable.lines > 0 ? [`${unreadable.lines} captured calls could not be read`] : []),
    ...(silence ? [silenceInWords(silence)] : []),
  ];
  const reason = [`insufficient data: ${rows} of ${minRows} rows captured`, ...beside].join('; ');
  return { verdict: 'unknown', reason, release, pendingRows: rows, ...(silence && { silence }) };
};

const monitorOf = (before: DriftMonitor | undefined, standing: Standing, at: string): DriftMonitor => {
  // Of another release, the last findings say nothing any more.
  const kept = before?.release === standing.release ? before : undefined;
  return {
    pendingRows: 0,
    ...(kept?.lastCheck !== undefined && { lastCheck: kept.lastCheck }),
    ...(kept?.lastVerdict && { lastVerdict: kept.lastVerdict }),
    ...(kept?.report && { report: kept.report }),
    ...(kept?.topFeatures && { topFeatures: kept.topFeatures }),
    ...standing,
    checkedAt: at,
    since: before && before.verdict === standing.verdict ? before.since : at,
  };
};

/** Goes on from the last commit; a new release begins anew. */
const stateOf = async (
  ports: Needs,
  pointer: Stored<DriftStatePointer> | undefined,
  { release, liveFrom }: Release,
): Promise<DriftState> => {
  const found = pointer?.value.release === release ? await readObject<DriftState>(ports, pointer.value.key) : undefined;
  return found ?? { release, watermark: FRESH, from: liveFrom, unreadable: { lines: 0, reasons: [] } };
};

const readObject = async <T>({ place, objects }: Needs, key: string): Promise<T | undefined> =>
  (await readJsonIfThere(objects, { bucket: bucketName(place, 'model'), key })) as T | undefined;
