import { contractOf } from '../../domain/definition/model-definition.ts';
import { dataKeys, VALIDATED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, Problem } from '../../domain/records.ts';
import { type CheckedPart, checkedPart } from '../../events/data-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import type { ObjectAddress } from '../../ports/object-store.ts';
import { readJsonIfThere } from '../stored-json.ts';

type Needs = Pick<Ports, 'place' | 'objects' | 'engine'>;

/** Bytes that may become a part, or are one: `key` is where they are kept once they satisfied a contract. */
export type Bytes = Omit<CheckedPart, 'rows'>;

export type Checked =
  | { readonly ok: true; readonly part: CheckedPart }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What was made of these bytes when they satisfied this contract before. */
export async function validatedBefore(
  { place, objects }: Needs,
  { model, contractHash }: CodeVersion,
  sha256: string,
): Promise<CheckedPart | undefined> {
  const key = `${dataKeys.prepared(model, sha256, contractHash)}${VALIDATED_FILES.part}`;
  const mark = await readJsonIfThere(objects, { bucket: bucketName(place, 'data'), key });
  return mark === undefined ? undefined : checkedPart.parse(mark);
}

/**
 * Holds bytes to a contract. Those that satisfy it are copied to their key unless they lie there, with their typed rows beside.
 * @param file the bytes, fetched; `name` tells their format
 * @param rowsPath takes the typed rows
 */
export async function validatePart(
  { place, objects, engine }: Needs,
  code: CodeVersion,
  bytes: Bytes,
  source: ObjectAddress,
  file: { readonly path: string; readonly name: string },
  rowsPath: string,
): Promise<Checked> {
  const result = await engine.validate(file, contractOf(code.definition), rowsPath);
  if (!result.ok) return result;
  const part: CheckedPart = { ...bytes, rows: result.rows };
  const bucket = bucketName(place, 'data');
  const prefix = dataKeys.prepared(code.model, part.sha256, code.contractHash);
  if (!(await objects.exists({ bucket, key: part.key }))) await objects.copy(source, { bucket, key: part.key });
  await objects.upload({ bucket, key: `${prefix}${VALIDATED_FILES.rows}` }, rowsPath);
  await objects.write({ bucket, key: `${prefix}${VALIDATED_FILES.part}` }, JSON.stringify(part), 'application/json');
  return { ok: true, part };
}
