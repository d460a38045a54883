import { join } from 'node:path';
import { type DataReport, MOST_PARTS, MOST_REJECTIONS, type Rejection } from '../../domain/data/data-report.ts';
import type { Description } from '../../domain/data/description.ts';
import { contractColumns } from '../../domain/definition/contract-columns.ts';
import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { VALIDATED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, DataVersion, Part, UploadOutcome, UploadRecord } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { readUploads } from '../data/read-uploads.ts';
import { type PreparedPartRows, preparedParts, totalRows } from '../prepared-parts.ts';
import { readManifest } from '../read-manifest.ts';
import { registered } from '../registry-access.ts';
import { mapLimited, withScratch } from '../scratch.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine'>;

/** Gathers what there is to say of a data version. @throws NotRegisteredError, ObjectNotFoundError */
export const dataReport = async (
  ports: Needs,
  { model, version }: { readonly model: string; readonly version: number },
): Promise<DataReport> => {
  const { value: data } = await registered<DataVersion>(ports.store, registryKeys.dataVersion(model, version));
  const { value: code } = await registered<CodeVersion>(ports.store, registryKeys.codeVersion(model, data.codeVersion));
  const { parts } = await readManifest(ports, data);
  const prepared = await preparedParts(ports, data, parts);
  const decided = (await readUploads(ports, { model })).filter((upload) => decidedBefore(upload, data));
  const { definition } = code;
  return {
    ...{ model, description: definition.description, dataVersion: data },
    ...(definition.operations && { owner: definition.operations.owner }),
    parts: newestFirst(parts).slice(0, MOST_PARTS).map(shown),
    split: totalRows(prepared),
    columns: contractColumns(definition),
    ...(prepared.length > 0 && { described: await describeRows(ports, prepared, definition) }),
    otherContract: parts.length - prepared.length,
    uploads: countOutcomes(decided),
    rejections: decided.flatMap(rejection).slice(0, MOST_REJECTIONS),
  };
};

/** Its own upload counts, too. */
const decidedBefore = ({ outcome }: UploadRecord, { version, createdAt }: DataVersion): boolean =>
  outcome?.status === 'accepted' ? outcome.dataVersion <= version : outcome !== undefined && outcome.at <= createdAt;

const newestFirst = (parts: readonly Part[]) =>
  [...parts].sort((a, b) => (a.uploadedAt < b.uploadedAt ? 1 : a.uploadedAt > b.uploadedAt ? -1 : 0));

const shown = ({ sha256, bytes, rows, source, uploadedAt }: Part) => ({ sha256, bytes, rows, source, uploadedAt });

const describeRows = (
  { place, objects, engine }: Needs,
  parts: readonly PreparedPartRows[],
  definition: ModelDefinition,
): Promise<Description> =>
  withScratch(async (directory) => {
    const paths = await mapLimited([...parts.entries()], 4, async ([i, { prefix }]) => {
      const path = join(directory, `rows-${i}`);
      await objects.download({ bucket: bucketName(place, 'data'), key: `${prefix}${VALIDATED_FILES.rows}` }, path);
      return path;
    });
    return engine.describe(paths, definition);
  });

const countOutcomes = (uploads: readonly UploadRecord[]): DataReport['uploads'] => {
  const count = (status: UploadOutcome['status']) => uploads.filter((u) => u.outcome?.status === status).length;
  return {
    accepted: count('accepted'),
    duplicate: count('duplicate'),
    superseded: count('superseded'),
    rejected: count('rejected'),
    failed: count('failed'),
  };
};

const rejection = ({ bucket, key, versionId, outcome }: UploadRecord): readonly Rejection[] => {
  if (outcome?.status !== 'rejected') return [];
  const { at, problems } = outcome;
  const [first] = problems;
  return [{ bucket, key, versionId, at, problems: problems.length, first: first?.message ?? '' }];
};
