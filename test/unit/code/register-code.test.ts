import { describe, expect, it } from 'vitest';
import { type CodeFile, parsedDefinitionText, treeHashOf } from '../../../shared/domain/build/code-tree.ts';
import { parseDefinition } from '../../../shared/domain/definition/parse-definition.ts';
import { codeKeys } from '../../../shared/domain/keys.ts';
import type { CodeVersion, Head } from '../../../shared/domain/records.ts';
import { registryKeys, UNKNOWN_MODEL } from '../../../shared/domain/registry-keys.ts';
import { packCode, unpackCode } from '../../../shared/use-cases/code/code-archive.ts';
import { registerCode } from '../../../shared/use-cases/code/register-code.ts';
import type { ObjectMade } from '../../../shared/use-cases/data/object-made.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import { MODEL_YAML } from '../../fixtures/model-yaml.ts';
import { buckets, MODEL, type PipelineWorld, pipelineWorld } from '../../fixtures/pipeline-world.ts';

const file = (path: string, text: string): CodeFile => ({ path, bytes: new TextEncoder().encode(text) });
const tree = (train = 'train', yaml = MODEL_YAML) => [
  file('train.py', train),
  file('inference.py', 'serve'),
  file('model.yaml', yaml),
];

const put = (
  { objects }: Pick<PipelineWorld, 'objects'>,
  bytes: Uint8Array,
  key = `in/${MODEL}/x.tar.gz`,
): ObjectMade => ({
  bucket: buckets.code,
  key,
  versionId: objects.put(buckets.code, key, bytes),
  size: bytes.byteLength,
  sequencer: '01',
  time: '2026-01-01T00:00:00Z',
});
const publish = async (world: PipelineWorld, files: readonly CodeFile[], key?: string) =>
  registerCode(world, put(world, await packCode(files), key));

const versions = async ({ store }: Pick<PipelineWorld, 'store'>) =>
  (await store.list<CodeVersion>(MODEL, 'code#')).map((v) => v.value);

describe('a bundle', () => {
  it('becomes a code version, makes its model known, and is kept under the hash of its tree', async () => {
    const world = pipelineWorld();
    expect(await publish(world, tree())).toEqual({ outcome: 'registered', model: MODEL, codeVersion: 1 });
    const [version] = await versions(world);
    const treeHash = treeHashOf(tree());
    expect(version).toMatchObject({
      ...{ model: MODEL, version: 1, treeHash, bucket: buckets.code, bundleKey: codeKeys.bundle(MODEL, treeHash) },
      definition: { metric: 'auc', split: { test: 0.2 } },
      contractHash: expect.stringMatching(/^[0-9a-f]{32,}$/),
    });
    expect(version?.files.map((f) => f.path)).toEqual(['inference.py', 'model.yaml', 'train.py']);
    expect(Object.keys(version?.definition.columns ?? {})).toEqual(['customer', 'zeta', 'age', 'left']);
    const kept = await world.objects.read({ bucket: buckets.code, key: version?.bundleKey ?? '' });
    expect(treeHashOf(await unpackCode(kept))).toBe(treeHash);
    expect(await world.store.get(registryKeys.catalogue(MODEL))).toBeDefined();
    expect(world.bus.published).toEqual([{ type: 'CodeVersionRegistered', model: MODEL, codeVersion: 1 }]);
  });

  it('of the same files is the same version, and an old one does not become the newest again', async () => {
    const world = pipelineWorld();
    await publish(world, tree('one'));
    await publish(world, tree('two'));
    expect(await publish(world, tree('one'), `in/${MODEL}/other.tar.gz`)).toEqual({
      outcome: 'known',
      model: MODEL,
      codeVersion: 1,
    });
    expect((await world.store.get<Head>(registryKeys.codeHead(MODEL)))?.value.latest).toBe(2);
    expect(await versions(world)).toHaveLength(2);
  });

  it('is one version wherever the function dies', async () => {
    const archive = await packCode(tree());
    const makeWorld = async () => {
      const world = pipelineWorld();
      return { ...world, made: put(world, archive) };
    };
    const places = await crashEverywhere(
      makeWorld,
      (world) => registerCode(world, world.made),
      async (left, result) => {
        expect(result).toMatchObject({ model: MODEL, codeVersion: 1 });
        expect(await versions(left)).toHaveLength(1);
        expect(left.bus.published).toContainEqual({ type: 'CodeVersionRegistered', model: MODEL, codeVersion: 1 });
      },
    );
    expect(places).toBeGreaterThanOrEqual(6);
  });

  it('of each of many at once has a number of its own, without a gap', async () => {
    const world = pipelineWorld();
    const trees = ['a', 'b', 'c', 'a', 'b', 'd'].map((text) => tree(text));
    await Promise.all(trees.map((t, i) => publish(world, t, `in/${MODEL}/${i}.tar.gz`)));
    expect((await versions(world)).map((v) => v.version)).toEqual([1, 2, 3, 4]);
  });
});

