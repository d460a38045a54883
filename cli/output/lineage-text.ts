import type { Part } from '../../shared/domain/records.ts';
import type { Lineage } from '../../shared/use-cases/read-lineage.ts';
import { bytesText, type Look, paint, plural, scoresText } from './text.ts';
import { absolute, when } from './time.ts';
import { type Branch, tree } from './tree.ts';

/** Endpoint → release → model version → code version and data version → uploaded objects, each with its hash. */
export function lineageText({ release, modelVersion, codeVersion, dataVersion, parts }: Lineage, look: Look): string {
  const title = (text: string) => paint(look, 'bold', text);
  const code: Branch = {
    label: title(`code version ${codeVersion.version}`),
    facts: [
      `tree      ${codeVersion.treeHash}`,
      `contract  ${codeVersion.contractHash}`,
      `bundle    in ${codeVersion.bucket}, ${plural(codeVersion.files.length, 'file')}`,
    ],
  };
  const data: Branch = {
    label: title(`data version ${dataVersion.version}`),
    facts: [
      `manifest  ${dataVersion.manifestHash}`,
      `${plural(dataVersion.rows, 'row')}, accepted ${absolute(dataVersion.createdAt)}`,
    ],
    children: parts.map((part) => partBranch(part, title)),
  };
  const model: Branch = {
    label: title(`model version ${modelVersion.version}`),
    facts: [
      `sha256    ${modelVersion.artifact.sha256}`,
      `artefact  ${modelVersion.artifact.key}`,
      `          in ${modelVersion.artifact.bucket}`,
      `training  ${modelVersion.trainingJob} (run ${modelVersion.run}, candidate ${modelVersion.candidate})`,
      ...(modelVersion.test ? [`test      ${scoresText(modelVersion.test)}`] : []),
    ],
    children: [code, data],
  };
  return tree({
    label: title(`endpoint ${release.endpoint}`),
    facts: [`serves    ${release.endpointConfig}`],
    children: [
      {
        label: title(`release ${release.release}`),
        facts: [
          `live from ${when(release.liveFrom, look.now)}`,
          ...(release.contentOf === undefined
            ? []
            : [`content   of release ${release.contentOf}, brought back by a rollback`]),
          ...(release.kind === 'manual' ? ['promoted  by hand'] : []),
          `image     ${release.image}`,
          ...(release.imageDigest ? [`          ${release.imageDigest}`] : []),
        ],
        children: [model],
      },
    ],
  });
}

const partBranch = (part: Part, title: (text: string) => string): Branch => ({
  label: title(`upload ${part.source.key}`),
  facts: [
    `sha256    ${part.sha256}`,
    `version   ${part.source.versionId}`,
    `          in ${part.source.bucket}`,
    `${plural(part.rows, 'row')}, ${bytesText(part.bytes)}, uploaded ${absolute(part.uploadedAt)}`,
  ],
});
