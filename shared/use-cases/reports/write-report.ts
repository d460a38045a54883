import type { DriftReport } from '../../domain/drift/drift-report.ts';
import { dataKeys, modelKeys } from '../../domain/keys.ts';
import { bucketName, type Repository } from '../../domain/names.ts';
import type { DriftCheck } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { DomainEvent } from '../../events/domain-events.ts';
import type { Ports } from '../../ports/index.ts';
import { dataReportHtml } from '../../reports/data-report.ts';
import { driftReportHtml } from '../../reports/drift-report.ts';
import { modelCardHtml } from '../../reports/model-card.ts';
import { registered } from '../registry-access.ts';
import { readJson } from '../stored-json.ts';
import { dataReport } from './data-report.ts';
import { evaluationReport } from './evaluation-report.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine'>;

/** What a report is made of. */
export type Reported = Extract<DomainEvent, { type: 'DataVersionReady' | 'RunEnded' | 'DriftChecked' }>;

/**
 * Makes the report of what has happened: the page for people last, beside the JSON that it shows. A repetition finds it there. Apart from
 * the pipelines, so that nothing that draws holds up a verdict, or stops one.
 * @throws NotRegisteredError, ObjectNotFoundError, PredictionsError
 */
export const writeReport = async (ports: Needs, event: Reported): Promise<void> => {
  const { model } = event;
  switch (event.type) {
    case 'DataVersionReady': {
      const version = event.dataVersion;
      return writeOnce(ports, 'data', dataKeys.report(model, version), dataReportHtml, () =>
        dataReport(ports, { model, version }),
      );
    }
    case 'RunEnded': {
      const { run } = event;
      return writeOnce(ports, 'model', modelKeys.evaluationReport(model, run), modelCardHtml, () =>
        evaluationReport(ports, { model, run }),
      );
    }
    case 'DriftChecked':
      return drawDrift(ports, model, event.check);
  }
};

const writeOnce = async <Report extends object>(
  { place, objects }: Needs,
  repository: Repository,
  key: string,
  html: (report: Report) => Promise<string>,
  gather: () => Promise<Report | undefined>,
): Promise<void> => {
  const bucket = bucketName(place, repository);
  if (await objects.exists({ bucket, key: `${key}.html` })) return;
  const report = await gather();
  if (!report) return;
  await objects.write({ bucket, key: `${key}.json` }, JSON.stringify(report, undefined, 2), 'application/json');
  await objects.write({ bucket, key: `${key}.html` }, await html(report), HTML);
};

const HTML = 'text/html; charset=utf-8';

/** The check itself wrote the JSON, and said where the page will be. */
const drawDrift = async ({ store, objects }: Needs, model: string, check: number): Promise<void> => {
  const { value } = await registered<DriftCheck>(store, registryKeys.driftCheck(model, check));
  const { bucket, json, html } = value.report;
  if (await objects.exists({ bucket, key: html })) return;
  const report = (await readJson(objects, { bucket, key: json })) as DriftReport;
  await objects.write({ bucket, key: html }, await driftReportHtml(report), HTML);
};
