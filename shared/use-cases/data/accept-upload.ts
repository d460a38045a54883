import { type InForce, type Placement, placeUpload } from '../../domain/data/data-version.ts';
import { dataKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type {
  CodeVersion,
  DataHead,
  DataVersion,
  Manifest,
  Part,
  UploadOutcome,
  UploadRecord,
} from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { CheckedPart } from '../../events/data-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change, Stored } from '../../ports/registry-store.ts';
import { readManifest } from '../read-manifest.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { announceUpload } from './announce-upload.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'bus' | 'clock'>;

export interface UploadToAccept {
  readonly model: string;
  readonly uploadId: string;
  readonly codeVersion: number;
  readonly contractHash: string;
  readonly part: CheckedPart;
}

/**
 * Decides what a valid upload is: a new data version, a duplicate of what is in force, or a snapshot that came too late. The upload's
 * outcome, the version and the head change in one commit, so that numbers have no gap and an upload has one outcome. Asked again,
 * it says what was decided, and announces it again.
 * @throws NotRegisteredError; ConflictError when others were faster many times
 */
export async function acceptUpload(ports: Needs, input: UploadToAccept): Promise<UploadOutcome> {
  const outcome = await retryConflicts(() => decide(ports, input));
  await announceUpload(ports, input.model, outcome);
  return outcome;
}

async function decide(ports: Needs, input: UploadToAccept): Promise<UploadOutcome> {
  const { store } = ports;
  const { model } = input;
  const upload = await registered<UploadRecord>(store, registryKeys.upload(model, input.uploadId));
  // A failure is ours and not final: an execution that was given up may still come to its end.
  const { outcome } = upload.value;
  if (outcome && outcome.status !== 'failed') return outcome;

  const code = await registered<CodeVersion>(store, registryKeys.codeVersion(model, input.codeVersion));
  const head = await store.get<DataHead>(registryKeys.dataHead(model));
  const part = partOf(upload.value, input.part);
  const placement = placeUpload(await inForce(ports, head), part, code.value.definition.data.mode);
  const change = await changesOf(ports, { input, upload, head, part, placement });
  const decided = { ...change.outcome, at: ports.clock(), codeVersion: input.codeVersion };
  const record: UploadRecord = { ...upload.value, outcome: decided };
  await store.commit([{ put: upload.key, value: record, expect: asRead(upload) }, ...change.changes]);
  return decided;
}

async function inForce(ports: Needs, head: Stored<DataHead> | undefined): Promise<InForce | undefined> {
  if (!head) return undefined;
  const { latest, asOf } = head.value;
  return { version: latest, asOf, manifest: await readManifest(ports, head.value) };
}

interface Decision {
  readonly input: UploadToAccept;
  readonly upload: Stored<UploadRecord>;
  readonly head: Stored<DataHead> | undefined;
  readonly part: Part;
  readonly placement: Placement;
}

/** What the placement changes besides the upload's record; each relies on the head being as it was read. */
async function changesOf(
  ports: Needs,
  decision: Decision,
): Promise<{ outcome: UploadOutcome; changes: readonly Change[] }> {
  const { input, head, part, placement } = decision;
  const { model } = input;
  const headKey = registryKeys.dataHead(model);
  const content = await ports.store.get<{ version: number }>(registryKeys.content(model, part.sha256));
  if (placement.status === 'accepted') return newVersion(ports, decision, placement.manifest, placement.asOf, content);
  const latest = head?.value.latest ?? 0;
  const moved = placement.status === 'duplicate' ? placement.asOf : undefined;
  const changes: readonly Change[] = moved
    ? [{ put: headKey, value: { ...head?.value, asOf: moved }, expect: asRead(head) }]
    : [{ check: headKey, expect: asRead(head) }];
  return placement.status === 'duplicate'
    ? { outcome: { status: 'duplicate', of: content?.value.version ?? latest }, changes }
    : { outcome: { status: 'superseded', by: placement.by }, changes };
}

async function newVersion(
  ports: Needs,
  { input, upload, head, part }: Decision,
  manifest: Manifest,
  asOf: DataHead['asOf'],
  content: Stored<{ version: number }> | undefined,
): Promise<{ outcome: UploadOutcome; changes: readonly Change[] }> {
  const { model, codeVersion, contractHash } = input;
  const manifestKey = await writeManifest(ports, model, manifest);
  const version: DataVersion = {
    model,
    version: (head?.value.latest ?? 0) + 1,
    manifestHash: manifest.hash,
    manifestKey,
    rows: manifest.parts.reduce((sum, p) => sum + p.rows, 0),
    parts: manifest.parts.length,
    uploadId: upload.value.uploadId,
    source: part.source,
    sha256: part.sha256,
    codeVersion,
    contractHash,
    createdAt: ports.clock(),
  };
  const newHead: DataHead = { latest: version.version, manifestHash: manifest.hash, manifestKey, asOf };
  const contentKey = registryKeys.content(model, part.sha256);
  return {
    outcome: { status: 'accepted', dataVersion: version.version },
    changes: [
      { put: registryKeys.dataHead(model), value: newHead, expect: asRead(head) },
      { put: registryKeys.dataVersion(model, version.version), value: version, expect: 'absent' },
      // The first version to accept these bytes stays the one that is named.
      ...(content ? [] : [{ put: contentKey, value: { version: version.version }, expect: 'absent' } as const]),
    ],
  };
}

/** Before the commit, so that no version is ever without its manifest; one that is not committed harms nobody. */
async function writeManifest({ place, objects }: Needs, model: string, manifest: Manifest): Promise<string> {
  const address = { bucket: bucketName(place, 'data'), key: dataKeys.manifest(model, manifest.hash) };
  if (!(await objects.exists(address))) await objects.write(address, JSON.stringify(manifest), 'application/json');
  return address.key;
}

const partOf = (upload: UploadRecord, { sha256, bytes, rows, key }: CheckedPart): Part => ({
  sha256,
  bytes,
  rows,
  key,
  source: { bucket: upload.bucket, key: upload.key, versionId: upload.versionId },
  uploadedAt: upload.uploadedAt,
  sequencer: upload.sequencer,
});
