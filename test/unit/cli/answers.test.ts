import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryRegistryStore } from '../../../shared/adapters/memory/registry-store.ts';
import { codeVersion, dataVersion, MODEL, modelVersion, part, QUIET, release } from './fixture.ts';
import { historySession, json, modelloop } from './terminal.ts';

describe('status', () => {
  it('has a line for each model', async () => {
    const { stdout } = await modelloop(['status']);
    expect(stdout).toMatch(/^! flight-delay +release 1 +56 minutes ago +auc 0\.7123 +a run is due$/m);
    expect(stdout).toMatch(/^ {2}quiet-model +nothing +no data yet$/m);
  });

  it('tells one model in full, failures with their reason', async () => {
    const { stdout } = await modelloop(['status', MODEL]);
    expect(stdout).toContain('needs you run 2 failed: ValueError: max_depth is not a number (29 minutes ago)');
    expect(stdout).toMatch(/^ {2}failures {2}run 2: ValueError: max_depth is not a number \(29 minutes ago\)$/m);
    expect(stdout).toContain('modelloop-test-flight-delay');
  });

  it('has in JSON what is live of each, null where nothing is', async () => {
    const { models } = json(await modelloop(['status', '--json'])) as { models: { model: string; live?: unknown }[] };
    expect(models.map((m) => [m.model, m.live !== null])).toEqual([
      [MODEL, true],
      [QUIET, false],
    ]);
  });

  it('says so when a stage knows no model, with exit code 0', async () => {
    const session = await historySession();
    const empty = { ...session, ports: { ...session.ports, store: memoryRegistryStore() } };
    const { code, stdout } = await modelloop(['status'], { session: empty });
    expect(code).toBe(0);
    expect(stdout).toContain('no models here yet');
  });
});

describe('data', () => {
  it('ls lists versions, newest first', async () =>
    expect(json(await modelloop(['data', 'ls', MODEL, '--json']))).toMatchObject({
      model: MODEL,
      dataVersions: [dataVersion],
    }));

  it('show holds the manifest and its parts', async () => {
    expect(json(await modelloop(['data', 'show', MODEL, '1', '--json']))).toMatchObject({ dataVersion, parts: [part] });
    const { stdout } = await modelloop(['data', 'show', MODEL, '1']);
    expect(stdout).toContain(dataVersion.manifestHash);
    expect(stdout).toContain('27,004 rows in 1 part');
  });

  it.each([
    [MODEL, 'the newest is data version 1'],
    [QUIET, 'it has no data version yet'],
  ])('show %s 7 exits with 3 and says what there is', async (model, told) => {
    const { code, stderr } = await modelloop(['data', 'show', model, '7']);
    expect(code).toBe(3);
    expect(stderr).toContain(told);
  });

  it('uploads says what became of each, every problem with its place', async () => {
    const { stdout } = await modelloop(['data', 'uploads', MODEL]);
    expect(stdout.match(/^in\/\S+/gm)).toEqual([
      `in/${MODEL}/slow.parquet`,
      `in/${MODEL}/broken\\x1b[2J.csv`,
      `in/${MODEL}/again.csv`,
      `in/${MODEL}/2013-01.csv`,
    ]);
    expect(stdout).toContain('accepted in data version 1');
    expect(stdout).toContain('duplicate: data version 1 already holds the same bytes');
    expect(stdout).toContain('- line 7 has 4 fields, the header has 5 [ragged-row]');
    expect(stdout).toContain('line 9, column hour: above 23 (value: 27) [out-of-range]; 3 such rows in all');
    expect(stdout).toContain('in progress');
  });

  it('uploads keeps bytes as they are in JSON', async () => {
    const { uploads } = json(await modelloop(['data', 'uploads', MODEL, '--json'])) as { uploads: { key: string }[] };
    expect(uploads[1]?.key).toBe(`in/${MODEL}/broken\u001b[2J.csv`);
  });

  it('uploads --unknown shows those that named no known model', async () =>
    expect((await modelloop(['data', 'uploads', '--unknown'])).stdout).toContain('in/flihgt-delay/x.csv'));

  it.each([[[]], [[MODEL, '--unknown']]])('uploads %j names neither or both: exit 2', async (args) =>
    expect((await modelloop(['data', 'uploads', ...args])).code).toBe(2),
  );

  it('uploads --limit takes the newest', async () => {
    const { uploads } = json(await modelloop(['data', 'uploads', MODEL, '--limit', '1', '--json'])) as {
      uploads: { key: string }[];
    };
    expect(uploads.map((u) => u.key)).toEqual([`in/${MODEL}/slow.parquet`]);
  });
});

