import type { SplitRows } from '../domain/data/data-report.ts';
import { dataKeys, PREPARED_FILES } from '../domain/keys.ts';
import { bucketName } from '../domain/names.ts';
import type { Part } from '../domain/records.ts';
import { preparedPart } from '../events/data-tasks.ts';
import type { Ports } from '../ports/index.ts';
import { mapLimited } from './scratch.ts';
import { readJsonIfThere } from './stored-json.ts';

/** Where a part is that was prepared under a contract, and its rows on each side. */
export interface PreparedPartRows {
  readonly part: Part;
  readonly prefix: string;
  readonly rows: SplitRows;
}

/** Those of the parts that are prepared under the contract. */
export const preparedParts = async (
  { place, objects }: Pick<Ports, 'place' | 'objects'>,
  { model, contractHash }: { readonly model: string; readonly contractHash: string },
  parts: readonly Part[],
): Promise<readonly PreparedPartRows[]> => {
  const bucket = bucketName(place, 'data');
  const found = await mapLimited(parts, 8, async (part) => {
    const prefix = dataKeys.prepared(model, part.sha256, contractHash);
    const rows = await readJsonIfThere(objects, { bucket, key: `${prefix}${PREPARED_FILES.rows}` });
    return rows === undefined ? undefined : { part, prefix, rows: preparedPart.shape.rows.parse(rows) };
  });
  return found.filter((part) => part !== undefined);
};

export const totalRows = (parts: readonly PreparedPartRows[]): SplitRows => {
  const sum = (side: keyof SplitRows) => parts.reduce((all, { rows }) => all + rows[side], 0);
  return { train: sum('train'), validation: sum('validation'), test: sum('test') };
};
