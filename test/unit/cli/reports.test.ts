import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../../cli/errors.ts';
import { dataKeys, modelKeys } from '../../../shared/domain/keys.ts';
import { bucketName } from '../../../shared/domain/names.ts';
import type { DriftCheck } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { MODEL, place } from './fixture.ts';
import { historySession, modelloop } from './terminal.ts';

const bucket = { data: bucketName(place, 'data'), model: bucketName(place, 'model') };
const drifted: Partial<DriftCheck> = {
  check: 3,
  report: { bucket: bucket.model, json: 'reports/x.json', html: 'reports/x.html' },
};

describe('--report', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'cli-reports-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const sessionWithReports = async () => {
    const session = await historySession();
    const { store, objects } = session.ports;
    await objects.write({ bucket: bucket.data, key: `${dataKeys.report(MODEL, 1)}.html` }, '<p>data</p>');
    await objects.write({ bucket: bucket.model, key: `${modelKeys.evaluationReport(MODEL, 1)}.html` }, '<p>run</p>');
    await objects.write({ bucket: bucket.model, key: 'reports/x.html' }, '<p>drift</p>');
    await store.commit([{ put: registryKeys.driftCheck(MODEL, 3), value: drifted, expect: 'absent' }]);
    return session;
  };

  it.each([
    [['data', 'show', MODEL, '1'], '<p>data</p>', 'data version 1'],
    [['runs', MODEL, '--run', '1'], '<p>run</p>', 'run 1'],
    [['drift', MODEL], '<p>drift</p>', 'drift check 3'],
  ])('of %j is written to the file named, in place of what was there', async (args, html, what) => {
    const session = await sessionWithReports();
    const out = join(directory, 'report.html');
    writeFileSync(out, 'an older one, which was longer than this');
    const told = await modelloop([...args, '--report', '--out', out], { session });
    expect(told).toMatchObject({ code: EXIT.ok });
    expect(told.stdout).toContain(`report on ${what} of ${MODEL}`);
    expect(told.stdout).toContain(out);
    expect(readFileSync(out, 'utf8')).toBe(html);
    const json = await modelloop([...args, '--report', '--out', out, '--json'], { session });
    expect(JSON.parse(json.stdout)).toMatchObject({ model: MODEL, file: out, report: { key: expect.any(String) } });
  });

  it('that is not made yet is not found: says where it would be', async () => {
    const told = await modelloop(['data', 'show', MODEL, '1', '--report', '--out', join(directory, 'x')]);
    expect(told.code).toBe(EXIT.notFound);
    expect(told.stderr).toContain(`s3://${bucket.data}/${dataKeys.report(MODEL, 1)}.html`);
    expect((await modelloop(['drift', MODEL, '--report'])).stderr).toContain(
      'no drift check has reached a verdict yet',
    );
  });

  it('of a run without a verdict is not found', async () => {
    const told = await modelloop(['runs', MODEL, '--run', '2', '--report']);
    expect(told.code).toBe(EXIT.notFound);
    expect(told.stderr).toContain('it has no verdict');
  });

  it('needs to know which run, and a file that can be written', async () => {
    expect(await modelloop(['runs', MODEL, '--report'])).toMatchObject({ code: EXIT.usage });
    expect(await modelloop(['drift', MODEL, '--out', 'x'])).toMatchObject({ code: EXIT.usage });
    const session = await sessionWithReports();
    const told = await modelloop(['drift', MODEL, '--report', '--out', join(directory, 'no', 'x')], { session });
    expect(told.code).toBe(EXIT.failed);
    expect(told.stderr).toContain('the report cannot be written');
  });
});
