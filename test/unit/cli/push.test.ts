import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../cli/cli.ts';
import { memoryEventBus } from '../../../shared/adapters/memory/event-bus.ts';
import { codeKeys } from '../../../shared/domain/keys.ts';
import { bucketName } from '../../../shared/domain/names.ts';
import type { CodeVersion } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { bundleModel } from '../../../shared/use-cases/code/bundle-model.ts';
import { registerCode } from '../../../shared/use-cases/code/register-code.ts';
import { MODEL, place, QUIET } from './fixture.ts';
import { historySession, json, modelloop, type Surroundings } from './terminal.ts';

const YAML = `name: ${MODEL}
task: binary
target: late
columns:
  hour: { type: integer, min: 0, max: 23 }
  late: { type: boolean }
metric: auc
operations:
  owner: ops@example.com
`;

let models = '';
let session: Session;
beforeEach(async () => {
  models = mkdtempSync(join(tmpdir(), 'modelloop-models-'));
  session = await historySession();
  write(MODEL, 'model.yaml', YAML);
  write(MODEL, 'train.py', 'print("training")\n');
  write(MODEL, 'inference.py', 'def model_fn(folder): ...\n');
});
afterEach(() => rmSync(models, { recursive: true, force: true }));

function write(model: string, file: string, text: string): void {
  mkdirSync(join(models, model), { recursive: true });
  writeFileSync(join(models, model, file), text);
}

const push = (args: readonly string[], more: Surroundings = {}) =>
  modelloop(['push', ...args], { session, models, ...more });

/** The stage, with a code repository that registers what is put into it, as register-code does on AWS. */
const registering = (): Session => {
  const { ports } = session;
  const registrar = { ...ports, bus: memoryEventBus() };
  return {
    ...session,
    ports: {
      ...ports,
      objects: {
        ...ports.objects,
        write: async (address, body, type) => {
          await ports.objects.write(address, body, type);
          const versionId = 'v1';
          const size = Buffer.byteLength(body);
          const reading = { ...ports.objects, read: async () => new Uint8Array(Buffer.from(body)) };
          const made = { ...address, versionId, size, time: '2026-03-01T12:00:00Z', sequencer: '01' };
          await registerCode({ ...registrar, objects: reading }, made);
        },
      },
    },
  };
};

