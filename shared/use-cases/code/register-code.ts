import {
  CODE_LIMITS,
  type CodeFile,
  fileHashes,
  PARSED_DEFINITION_FILE,
  parsedDefinitionText,
  textOf,
  treeHashOf,
  treeProblems,
} from '../../domain/build/code-tree.ts';
import { parseUploadKey, uploadIdOf } from '../../domain/data/upload-key.ts';
import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { contractHash, parseDefinition } from '../../domain/definition/parse-definition.ts';
import { rolledAway } from '../../domain/deployment/rolled-away.ts';
import { codeKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeHead, CodeVersion } from '../../domain/records.ts';
import { registryKeys, UNKNOWN_MODEL } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { ObjectNotFoundError } from '../../ports/object-store.ts';
import { InvalidChangeError } from '../../ports/registry-store.ts';
import type { ObjectMade } from '../data/object-made.ts';
import { asRead, retryConflicts } from '../registry-access.ts';
import { BadArchiveError, packCode, unpackCode } from './code-archive.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'bus' | 'clock'>;

export type CodeRegistration =
  | { readonly outcome: 'folder' }
  | { readonly outcome: 'registered' | 'known'; readonly model: string; readonly codeVersion: number }
  | { readonly outcome: 'rejected'; readonly problems: readonly string[]; readonly report: string };

/**
 * Records a bundle that was put into the code repository as its model's next code version. The same files are the same version,
 * however they were packed; an old tree that is published again stays the version that it was and is not the newest again, unless a
 * rollback took that version away before. What cannot be a code version gets a report in the code repository: trying again would not help.
 */
export async function registerCode(ports: Needs, made: ObjectMade): Promise<CodeRegistration> {
  const key = parseUploadKey(made.key, made.size);
  if (key.kind === 'folder') return { outcome: 'folder' };
  if (key.kind === 'misplaced') return reject(ports, made, UNKNOWN_MODEL, [key.reason]);
  const checked = await check(ports, made, key.model);
  if ('problems' in checked) return reject(ports, made, key.model, checked.problems);
  try {
    const registration = await retryConflicts(() => register(ports, key.model, checked, made.time));
    await ports.bus.publish({
      type: 'CodeVersionRegistered',
      model: key.model,
      codeVersion: registration.codeVersion,
    });
    return registration;
  } catch (error) {
    if (error instanceof InvalidChangeError) return reject(ports, made, key.model, [error.message]);
    throw error;
  }
}

interface CheckedCode {
  readonly files: readonly CodeFile[];
  readonly definition: ModelDefinition;
}

async function check(
  { objects }: Needs,
  made: ObjectMade,
  model: string,
): Promise<CheckedCode | { readonly problems: readonly string[] }> {
  if (!made.key.endsWith('.tar.gz')) return { problems: ['a bundle must be a .tar.gz'] };
  if (made.size > CODE_LIMITS.archiveBytes)
    return { problems: [`the archive has ${made.size} bytes, at most ${CODE_LIMITS.archiveBytes} are allowed`] };
  try {
    const { bucket, key, versionId } = made;
    const files = await unpackCode(await objects.read({ bucket, key, versionId }));
    const problems = treeProblems(files);
    if (problems.length > 0) return { problems };
    return checkDefinition(files, model);
  } catch (error) {
    if (error instanceof BadArchiveError) return { problems: [error.message] };
    if (error instanceof ObjectNotFoundError) return { problems: ['this version of the bundle was deleted'] };
    throw error;
  }
}

function checkDefinition(
  files: readonly CodeFile[],
  model: string,
): CheckedCode | { readonly problems: readonly string[] } {
  let definition: ModelDefinition;
  try {
    definition = parseDefinition(textOf(files, 'model.yaml') ?? '', 'model.yaml');
  } catch (error) {
    // A parser has no other way to fail than on its text.
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
  if (definition.name !== model)
    return { problems: [`model.yaml defines "${definition.name}", but the bundle was put under in/${model}/`] };
  const parsed = textOf(files, PARSED_DEFINITION_FILE);
  if (parsed !== undefined && parsed !== parsedDefinitionText(definition))
    return {
      problems: [`${PARSED_DEFINITION_FILE} does not match model.yaml: publish with \`npx modelloop push\``],
    };
  return { files, definition };
}

async function register(
  ports: Needs,
  model: string,
  { files, definition }: CheckedCode,
  published: string,
): Promise<{ outcome: 'registered' | 'known'; model: string; codeVersion: number }> {
  const { store, objects, place, clock } = ports;
  const treeHash = treeHashOf(files);
  const tree = await store.get<{ version: number }>(registryKeys.codeTree(model, treeHash));
  const head = await store.get<CodeHead>(registryKeys.codeHead(model));
  if (tree && !rolledAway(head?.value, tree.value.version, published))
    return { outcome: 'known', model, codeVersion: tree.value.version };

  const bucket = bucketName(place, 'code');
  const bundleKey = codeKeys.bundle(model, treeHash);
  // Packed anew: the key names the tree, so the bytes follow from the tree, not from who packed it first.
  await objects.write({ bucket, key: bundleKey }, await packCode(files), 'application/gzip');
  const version = (head?.value.latest ?? 0) + 1;
  const record: CodeVersion = {
    model,
    version,
    treeHash,
    bucket,
    bundleKey,
    contractHash: contractHash(definition),
    definition,
    files: fileHashes(files),
    createdAt: clock(),
  };
  await store.commit([
    {
      put: registryKeys.codeHead(model),
      value: { ...head?.value, latest: version } satisfies CodeHead,
      expect: asRead(head),
    },
    { put: registryKeys.codeVersion(model, version), value: record, expect: 'absent' },
    { put: registryKeys.codeTree(model, treeHash), value: { version }, expect: asRead(tree) },
    // The first version makes the model known; what is known stays so.
    ...(head
      ? []
      : [{ put: registryKeys.catalogue(model), value: { since: record.createdAt }, expect: 'absent' } as const]),
  ]);
  return { outcome: 'registered', model, codeVersion: version };
}

async function reject(
  { place, objects }: Needs,
  made: ObjectMade,
  model: string,
  problems: readonly string[],
): Promise<CodeRegistration> {
  const report = codeKeys.rejection(model, uploadIdOf(made));
  const { bucket, key, versionId } = made;
  const text = `${JSON.stringify({ status: 'rejected', model, object: { bucket, key, versionId }, problems }, null, 2)}\n`;
  await objects.write({ bucket: bucketName(place, 'code'), key: report }, text, 'application/json');
  return { outcome: 'rejected', problems, report };
}
