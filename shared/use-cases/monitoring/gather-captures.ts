import { type Baseline, PREDICTION } from '../../domain/drift/baseline.ts';
import { readCapturedCall } from '../../domain/drift/captured-call.ts';
import { type DriftState, withUnreadable } from '../../domain/drift/drift-state.ts';
import { advanced, isCaptureFile, uncounted } from '../../domain/drift/watermark.ts';
import { WindowCounter } from '../../domain/drift/window.ts';
import { modelKeys } from '../../domain/keys.ts';
import { bucketName, VARIANT } from '../../domain/names.ts';
import type { Asked } from '../../domain/prediction.ts';
import type { Release } from '../../domain/records.ts';
import type { Ports } from '../../ports/index.ts';
import { mapLimited } from '../scratch.ts';

/** In one check; what is beyond is left for the next. */
const MOST_FILES = 5000;
const AT_ONCE = 16;

type Served = Pick<Release, 'model' | 'release' | 'deployment' | 'endpoint'>;

/**
 * Counts what has been captured of a release since `state`. Nothing is written: calling it again with the same state counts the same
 * files again, plus those that came meanwhile.
 */
export const gatherCaptures = async (
  { place, objects, clock }: Pick<Ports, 'place' | 'objects' | 'clock'>,
  served: Served,
  definition: Asked,
  baseline: Baseline,
  state: DriftState,
): Promise<DriftState> => {
  const bucket = bucketName(place, 'model');
  const prefix = `${modelKeys.capture(served.model, served)}${served.endpoint}/${VARIANT}/`;
  const { floor } = state.watermark;
  const listed = await objects.list(bucket, prefix, floor === '' ? {} : { after: `${prefix}${floor}` });
  const names = listed.map((key) => key.slice(prefix.length)).filter(isCaptureFile);
  const fresh = uncounted(state.watermark, names).slice(0, MOST_FILES);
  const counter = new WindowCounter(baseline, state.window);
  let { unreadable } = state;
  for (let i = 0; i < fresh.length; i += AT_ONCE) {
    const texts = await mapLimited(fresh.slice(i, i + AT_ONCE), AT_ONCE, async (name) =>
      new TextDecoder().decode(await objects.read({ bucket, key: `${prefix}${name}` })),
    );
    for (const line of texts.flatMap((t) => t.split('\n').filter((l) => l.trim() !== ''))) {
      const call = readCapturedCall(line, definition);
      for (const row of call.rows) counter.add(row, PREDICTION);
      unreadable = withUnreadable(unreadable, call.unreadable);
    }
  }
  return { ...state, watermark: advanced(state.watermark, fresh, clock()), window: counter.window(), unreadable };
};