describe('push', () => {
  it('uploads a new tree where the code repository looks', async () => {
    const { treeHash } = await bundleModel(join(models, MODEL));
    const outcome = await push([MODEL, '--json']);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(json(outcome)).toMatchObject({ model: MODEL, treeHash, outcome: 'uploaded', codeVersion: null });
    const key = codeKeys.upload(MODEL, treeHash);
    expect(await session.ports.objects.exists({ bucket: bucketName(place, 'code'), key })).toBe(true);
  });

  it('--wait says which code version it became; again, it is known and nothing is uploaded', async () => {
    session = registering();
    expect(json(await push([MODEL, '--wait', '--json']))).toMatchObject({ outcome: 'registered', codeVersion: 3 });
    const { code, stdout } = await push([MODEL, '--wait']);
    expect(code).toBe(0);
    expect(stdout).toContain('already known: flight-delay is code version 3, nothing to upload');
  });

  it('says when a known tree is not the newest: it does not become it again', async () => {
    session = registering();
    await push([MODEL]);
    write(MODEL, 'train.py', 'print("changed")\n');
    expect(json(await push([MODEL, '--wait', '--json']))).toMatchObject({ codeVersion: 4 });
    write(MODEL, 'train.py', 'print("training")\n');
    expect((await push([MODEL])).stdout).toContain('code version 3, nothing to upload; code version 4 is newer');
  });

  it('--wait gives up when nothing registers it, with what it waited for', async () => {
    const { code, stdout, stderr } = await push([MODEL, '--wait', '--timeout', '1']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('has not registered flight-delay within 1 s');
    expect(stderr).toContain(`rejected/${MODEL}/`);
  });

  it('refuses other operations than are deployed', async () => {
    write(MODEL, 'model.yaml', YAML.replace('ops@example.com', 'others@example.com'));
    const { code, stderr } = await push([MODEL]);
    expect(code).toBe(1);
    expect(stderr).toContain('operations of flight-delay (owner, schedules, paging) differ');
    expect(stderr).toContain('npx cdk deploy');
  });

  const own = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine';
  const withImage = (image: string) => write(MODEL, 'model.yaml', `${YAML}training: { image: "${image}" }\n`);

  it('takes another tag of the deployed image, and refuses an image that the model’s roles may not pull', async () => {
    withImage('sagemaker-xgboost:1.7-1');
    expect(await push([MODEL])).toMatchObject({ code: 0 });
    withImage(`${own}:7`);
    const { code, stderr } = await push([MODEL]);
    expect(code).toBe(1);
    expect(stderr).toContain(`roles of flight-delay on stage ${place.stage} may not pull`);
    expect(stderr).toContain('npx cdk deploy');
  });

  it('takes an image whose repository the deployed operations name', async () => {
    const key = registryKeys.codeVersion(MODEL, 2);
    const deployed = await session.ports.store.get<CodeVersion>(key);
    if (!deployed) throw new Error('there is no code version 2');
    const operations = `${YAML}  images: ["${own}:1"]\n`;
    write(MODEL, 'model.yaml', operations);
    const { definition } = await bundleModel(join(models, MODEL));
    const { revision } = deployed;
    await session.ports.store.commit([{ put: key, value: { ...deployed.value, definition }, expect: { revision } }]);
    write(MODEL, 'model.yaml', `${operations}training: { image: "${own}@sha256:${'0'.repeat(64)}" }\n`);
    expect(await push([MODEL])).toMatchObject({ code: 0 });
  });

  it('refuses a model that the stage has no roles for', async () => {
    cpSync(join(models, MODEL), join(models, 'newcomer'), { recursive: true });
    write('newcomer', 'model.yaml', YAML.replace(MODEL, 'newcomer'));
    const { code, stderr } = await push(['newcomer']);
    expect(code).toBe(1);
    expect(stderr).toContain('npx cdk deploy');
  });

  it('tells every mistake in model.yaml with file, line and path', async () => {
    write(MODEL, 'model.yaml', `${YAML.replace('max: 23', 'max: -1')}surprise: 1\n`);
    const { code, stderr } = await push([MODEL]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/model\.yaml:5: columns\.hour: .*min is above max/);
    expect(stderr).toContain('surprise');
  });

  it('refuses a folder with requirements.txt, and one whose model has another name', async () => {
    write(MODEL, 'requirements.txt', 'leftpad\n');
    expect((await push([MODEL])).stderr).toContain('requirements.txt');
    cpSync(join(models, MODEL), join(models, QUIET), { recursive: true });
    rmSync(join(models, QUIET, 'requirements.txt'));
    expect((await push([QUIET])).stderr).toContain('quiet-model/model.yaml defines "flight-delay", not "quiet-model"');
  });

  it('pushes another folder that defines the model, and says when there is none', async () => {
    const elsewhere = join(models, '..', `${basename(models)}-elsewhere`);
    cpSync(join(models, MODEL), elsewhere, { recursive: true });
    const { stdout } = await push([MODEL, '--folder', elsewhere, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'uploaded' });
    rmSync(elsewhere, { recursive: true });
    const missing = await push([MODEL, '--folder', elsewhere]);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain(`there is no folder ${elsewhere}`);
  });

  it('names the folders there are when there is none of that name', async () => {
    const { code, stderr } = await push(['flihgt-delay']);
    expect(code).toBe(3);
    expect(stderr).toContain('there are: flight-delay');
    expect(stderr).toContain('did you mean flight-delay?');
  });
});