describe('a bundle that cannot be a code version', () => {
  const rejections: [string, () => Promise<Uint8Array> | Uint8Array, RegExp][] = [
    ['is no archive', () => Buffer.from('hello'), /not gzip/],
    ['has no train.py', () => packCode(tree().slice(1)), /train\.py is missing/],
    ['has no model.yaml', () => packCode(tree().slice(0, 2)), /model\.yaml is missing/],
    [
      'has everything a folder too deep',
      () => packCode(tree().map((f) => ({ ...f, path: `churn/${f.path}` }))),
      /at the root/,
    ],
    ['brings requirements.txt', () => packCode([...tree(), file('requirements.txt', 'x')]), /requirements\.txt/],
    ['defines another model', () => packCode(tree('t', MODEL_YAML.replace('churn', 'flights'))), /defines "flights"/],
    ['has an unknown field', () => packCode(tree('t', `${MODEL_YAML}colour: blue\n`)), /colour/],
    [
      'has a definition.json that says something else',
      () => packCode([...tree(), file('definition.json', '{}')]),
      /modelloop push/,
    ],
    [
      'is larger than the registry keeps',
      () => packCode(tree('t', `${MODEL_YAML}description: ${'x'.repeat(420_000)}\n`)),
      /at most/,
    ],
  ];
  it.each(rejections)('because it %s is rejected with a report, and nothing is registered', async (_, make, reason) => {
    const world = pipelineWorld();
    const result = await registerCode(world, put(world, await make()));
    if (result.outcome !== 'rejected') throw new Error(`was ${result.outcome}`);
    expect(result.problems.join('\n')).toMatch(reason);
    const report = new TextDecoder().decode(await world.objects.read({ bucket: buckets.code, key: result.report }));
    expect(JSON.parse(report)).toMatchObject({ status: 'rejected', problems: result.problems });
    expect(result.report).toMatch(/^rejected\/churn\//);
    expect(await world.store.list(MODEL, '')).toEqual([]);
    expect(await world.store.get(registryKeys.catalogue(MODEL))).toBeUndefined();
    expect(world.bus.published).toEqual([]);
  });

  it.each([
    ['in/churn/x.zip', 'churn', /\.tar\.gz/],
    ['in/x.tar.gz', UNKNOWN_MODEL, /names no model/],
    ['in/../x.tar.gz', UNKNOWN_MODEL, /cannot be the name/],
  ])('by its key %s is rejected', async (key, model, reason) => {
    const world = pipelineWorld();
    const result = await publish(world, tree(), key);
    expect(result).toMatchObject({ outcome: 'rejected', report: expect.stringContaining(`rejected/${model}/`) });
    expect(result).toMatchObject({ problems: [expect.stringMatching(reason)] });
  });
});

it('a bundle made by bundleModel says in definition.json what its model.yaml says', async () => {
  const parsed = file('definition.json', parsedDefinitionText(parseDefinition(MODEL_YAML, 'model.yaml')));
  expect(await publish(pipelineWorld(), [...tree(), parsed])).toMatchObject({ outcome: 'registered' });
});
