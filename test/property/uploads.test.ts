import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../shared/domain/data/data-version.ts';
import { uploadIdOf } from '../../shared/domain/data/upload-key.ts';
import { sha256 } from '../../shared/domain/hash.ts';
import { dataKeys } from '../../shared/domain/keys.ts';
import type { DataHead, DataVersion, Part, UploadRecord } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes, UNKNOWN_MODEL } from '../../shared/domain/registry-keys.ts';
import { ConflictError } from '../../shared/ports/registry-store.ts';
import { acceptUpload } from '../../shared/use-cases/data/accept-upload.ts';
import { failUpload } from '../../shared/use-cases/data/fail-upload.ts';
import type { ObjectMade } from '../../shared/use-cases/data/object-made.ts';
import { registerUpload } from '../../shared/use-cases/data/register-upload.ts';
import { rejectUpload } from '../../shared/use-cases/data/reject-upload.ts';
import { sweepUploads } from '../../shared/use-cases/data/sweep-uploads.ts';
import { addCodeVersion, buckets, MODEL } from '../fixtures/pipeline-world.ts';
import { type Fault, InjectedFault, persistently, uploadWorld } from './upload-world.ts';

/**
 * Uploads arrive in any order and any number of times, their functions are stopped at any call and called again, and the registry
 * loses replies and refuses commits. Whatever happens: one outcome an upload, gapless numbers, and the same data in the end.
 */

interface PlannedUpload {
  /** Which bytes; two uploads may have the same. */
  readonly content: number;
  readonly valid: boolean;
  /** Seconds; two may be equal. */
  readonly time: number;
  readonly file: number;
  /** 0: nothing announces it. */
  readonly deliveries: number;
  /** A delete marker follows it. */
  readonly deleted: boolean;
  /** The state machine's call times out: it calls again while the first call still runs, and then gives up on the upload. */
  readonly givenUp: boolean;
}

interface Plan {
  readonly mode: 'append' | 'snapshot';
  readonly uploads: readonly PlannedUpload[];
  readonly faults: readonly Fault[];
  /** How many sweeps go on at the same time; one more follows when all events have come. */
  readonly sweeps: number;
  /** Is the model known from the start, or does it become known while uploads arrive? */
  readonly known: 'before' | 'meanwhile';
}

/** Which calls go wrong, counted over all callers; sparse, so that late calls do as often as early ones. */
const faults: fc.Arbitrary<readonly Fault[]> = fc
  .uniqueArray(fc.tuple(fc.nat(60), fc.constantFrom<Fault>('lost-call', 'lost-reply', 'conflict')), {
    selector: ([call]) => call,
    maxLength: 15,
    size: 'max',
  })
  .map((planned) => {
    const byCall = new Map(planned);
    return Array.from({ length: 61 }, (_, call) => byCall.get(call) ?? 'none');
  });

const plan = (mostDropped: 0 | 1): fc.Arbitrary<Plan> =>
  fc.record({
    mode: fc.constantFrom('append', 'snapshot'),
    uploads: fc
      .array(
        fc.record({
          content: fc.nat(2),
          valid: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
          time: fc.nat(3),
          file: fc.nat(1),
          deliveries: fc.oneof(
            { weight: 8, arbitrary: fc.integer({ min: 1 - mostDropped, max: 3 }) },
            { weight: 1, arbitrary: fc.integer({ min: 4, max: 10 }) },
          ),
          deleted: fc.boolean(),
          givenUp: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
        }),
        { minLength: 1, maxLength: 4 },
        // In the order in which they are made.
      )
      .map((uploads) => uploads.toSorted((a, b) => a.time - b.time)),
    sweeps: fc.integer({ min: 0, max: 2 * mostDropped }),
    faults,
    known: fc.oneof(
      { weight: 3, arbitrary: fc.constant('before' as const) },
      { weight: 1, arbitrary: fc.constant('meanwhile' as const) },
    ),
  });

const contentHash = (upload: PlannedUpload) => sha256(`bytes ${upload.content}`);

/** What S3 says of the i-th upload. Its sequencers grow with time and are not padded. */
const madeBy = (upload: PlannedUpload, i: number): ObjectMade => ({
  bucket: buckets.data,
  key: `in/${MODEL}/file ${upload.file}+ü.csv`,
  versionId: `v${i + 1}`,
  size: 10,
  sequencer: (12 + 7 * (upload.time * 10 + i)).toString(16).toUpperCase(),
  time: new Date(Date.UTC(2026, 0, 1) + 1000 * upload.time).toISOString(),
});

type World = ReturnType<typeof uploadWorld>;

