import { beforeEach, describe, expect, it } from 'vitest';
import { uploadIdOf } from '../../../shared/domain/data/upload-key.ts';
import type { UploadRecord } from '../../../shared/domain/records.ts';
import { registryKeys, UNKNOWN_MODEL } from '../../../shared/domain/registry-keys.ts';
import type { ObjectMade } from '../../../shared/use-cases/data/object-made.ts';
import { registerUpload } from '../../../shared/use-cases/data/register-upload.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import { buckets, MODEL, type PipelineWorld, pipelineWorld } from '../../fixtures/pipeline-world.ts';

const made = (over: Partial<ObjectMade> = {}): ObjectMade => ({
  bucket: buckets.data,
  key: `in/${MODEL}/a+b ü.csv`,
  versionId: 'v1',
  size: 12,
  sequencer: '0A',
  time: '2026-01-01T08:00:00Z',
  ...over,
});

const makeKnown = async ({ store }: Pick<PipelineWorld, 'store'>, model = MODEL) =>
  store.commit([{ put: registryKeys.catalogue(model), value: {}, expect: 'absent' }]);

const knownWorld = async () => {
  const world = pipelineWorld();
  await makeKnown(world);
  return world;
};

const recordOf = async ({ store }: Pick<PipelineWorld, 'store'>, object: ObjectMade, model = MODEL) =>
  (await store.get<UploadRecord>(registryKeys.upload(model, uploadIdOf(object))))?.value;

let world: PipelineWorld;
beforeEach(async () => {
  world = await knownWorld();
});

describe('an upload to a known model', () => {
  it('is recorded as its event says, and its execution started', async () => {
    const uploadId = uploadIdOf(made());
    expect(await registerUpload(world, made())).toEqual({ outcome: 'registered', model: MODEL, uploadId });
    expect(await recordOf(world, made())).toEqual({
      ...{ uploadId, model: MODEL, bucket: buckets.data, key: `in/${MODEL}/a+b ü.csv`, versionId: 'v1', size: 12 },
      ...{ uploadedAt: '2026-01-01T08:00:00.000Z', sequencer: '0A', registeredAt: expect.any(String) },
    });
    expect(world.executions.started).toEqual([
      { pipeline: 'data', name: `${MODEL}-${uploadId}`, input: { model: MODEL, uploadId } },
    ]);
  });

  it('is another upload for each version of the object', async () => {
    await registerUpload(world, made());
    await registerUpload(world, made({ versionId: 'v2', sequencer: '0B' }));
    expect(world.executions.started).toHaveLength(2);
  });

  it('does nothing once it has its outcome', async () => {
    await registerUpload(world, made());
    const found = await world.store.get<UploadRecord>(registryKeys.upload(MODEL, uploadIdOf(made())));
    if (!found) throw new Error('not recorded');
    const decided = { ...found.value, outcome: { status: 'accepted', dataVersion: 1, at: 'now' } };
    await world.store.commit([{ put: found.key, value: decided, expect: { revision: found.revision } }]);
    expect(await registerUpload(world, made())).toMatchObject({ outcome: 'decided' });
    expect(world.executions.calls).toBe(1);
  });

  it('is recorded and started once wherever its function dies', async () => {
    const places = await crashEverywhere(
      knownWorld,
      (ports) => registerUpload(ports, made()),
      async (left) => {
        expect(await recordOf(left, made())).toMatchObject({ model: MODEL });
        expect(left.executions.started).toHaveLength(1);
      },
    );
    expect(places).toBeGreaterThanOrEqual(4);
  });
});

describe('an upload that names no known model', () => {
  const unknown = made({ key: 'in/chrun/a.csv' });

  it('is rejected at once, with a report that names the known models, and starts nothing', async () => {
    await makeKnown(world, 'flights');
    const { uploadId } = (await registerUpload(world, unknown)) as { uploadId: string };
    const record = await recordOf(world, unknown, UNKNOWN_MODEL);
    const message = 'there is no model "chrun". Known models: churn, flights.';
    expect(record?.outcome).toMatchObject({ status: 'rejected', problems: [{ code: 'unknown-model', message }] });
    const key = `rejected/${UNKNOWN_MODEL}/${uploadId}/report.json`;
    expect(record?.outcome).toMatchObject({ report: key });
    const report = JSON.parse(new TextDecoder().decode(await world.objects.read({ bucket: buckets.data, key })));
    expect(report).toMatchObject({ file: 'a.csv', object: { key: 'in/chrun/a.csv', versionId: 'v1' } });
    expect(report.problems[0].message).toBe(message);
    expect(world.executions.calls).toBe(0);
    expect(await recordOf(world, unknown, 'chrun')).toBeUndefined();
  });

  it('stays rejected when the model becomes known and the event comes again', async () => {
    await registerUpload(world, unknown);
    await makeKnown(world, 'chrun');
    expect(await registerUpload(world, unknown)).toMatchObject({ outcome: 'rejected' });
    expect(world.executions.calls).toBe(0);
    expect(await registerUpload(world, { ...unknown, versionId: 'v2' })).toMatchObject({ outcome: 'registered' });
  });

  it.each(['in/a.csv', 'in/Churn/a.csv', 'in/../x/a.csv', `in/${'🛫'.repeat(250)}`])('%s has a reason', async (key) => {
    expect(await registerUpload(world, made({ key }))).toMatchObject({ outcome: 'rejected', model: UNKNOWN_MODEL });
    const record = await recordOf(world, made({ key }), UNKNOWN_MODEL);
    expect(record?.outcome).toMatchObject({
      status: 'rejected',
      problems: [{ message: expect.stringContaining('in/<model>/<file>') }],
    });
  });

  it('is rejected once wherever its function dies', async () => {
    await crashEverywhere(
      knownWorld,
      (ports) => registerUpload(ports, unknown),
      async (left) => {
        expect((await recordOf(left, unknown, UNKNOWN_MODEL))?.outcome).toMatchObject({ status: 'rejected' });
        expect(await left.store.list(UNKNOWN_MODEL, 'upload#')).toHaveLength(1);
      },
    );
  });
});

it('a folder that the console made is nothing', async () => {
  expect(await registerUpload(world, made({ key: `in/${MODEL}/`, size: 0 }))).toEqual({ outcome: 'folder' });
  expect(await world.store.list(MODEL, '')).toEqual([]);
  expect(await world.store.list(UNKNOWN_MODEL, '')).toEqual([]);
});
