import type { ObjectVersion } from '../../domain/records.ts';
import type { ObjectCreated } from '../../events/aws-events.ts';

/** What S3 said about an object that was made, all of it from the event: a later HeadObject may tell of another version. */
export interface ObjectMade extends ObjectVersion {
  readonly size: number;
  /** Orders the writes of one key. */
  readonly sequencer: string;
  /** When S3 completed the request, ISO 8601. */
  readonly time: string;
}

export const objectMade = ({ time, detail: { bucket, object } }: ObjectCreated): ObjectMade => ({
  bucket: bucket.name,
  key: object.key,
  versionId: object['version-id'],
  size: object.size,
  sequencer: object.sequencer,
  time,
});