async function play(
  scheduler: fc.Scheduler,
  { mode, uploads, faults, known, sweeps }: Plan,
  ignored?: RegExp,
): Promise<World> {
  const world = uploadWorld(scheduler, faults, ignored);
  const code = await addCodeVersion({ store: world.store }, 1, { data: { mode } });
  const becomeKnown = () => world.store.commit([{ put: registryKeys.catalogue(MODEL), value: {}, expect: 'absent' }]);
  if (known === 'before') await becomeKnown();

  for (const [i, upload] of uploads.entries()) {
    const { bucket, key, versionId, time } = madeBy(upload, i);
    expect(world.objects.put(bucket, key, 'a,b', time)).toBe(versionId);
    if (upload.deleted) world.objects.remove(bucket, key);
  }

  const execute = async (i: number): Promise<unknown> => {
    const upload = uploads[i];
    if (!upload) throw new Error(`no upload ${i}`);
    const id = { model: MODEL, uploadId: uploadIdOf(madeBy(upload, i)), codeVersion: 1 };
    const part = {
      sha256: contentHash(upload),
      bytes: 10,
      rows: 100,
      key: dataKeys.part(MODEL, contentHash(upload), ''),
    };
    const problems = [{ code: 'ragged-row', message: 'line 2 has 3 values', line: 2 }];
    const decide = (): Promise<unknown> =>
      upload.valid
        ? persistently(() => acceptUpload(world.ports, { ...id, contractHash: code.contractHash, part }))
        : persistently(() => rejectUpload(world.ports, { ...id, problems }));
    if (!upload.givenUp) return decide();
    const fail = persistently(() => failUpload(world.ports, { ...id, reason: 'timed out' }));
    return Promise.all([decide(), decide(), fail]);
  };
  /** An execution starts when it is started the first time, as Step Functions sees to. */
  const running = new Map<number, Promise<unknown>>();
  const deliver = async (i: number, made: ObjectMade) => {
    const registration = await persistently(() => registerUpload(world.ports, made));
    if (registration.outcome === 'registered' && !running.has(i)) running.set(i, execute(i));
    await running.get(i);
  };
  const sweep = async () => {
    await persistently(() => sweepUploads(world.ports, 2).catch(unlessFaults));
    const started = world.executions.started.map((e) => e.name);
    for (const [i, upload] of uploads.entries())
      if (started.includes(`${MODEL}-${uploadIdOf(madeBy(upload, i))}`) && !running.has(i)) running.set(i, execute(i));
    await Promise.all(running.values());
  };
  const deliveries = uploads.flatMap((u, i) => Array.from({ length: u.deliveries }, () => deliver(i, madeBy(u, i))));
  const news = known === 'before' ? [] : [scheduler.schedule(Promise.resolve(), 'known').then(becomeKnown)];
  const sweeping = Array.from({ length: sweeps }, sweep);
  await scheduler.waitFor(Promise.all([...deliveries, ...news, ...sweeping]));
  // So many turns at most are spoilt by faults, or only see a part of the repository.
  if (uploads.some((u) => u.deliveries === 0))
    for (let turn = 0; turn < 25; turn += 1) await scheduler.waitFor(sweep());
  return world;
}

/** What went wrong with single uploads is told together. */
const unlessFaults = (error: unknown) => {
  if (!(error instanceof AggregateError)) throw error;
  for (const { cause } of error.errors)
    if (!(cause instanceof InjectedFault) && !(cause instanceof ConflictError)) throw cause;
};

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const latestOf = (uploads: readonly { upload: PlannedUpload; i: number }[]) =>
  uploads
    .map(({ upload, i }) => ({ upload, made: madeBy(upload, i) }))
    .sort(
      (a, b) =>
        compare(a.made.time, b.made.time) ||
        Number.parseInt(a.made.sequencer, 16) - Number.parseInt(b.made.sequencer, 16),
    )
    .at(-1)?.upload;

/** Which of the newest of several keys is the newest of all, only sequencers could tell, and a sweep does not know them. */
const possiblyLatest = (uploads: readonly { upload: PlannedUpload; i: number }[]) => {
  const newest = uploads.filter(({ upload }) => upload.time === latestOf(uploads)?.time);
  return [...new Set(newest.map(({ upload }) => upload.file))].flatMap(
    (file) => latestOf(newest.filter(({ upload }) => upload.file === file)) ?? [],
  );
};