describe('runs', () => {
  it('lists what came of each', async () => {
    const { stdout } = await modelloop(['runs', MODEL]);
    expect(stdout).toMatch(/^2 +1 +2 +failed: +2026.*\n +SageMaker\.TrainingFailed .*\n +after 1 min 0 s/m);
    expect(stdout).toMatch(
      /^1 +1 +1 +1 +promoted, release 1 +auc 0\.7123 vs 0\.7011 .*\n +after 3 min 20 s +by \+0\.004 to \+0\.018/m,
    );
  });

  it('--run tells candidates, verdict and gates', async () => {
    const { stdout } = await modelloop(['runs', MODEL, '--run', '1']);
    expect(stdout).toContain(`deep: auc 0.7211 on validation (${modelVersion.trainingJob})`);
    expect(stdout).toContain('passed: auc 0.7123 (at least 0.6)');
    expect(stdout).toContain('improvement +0.0112');
    expect(stdout).toContain('on 5,401 rows');
    expect(stdout).toContain('champion    model version 4, release 3: auc 0.7011, logloss 0.4462 on the same rows');
    expect(stdout).toContain('compared    by auc, paired bootstrap of the rows: 1,000 resamples, seed 1, margin 0');
  });

  it('--run of a failed one tells the reason', async () =>
    expect((await modelloop(['runs', MODEL, '--run', '2'])).stdout).toContain(
      'failure     SageMaker.TrainingFailed: ValueError: max_depth is not a number',
    ));

  it('--run that is not there exits with 3', async () => {
    const { code, stderr } = await modelloop(['runs', MODEL, '--run', '9']);
    expect(code).toBe(3);
    expect(stderr).toContain('the newest is run 2');
  });
});

describe('models', () => {
  it('lists versions with both scores, verdict and releases, and marks what is live', async () => {
    const { stdout } = await modelloop(['models', MODEL]);
    expect(stdout).toMatch(/^1 +live +1 +deep +auc 0\.7123 vs 0\.7011 +promoted +1 /m);
    expect(json(await modelloop(['models', MODEL, '--json']))).toMatchObject({
      versions: [{ version: 1, candidate: 'deep', live: true, releases: [1], verdict: { outcome: 'better' } }],
    });
  });

  it('--version tells one in full', async () => {
    const { stdout } = await modelloop(['models', MODEL, '--version', '1']);
    expect(stdout).toContain('model version 1: live');
    expect(stdout).toContain('released    release 1');
    expect(stdout).toContain(`sha256      ${modelVersion.artifact.sha256}`);
    expect(stdout).toContain('improvement +0.0112');
  });

  it('--version that is not there exits with 3', async () => {
    const { code, stderr } = await modelloop(['models', MODEL, '--version', '9']);
    expect(code).toBe(3);
    expect(stderr).toContain('the newest is model version 1');
  });
});

describe('releases', () => {
  it('marks the one that serves', async () => {
    expect((await modelloop(['releases', MODEL])).stdout).toMatch(/^1 +live +verdict +1 +1 +1 +1 .* now$/m);
    expect(json(await modelloop(['releases', MODEL, '--json']))).toMatchObject({
      releases: [{ ...release, live: true }],
    });
  });
});

