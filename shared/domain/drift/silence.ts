import type { CaptureSilence } from '../records.ts';
import { countedUntil, type Watermark } from './watermark.ts';

const HOUR_MS = 3_600_000;
/** SageMaker writes captures within minutes. */
const LATE_MS = HOUR_MS;
/** That chance captures none where so many are expected happens once in 500 million times: e^-20. */
const EXPECTED = 20;

/** The whole hours since the newest capture, or since the release went live, of which captures should have come by now. */
export const hoursWithoutCapture = (
  liveFrom: string,
  watermark: Watermark,
  now: string,
): { readonly from: string; readonly until: string } | undefined => {
  const heard = Math.max(Date.parse(liveFrom), Date.parse(countedUntil(watermark) ?? liveFrom));
  const from = Math.ceil(heard / HOUR_MS) * HOUR_MS;
  const until = Math.floor((Date.parse(now) - LATE_MS) / HOUR_MS) * HOUR_MS;
  return from < until ? { from: new Date(from).toISOString(), until: new Date(until).toISOString() } : undefined;
};

/** Should some of so many calls have been captured? */
export const capturesExpected = (calls: number, capturePercent: number): boolean =>
  (calls * capturePercent) / 100 >= EXPECTED;

export const silenceInWords = ({ from, until, calls }: CaptureSilence): string =>
  `none of the ${calls} calls that were answered between ${from} and ${until} has been captured`;
