import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { DemoContext } from '../demo/context.ts';
import { waitFor } from '../demo/wait-for.ts';
import { memoryExecutions } from '../shared/adapters/memory/executions.ts';
import { memoryObjectStore } from '../shared/adapters/memory/object-store.ts';
import { memoryRegistryStore } from '../shared/adapters/memory/registry-store.ts';
import { UPLOAD_PREFIX } from '../shared/domain/keys.ts';
import { bucketName, type Place } from '../shared/domain/names.ts';
import type { UploadRecord } from '../shared/domain/records.ts';
import { registryKeys, registryPrefixes, UNKNOWN_MODEL } from '../shared/domain/registry-keys.ts';
import type { RegistryStore } from '../shared/ports/registry-store.ts';
import { registerUpload } from '../shared/use-cases/data/register-upload.ts';
import { mapLimited } from '../shared/use-cases/scratch.ts';
import type { Table } from './table.ts';

const AT_ONCE = 8;
/** In the catalogue while this lasts; uploads to it start executions in memory only. */
const MODEL = 'bench';

/** Uploads registered in a second: by the use case alone, with the registry of the emulator, and along the whole way. */
export async function registrations(context: DemoContext): Promise<Table> {
  const memory = await byUseCase(context.place, memoryRegistryStore(), 5_000);
  const emulator = await byUseCase(context.place, context.ports.store, 500);
  const whole = await alongTheWholeWay(context, 200);
  return {
    title: 'Registrations a second',
    says:
      `Uploads that get their record, ${AT_ONCE} at once. Along the whole way: from the first PutObject to the last record, through S3, ` +
      'EventBridge, a queue and the function; these name no known model, so each also gets its rejection and its report, and no execution competes.',
    columns: ['way', 'uploads', 'a second', 'of the use case in memory'],
    rows: [
      ['use case, registry in memory', '5,000', memory, 1],
      ['use case, registry in the emulator', '500', emulator, emulator / memory],
      ['S3 → EventBridge → SQS → Lambda → registry', '200', whole, whole / memory],
    ],
  };
}

async function byUseCase(place: Place, store: RegistryStore, uploads: number): Promise<number> {
  await store.commit([{ put: registryKeys.catalogue(MODEL), value: { model: MODEL }, expect: 'absent' }]);
  const ports = {
    ...{ place, store, objects: memoryObjectStore(), executions: memoryExecutions() },
    clock: () => new Date().toISOString(),
  };
  const began = performance.now();
  await mapLimited([...Array(uploads).keys()], AT_ONCE, (i) =>
    registerUpload(ports, {
      ...{ bucket: bucketName(place, 'data'), key: `${UPLOAD_PREFIX}${MODEL}/${i}.csv`, versionId: `v${i}` },
      ...{ size: 1, time: new Date().toISOString(), sequencer: String(i).padStart(16, '0') },
    }),
  );
  return uploads / ((performance.now() - began) / 1000);
}

async function alongTheWholeWay({ place, s3, ports, signal }: DemoContext, uploads: number): Promise<number> {
  const records = async () => ports.store.list<UploadRecord>(UNKNOWN_MODEL, registryPrefixes.uploads);
  const before = (await records()).length;
  const began = performance.now();
  await mapLimited([...Array(uploads).keys()], AT_ONCE, (i) =>
    s3.send(
      new PutObjectCommand({
        Bucket: bucketName(place, 'data'),
        Key: `${UPLOAD_PREFIX}no-such-model/${i}.csv`,
        Body: 'a\n1\n',
      }),
    ),
  );
  let seen = 0;
  await waitFor(
    `${uploads} uploads are registered`,
    async () => {
      seen = (await records()).length - before;
      return seen >= uploads ? seen : undefined;
    },
    { seconds: 300, signal, everyMs: 200 },
    () => `${seen} are`,
  );
  return uploads / ((performance.now() - began) / 1000);
}
