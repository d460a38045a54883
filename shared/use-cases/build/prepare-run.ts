import { join } from 'node:path';
import { refusalOf } from '../../domain/data/refusal.ts';
import { fileNameOf } from '../../domain/data/upload-key.ts';
import { dataKeys, VALIDATED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, DataVersion, Part, Problem, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { PrepareRunTask } from '../../events/build-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import { preparePart } from '../data/prepare-part.ts';
import { type Checked, validatedBefore, validatePart } from '../data/validate-part.ts';
import { readManifest } from '../read-manifest.ts';
import { registered } from '../registry-access.ts';
import { withScratch } from '../scratch.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine' | 'clock'>;

/** A function has 15 minutes, and what is begun last may take most of them. */
const BEGINNING_MS = 3 * 60 * 1000;

/**
 * Holds parts of a run's data version to the contract of its code, and prepares them: code that came after an upload may have another
 * contract. Goes as far as there is time, one step at least, and keeps each step: called again, it goes on from there. A part that does
 * not satisfy the contract leaves its problems with the run; what that means is for `planRun` to say, which looks at all parts.
 * @throws NotRegisteredError, ObjectNotFoundError
 */
export const prepareRun = async (ports: Needs, { model, run, parts }: PrepareRunTask): Promise<void> => {
  const { store } = ports;
  const { value: record } = await registered<Run>(store, registryKeys.run(model, run));
  const { value: data } = await registered<DataVersion>(store, registryKeys.dataVersion(model, record.dataVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, record.codeVersion));
  const wanted = new Set(parts);
  const manifest = await readManifest(ports, data);
  const until = Date.parse(ports.clock()) + BEGINNING_MS;
  const inTime = () => Date.parse(ports.clock()) < until;
  for (const part of manifest.parts.filter(({ sha256 }) => wanted.has(sha256))) {
    const before = await validatedBefore(ports, code, part.sha256);
    const checked = before ? ({ ok: true, part: before } as const) : await validateKept(ports, part, code);
    if (!checked.ok) await refuse(ports, record, part, checked.problems);
    else if (before || inTime())
      await preparePart(ports, {
        ...{ model, codeVersion: code.version, contractHash: code.contractHash },
        part: checked.part,
      });
    if (!inTime()) return;
  }
};

const validateKept = (ports: Needs, { sha256, bytes, key, source }: Part, code: CodeVersion): Promise<Checked> =>
  withScratch(async (directory) => {
    const path = join(directory, 'part');
    const kept = { bucket: bucketName(ports.place, 'data'), key };
    await ports.objects.download(kept, path);
    const file = { path, name: fileNameOf(source.key) };
    return validatePart(ports, code, { sha256, bytes, key }, kept, file, join(directory, VALIDATED_FILES.rows));
  });

const refuse = (
  { place, objects }: Needs,
  { model, run, codeVersion }: Run,
  part: Part,
  problems: readonly Problem[],
) =>
  objects.write(
    { bucket: bucketName(place, 'data'), key: `${dataKeys.refusals(model, run)}${part.sha256}.json` },
    JSON.stringify(refusalOf(part, codeVersion, problems), null, 2),
    'application/json',
  );
