import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleError, bundleModel } from '../../../shared/use-cases/code/bundle-model.ts';
import { unpackCode } from '../../../shared/use-cases/code/code-archive.ts';
import { MODEL_YAML } from '../../fixtures/model-yaml.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundle-'));
  await put('recipe/train.py', 'recipe');
  await put('recipe/inference.py', 'recipe');
  await put('recipe/shared.py', 'recipe');
  await put('churn/model.yaml', MODEL_YAML);
});
afterEach(() => rm(root, { recursive: true }));

const put = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const bundle = () => bundleModel(join(root, 'churn'), { recipe: join(root, 'recipe') });
const textsOf = async () =>
  Object.fromEntries(
    (await unpackCode((await bundle()).archive)).map((f) => [f.path, new TextDecoder().decode(f.bytes)]),
  );

describe('the bundle of a model without code of its own', () => {
  it('has the recipe, and the definition as parsed', async () => {
    const texts = await textsOf();
    expect(Object.keys(texts)).toEqual(['definition.json', 'inference.py', 'model.yaml', 'shared.py', 'train.py']);
    expect(texts['train.py']).toBe('recipe');
    expect(texts['model.yaml']).toBe(MODEL_YAML);
    const definition = JSON.parse(texts['definition.json'] ?? '');
    expect(definition).toMatchObject({ name: 'churn', id: ['customer'], split: { test: 0.2, validation: 0.1 } });
    // The order of the columns is the order of the features.
    expect(Object.keys(definition.columns)).toEqual(['customer', 'zeta', 'age', 'left']);
  });

  it('is the same bundle wherever the folder lies, and whatever lies beside the code', async () => {
    const one = await bundle();
    await put('churn/.DS_Store', 'noise');
    await put('churn/__pycache__/train.cpython-312.pyc', 'noise');
    await put('churn/definition.json', 'stale');
    const two = await bundle();
    expect(two.treeHash).toBe(one.treeHash);
    expect(two.archive).toEqual(one.archive);
    await put('churn/notes.md', 'new');
    expect((await bundle()).treeHash).not.toBe(one.treeHash);
  });
});

describe('a model with code of its own', () => {
  it('keeps its files before the recipe’s', async () => {
    await put('churn/train.py', 'own');
    expect(await textsOf()).toMatchObject({ 'train.py': 'own', 'inference.py': 'recipe' });
  });

  it('with both entry points has nothing of the recipe', async () => {
    await put('churn/train.py', 'own');
    await put('churn/inference.py', 'own');
    await put('churn/lib/util.py', 'own');
    expect(Object.keys(await textsOf())).toEqual([
      ...['definition.json', 'inference.py', 'lib/util.py', 'model.yaml', 'train.py'],
    ]);
  });
});

describe('a folder that cannot be published', () => {
  it('says so for requirements.txt, and what to do instead', async () => {
    await put('churn/requirements.txt', 'requests');
    await expect(bundle()).rejects.toThrow(
      /requirements\.txt would be installed .* put the packages it names into the folder/,
    );
  });

  it('says so for a link', async () => {
    await symlink('/etc/passwd', join(root, 'churn/secrets.py'));
    await expect(bundle()).rejects.toThrow(/secrets\.py is a link/);
  });

  it('says so without a model.yaml', async () => {
    await rm(join(root, 'churn/model.yaml'));
    await expect(bundle()).rejects.toThrow(BundleError);
  });

  it('says file, line and path of everything that its model.yaml has wrong', async () => {
    await put('churn/model.yaml', `${MODEL_YAML}colour: blue\nmetric2: x\n`.replace('min: 0', 'min: low'));
    const error = await bundle().catch((e: unknown) => e);
    expect(String(error)).toMatch(/model\.yaml:8: columns\.age\.min: /);
    expect(String(error)).toMatch(/model\.yaml:13: colour/);
    expect(String(error)).toMatch(/model\.yaml:14: metric2/);
  });

  it('says the line of what is not YAML, and of a key that is there twice', async () => {
    await put('churn/model.yaml', 'name: churn\ntask: [binary\n');
    await expect(bundle()).rejects.toThrow(/model\.yaml:[23]: /);
    await put('churn/model.yaml', `${MODEL_YAML}name: churn\n`);
    await expect(bundle()).rejects.toThrow(/unique/);
  });
});