describe('lineage', () => {
  it('leads from the endpoint to the uploaded object, with a hash at each step', async () => {
    const { stdout } = await modelloop(['lineage', MODEL]);
    const steps = [
      `endpoint ${release.endpoint}`,
      'release 1',
      'model version 1',
      modelVersion.artifact.sha256,
      'code version 1',
      codeVersion.treeHash,
      'data version 1',
      dataVersion.manifestHash,
      `upload ${part.source.key}`,
      part.sha256,
      part.source.versionId,
    ];
    const places = steps.map((step) => stdout.indexOf(step));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('of a release that is not there exits with 3', async () =>
    expect((await modelloop(['lineage', MODEL, '--release', '2'])).code).toBe(3));

  it('of a model with nothing live exits with 1 and says where to look', async () => {
    const { code, stdout, stderr } = await modelloop(['lineage', QUIET]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`modelloop status ${QUIET}`);
  });
});

describe('predict', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'modelloop-rows-'));
    writeFileSync(join(folder, 'rows.jsonl'), '{"hour": 6}\r\n\n{"hour": 12}\n');
    writeFileSync(join(folder, 'broken.jsonl'), '{"hour": 6}\n{"hour": \n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const predictions = async (args: readonly string[], input?: string) => {
    const outcome = await modelloop(['predict', MODEL, ...args, '--json'], input === undefined ? {} : { input });
    return (json(outcome) as { predictions: { prediction: number }[] }).predictions.map((p) => p.prediction);
  };

  it('takes one row', async () => expect(await predictions(['--data', '{"hour": 6}'])).toEqual([0.25]));
  it('takes an array of rows, and keeps their order', async () => {
    const hours = Array.from({ length: 24 }, (_, hour) => ({ hour }));
    expect(await predictions(['--data', JSON.stringify(hours)])).toEqual(hours.map(({ hour }) => hour / 24));
  });
  it('takes a file', async () =>
    expect(await predictions(['--file', join(folder, 'rows.jsonl')])).toEqual([0.25, 0.5]));
  it('takes stdin', async () => expect(await predictions(['--file', '-'], '{"hour": 18}\n')).toEqual([0.75]));

  it.each([
    [['--data', '{"hour": 6'], /--data: not JSON/],
    [['--data', '7'], /--data: a row is a JSON object/],
    [['--data', '[{}, null]'], /--data, row 2: a row is a JSON object/],
    [['--data', '{}', '--file', 'x'], /cannot be used with/],
    [['--file', '/nowhere/rows.jsonl'], /there is no file \/nowhere\/rows\.jsonl/],
    [['--file', '/'], /cannot read \/: it is a folder/],
    [['--file', '-'], /stdin holds no rows/],
  ])('%j exits with 2', async (args, message) => {
    const { code, stderr } = await modelloop(['predict', MODEL, ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('names the line of a file that is not JSON', async () => {
    const { code, stderr } = await modelloop(['predict', MODEL, '--file', join(folder, 'broken.jsonl')]);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.jsonl, line 2: not JSON');
  });

  it('shows a row to start from when there is none', async () => {
    const { code, stderr } = await modelloop(['predict', MODEL]);
    expect(code).toBe(2);
    expect(stderr).toContain('which rows? for example:');
    expect(stderr).toContain(`modelloop predict ${MODEL} --data '{"hour":11,"distance":0,"carrier":"AA"}'`);
  });

  it('answers a row unlike the training data, and says so on stderr and in JSON', async () => {
    const rows =
      '[{"hour": 1, "carrier": "AA"}, {"hour": 24, "distance": -1, "carrier": "ZZ"}, {"hour": null, "carrier": "UA"}]';
    const outcome = await modelloop(['predict', MODEL, '--data', rows, '--json']);
    expect(outcome.code).toBe(0);
    const unknown = 'the training data always has it, so the model treats it as unknown';
    const warnings = [
      'row 2: hour 24 is outside 0 to 23, the range that the training data keeps to',
      'row 2: distance -1 is below 0, and the training data never is',
      'row 2: carrier "ZZ" is not among the values in the training data; the model treats it as unknown',
      `row 3: hour is null; ${unknown}`,
    ];
    expect(json(outcome)).toMatchObject({ warnings });
    for (const warning of warnings) expect(outcome.stderr).toContain(`! ${warning}\n`);
    expect((await modelloop(['predict', MODEL, '--data', '{"hour": 1}'])).stderr).toContain(
      `row 1: carrier is missing; ${unknown}`,
    );
    expect((await modelloop(['predict', MODEL, '--data', '{"hour": 1, "carrier": "AA"}'])).stderr).not.toContain(
      'row 1',
    );
  });

  it('says what a bare number is', async () =>
    expect((await modelloop(['predict', MODEL, '--data', '{"hour": 6}'])).stdout).toContain('probability of late'));

  it('exits with 1 when the endpoint answers nonsense, and names the row', async () => {
    const { code, stderr } = await modelloop(['predict', MODEL, '--data', '[{"hour": 1}, {"hour": 99}]']);
    expect(code).toBe(1);
    expect(stderr).toContain('row 2');
  });
});

describe('colours', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
  const colours = /\u001b\[\d+m/;
  it('are there for a terminal, in tables too, and change no width', async () => {
    const [plain, coloured] = [await modelloop(['status']), await modelloop(['status'], { colour: true })];
    expect(coloured.stdout).toMatch(colours);
    expect(coloured.stdout.replaceAll(new RegExp(colours, 'g'), '')).toBe(plain.stdout);
  });
  it('are never in JSON', async () =>
    expect((await modelloop(['status', '--json'], { colour: true })).stdout).not.toMatch(colours));
});
