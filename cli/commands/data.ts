import { Command } from 'commander';
import { dataKeys } from '../../shared/domain/keys.ts';
import { bucketName } from '../../shared/domain/names.ts';
import type { DataVersion, Part } from '../../shared/domain/records.ts';
import { UNKNOWN_MODEL } from '../../shared/domain/registry-keys.ts';
import { readDataVersion, readDataVersions } from '../../shared/use-cases/data/read-data-versions.ts';
import { readUploads } from '../../shared/use-cases/data/read-uploads.ts';
import type { Cli } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { missingNumber, requireModel } from '../known-model.ts';
import { uploadText } from '../output/problem-text.ts';
import { brief, bytesText, count, type Look, plural, table } from '../output/text.ts';
import { absolute, relative, when } from '../output/time.ts';
import { expectReport, fetchReport, type ReportOptions, withReport } from '../report-file.ts';
import { answer, answering, positiveInteger, stageCommand, withExamples } from '../stage-command.ts';
import { uploadCommand } from './data-upload.ts';

/** `modelloop data`: uploads, and the versions that came of them. */
export function dataCommand(cli: Cli): Command {
  const data = new Command('data').description('uploads a file; shows data versions, and the uploads they came from');
  for (const command of [uploadCommand(cli), lsCommand(cli), showCommand(cli), uploadsCommand(cli)])
    data.addCommand(command);
  return withExamples(data, ['npx modelloop data ls flight-delay', 'npx modelloop data uploads flight-delay']);
}

const lsCommand = (cli: Cli) =>
  stageCommand('ls', 'lists the data versions of a model, newest first', [
    'npx modelloop data ls flight-delay',
    "npx modelloop data ls flight-delay --json | jq '.dataVersions[0].manifestHash'",
  ])
    .argument('<model>', 'name of the model')
    .option('--limit <number>', 'show at most this many', positiveInteger, 20)
    .action(
      answering(cli, async (session, model: string, { limit }: { limit: number }) => {
        await requireModel(session, model);
        const dataVersions = await readDataVersions(session.ports, { model, limit });
        return answer({ model, dataVersions }, (d, look) => versionsText(model, d.dataVersions, look));
      }),
    );

const versionsText = (model: string, versions: readonly DataVersion[], look: Look): string =>
  versions.length === 0
    ? `${model} has no data version yet: upload a file to in/${model}/ in the data repository`
    : table(
        look,
        ['version', 'rows', 'parts', 'manifest', 'made by', 'code', 'created'],
        versions.map((v) => [
          String(v.version),
          count(v.rows),
          count(v.parts),
          brief(v.manifestHash),
          v.restoredFrom === undefined ? v.source.key : `rollback to version ${v.restoredFrom}`,
          String(v.codeVersion),
          `${absolute(v.createdAt)}\n${relative(v.createdAt, look.now)}`,
        ]),
      );

const showCommand = (cli: Cli) =>
  withReport(
    stageCommand('show', 'shows one data version: its hashes and the parts it is made of', [
      'npx modelloop data show flight-delay 1',
      'npx modelloop data show flight-delay 1 --report',
      "npx modelloop data show flight-delay 1 --json | jq -r '.parts[].source.versionId'",
    ]),
    '<model>-data-<version>.html',
  )
    .argument('<model>', 'name of the model')
    .argument('<version>', 'number of the data version', positiveInteger)
    .action(
      answering(cli, async (session, model: string, version: number, options: ReportOptions) => {
        expectReport(options);
        await requireModel(session, model);
        const found = await readDataVersion(session.ports, { model, version });
        if (!found) {
          const [newest] = await readDataVersions(session.ports, { model, limit: 1 });
          throw missingNumber('data version', model, version, newest?.version);
        }
        if (options.report) {
          const key = `${dataKeys.report(model, version)}.html`;
          const address = { bucket: bucketName(session.place, 'data'), key };
          const { out = `${model}-data-${version}.html` } = options;
          return fetchReport(session, { model, what: `data version ${version}`, address, out });
        }
        const data = { model, dataVersion: found.dataVersion, parts: found.manifest.parts };
        return answer(data, (d, look) => versionText(d.dataVersion, d.parts, look));
      }),
    );

const versionText = (v: DataVersion, parts: readonly Part[], look: Look): string =>
  [
    `${v.model}, data version ${v.version}: ${plural(v.rows, 'row')} in ${plural(v.parts, 'part')}`,
    `created    ${when(v.createdAt, look.now)}`,
    `manifest   ${v.manifestHash}`,
    v.restoredFrom === undefined
      ? `made by    ${v.source.key} (upload ${v.uploadId})`
      : `made by    a rollback, from data version ${v.restoredFrom}`,
    `contract   ${v.contractHash} (code version ${v.codeVersion})`,
    '',
    table(
      look,
      ['part (sha256)', 'rows', 'size', 'uploaded as', 'uploaded'],
      parts.map((p) => [brief(p.sha256), count(p.rows), bytesText(p.bytes), p.source.key, absolute(p.uploadedAt)]),
    ),
  ].join('\n');

const uploadsCommand = (cli: Cli) =>
  stageCommand('uploads', 'lists uploads, newest first, and what became of each; rejected ones with every problem', [
    'npx modelloop data uploads flight-delay',
    'npx modelloop data uploads --unknown',
    `npx modelloop data uploads flight-delay --json | jq '.uploads[] | select(.outcome.status == "rejected")'`,
  ])
    .argument('[model]', 'name of the model')
    .option('--unknown', 'show the uploads whose key names no known model')
    .option('--limit <number>', 'show at most this many', positiveInteger, 20)
    .action(
      answering(cli, async (session, model: string | undefined, options: { unknown?: boolean; limit: number }) => {
        const { unknown = false, limit } = options;
        if ((model === undefined) !== unknown)
          throw new CommandError(EXIT.usage, 'name a model or give --unknown, one of the two');
        if (model !== undefined) await requireModel(session, model);
        const uploads = await readUploads(session.ports, { model: model ?? UNKNOWN_MODEL, limit });
        return answer({ model: model ?? null, uploads }, ({ uploads: all }, look) =>
          all.length === 0 ? 'no uploads' : all.map((u) => uploadText(u, look)).join('\n\n'),
        );
      }),
    );
