import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { contractOf } from '../../domain/definition/model-definition.ts';
import { dataKeys, PREPARED_FILES, VALIDATED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { type CheckedPart, type PreparedPart, preparedPart } from '../../events/data-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import { registered } from '../registry-access.ts';
import { withScratch } from '../scratch.ts';

export interface PartToPrepare {
  readonly model: string;
  readonly codeVersion: number;
  readonly contractHash: string;
  readonly part: CheckedPart;
}

const SPLIT_FILES = (['train', 'validation', 'test', 'testInput'] as const).map((name) => PREPARED_FILES[name]);

const rowsOfSides = preparedPart.shape.rows;

/** The code version that was handed over has another contract than the part was checked under. */
export class ContractMismatchError extends Error {
  override readonly name = 'ContractMismatchError';
}

/**
 * Profiles a validated part and writes its frozen split. Done once for a part and a contract: the row counts are written last, and
 * where they are, everything is.
 * @throws NotRegisteredError, ContractMismatchError
 */
export async function preparePart(
  { place, store, objects, engine }: Pick<Ports, 'place' | 'store' | 'objects' | 'engine'>,
  { model, codeVersion, contractHash, part }: PartToPrepare,
): Promise<PreparedPart> {
  const bucket = bucketName(place, 'data');
  const prefix = dataKeys.prepared(model, part.sha256, contractHash);
  const at = (file: string) => ({ bucket, key: `${prefix}${file}` });
  if (await objects.exists(at(PREPARED_FILES.rows))) {
    const text = new TextDecoder().decode(await objects.read(at(PREPARED_FILES.rows)));
    return { prefix, rows: rowsOfSides.parse(JSON.parse(text)) };
  }

  const code = (await registered<CodeVersion>(store, registryKeys.codeVersion(model, codeVersion))).value;
  if (code.contractHash !== contractHash)
    throw new ContractMismatchError(
      `code version ${codeVersion} of ${model} has contract ${code.contractHash}, not ${contractHash}`,
    );
  const contract = contractOf(code.definition);
  return withScratch(async (directory) => {
    const rowsPath = join(directory, VALIDATED_FILES.rows);
    await objects.download(at(VALIDATED_FILES.rows), rowsPath);
    const profile = await engine.profile(rowsPath, contract);
    const split = join(directory, 'split');
    await mkdir(split);
    const rows = await engine.split(rowsPath, contract, split);
    for (const file of SPLIT_FILES) await objects.upload(at(file), join(split, file));
    await objects.write(at(PREPARED_FILES.profile), JSON.stringify(profile), 'application/json');
    await objects.write(at(PREPARED_FILES.rows), JSON.stringify(rows), 'application/json');
    return { prefix, rows };
  });
}