async function check(
  { store, objects, executions, bus, untrue }: World,
  { uploads, mode, known, sweeps }: Plan,
): Promise<void> {
  expect(untrue).toEqual([]);
  const read = async <T extends object>(key: Parameters<typeof store.get>[0]) => (await store.get<T>(key))?.value;
  const records = await Promise.all(
    uploads.map(async (upload, i) => {
      const uploadId = uploadIdOf(madeBy(upload, i));
      const registered = await read<UploadRecord>(registryKeys.upload(MODEL, uploadId));
      const unknown = await read<UploadRecord>(registryKeys.upload(UNKNOWN_MODEL, uploadId));
      return { upload, i, registered, unknown };
    }),
  );

  // Each upload has one record, one outcome, and one execution if its model was known.
  for (const { upload, registered, unknown } of records) {
    expect([registered, unknown].filter(Boolean)).toHaveLength(1);
    if (known === 'before') expect(unknown).toBeUndefined();
    const status = (registered ?? unknown)?.outcome?.status;
    if (unknown || !upload.valid) expect(status).toBe('rejected');
    else expect(status).toBeOneOf(['accepted', 'duplicate', ...(mode === 'snapshot' ? ['superseded'] : [])]);
  }
  const inForce = records.filter((r) => r.registered);
  expect(executions.started.map((e) => e.name).sort()).toEqual(
    inForce.map((r) => `${MODEL}-${r.registered?.uploadId}`).sort(),
  );

  // Versions count 1, 2, 3 … and each was made by one upload.
  const versions = (await store.list<DataVersion>(MODEL, registryPrefixes.dataVersions)).map((v) => v.value);
  const accepted = inForce.flatMap(({ registered: r }) =>
    r?.outcome?.status === 'accepted' ? [{ version: r.outcome.dataVersion, uploadId: r.uploadId }] : [],
  );
  expect(versions.map((v) => v.version)).toEqual(versions.map((_, i) => i + 1));
  expect(versions.map(({ version, uploadId }) => ({ version, uploadId }))).toEqual(
    accepted.sort((a, b) => a.version - b.version),
  );
  expect(new Set(bus.published.flatMap((e) => ('dataVersion' in e ? [e.dataVersion] : [])))).toEqual(
    new Set(versions.map((v) => v.version)),
  );

  // The data in the end follows from what was accepted, not from when.
  const valid = inForce.filter((r) => r.upload.valid);
  const swept = sweeps > 0 || uploads.some((u) => u.deliveries === 0);
  const newest = swept ? possiblyLatest(valid) : [latestOf(valid) ?? []].flat();
  const expected =
    mode === 'append' ? [[...new Set(valid.map((r) => contentHash(r.upload)))]] : newest.map((u) => [contentHash(u)]);
  const head = await read<DataHead>(registryKeys.dataHead(MODEL));
  expect(head?.latest).toBe(versions.at(-1)?.version);
  if (mode === 'append') expect(versions).toHaveLength(expected[0]?.length ?? 0);
  if (!head) return expect(valid).toEqual([]) as unknown as undefined;
  const hashes = expected.map((parts) => manifestOf(parts.map((hash) => ({ sha256: hash }) as Part)).hash);
  expect(hashes).toContain(head.manifestHash);

  // A duplicate names a version that has its bytes.
  for (const v of versions) {
    const manifest = JSON.parse(
      new TextDecoder().decode(await objects.read({ bucket: buckets.data, key: v.manifestKey })),
    );
    expect(manifest.hash).toBe(v.manifestHash);
    const hashes = manifest.parts.map((p: Part) => p.sha256);
    for (const { upload, registered: r } of inForce)
      if (r?.outcome?.status === 'duplicate' && r.outcome.of === v.version)
        expect(hashes).toContain(contentHash(upload));
  }
}

const property = ({ ignored, dropped = 0 }: { ignored?: RegExp; dropped?: 0 | 1 } = {}) =>
  fc.asyncProperty(fc.scheduler(), plan(dropped), async (scheduler, planned) => {
    await check(await play(scheduler, planned, ignored), planned);
  });

describe('uploads', () => {
  it('have one outcome each and end in the same data, in any order, any number of times, whatever fails', async () => {
    await fc.assert(property(), { numRuns: 400 });
  });

  it('do so as well when events are lost and sweeps make up for them, while others come late', async () => {
    await fc.assert(property({ dropped: 1 }), { numRuns: 1000 });
  });

  it.each([
    ['an upload is recorded and decided once', /^upload#/],
    ['numbers follow the head (two expectations guard each other here)', /^(head#data|data#)/],
    ['what is decided relies on the head', /^head#data$/],
  ])('would not without the expectation that %s', async (_, ignored) => {
    const result = await fc.check(property({ ignored }), { numRuns: 3000, endOnFailure: true });
    expect(result.failed).toBe(true);
  });
});
