/**
 * What state machines and events hand to functions says which version of its schema it was written for; without a word it is the first.
 * A deployment meets executions and messages that are under way: new functions read old payloads (test/fixtures/payloads keeps one of each,
 * for ever), and a function that is older than what it gets, after a deployment was taken back, says so instead of misreading it.
 * Raised when a schema changes so that an older function would misread it.
 */
export const PAYLOAD_VERSION = 1;

/** Nothing to retry now: it is understood once the newer version of ModelLoop is deployed again. */
export class NewerPayloadError extends Error {
  override readonly name = 'NewerPayloadError';
  constructor(version: number) {
    super(
      `written by a newer ModelLoop: payload version ${version}, this function understands up to ${PAYLOAD_VERSION}; deploy the newer one again`,
    );
  }
}

/** @throws NewerPayloadError */
export function refuseNewer(payload: unknown): void {
  if (typeof payload !== 'object' || payload === null || !('payloadVersion' in payload)) return;
  const { payloadVersion } = payload;
  if (typeof payloadVersion === 'number' && payloadVersion > PAYLOAD_VERSION)
    throw new NewerPayloadError(payloadVersion);
}
