import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../shared/domain/definition/parse-definition.ts';
import { json, modelloop } from './terminal.ts';

let folder: string;
let sample: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modelloop-init-'));
  sample = join(folder, 'flowers.csv');
  const rows = Array.from({ length: 200 }, (_, i) => `${i / 10},${['a', 'b', 'c'][(i * 31) % 3]},same`);
  writeFileSync(sample, ['size,kind,place', ...rows].join('\n'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const models = () => join(folder, 'models');
const init = (...args: string[]) => modelloop(['init', 'flowers', '--data', sample, ...args], { models: models() });
const written = () => readFileSync(join(models(), 'flowers/model.yaml'), 'utf8');

describe('modelloop init', { timeout: 60_000 }, () => {
  it('writes the definition, and says what it found and what comes next', async () => {
    const { code, stdout, stderr } = await init('--target', 'kind', '--owner', 'botany');
    expect([code, stderr]).toEqual([0, '']);
    const definition = parseDefinition(written(), 'model.yaml');
    expect(definition).toMatchObject({ name: 'flowers', task: 'multiclass', operations: { owner: 'botany' } });
    expect(stdout).toMatch(/^wrote .*models\/flowers\/model.yaml, from 200 rows\n/);
    expect(stdout).toContain('task      multiclass: 3 different texts (a, b, c)');
    expect(stdout).toContain('! place is the same in every row: it is not a feature');
    expect(stdout).toContain(`npx modelloop data upload flowers ${sample} --live`);
  });

  it.each([
    [
      "it's mine.csv",
      'mean radius,mean-radius,kind',
      'columns have names',
      'rename them',
      'mean_radius,mean_radius_2,kind',
    ],
    ['one.csv', 'mean_radius,Mean radius,kind', 'a column has a name', 'rename it', 'mean_radius,Mean_radius_2,kind'],
  ])('%s: a command renames columns that cannot be called so', async (name, header, message, todo, renamed) => {
    const wrong = join(folder, name);
    writeFileSync(wrong, readFileSync(sample, 'utf8').replace(/^.*\n/, `${header}\n`));
    const refused = await init('--data', wrong, '--target', 'kind');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${message} that model.yaml cannot have`);
    expect(refused.stderr).toContain(todo);
    const command = /for example: (sed .*)$/m.exec(refused.stderr)?.[1] ?? 'false';
    execFileSync('sh', ['-c', command]);
    const mended = wrong.replace('.csv', '-renamed.csv');
    expect(readFileSync(mended, 'utf8')).toBe(readFileSync(wrong, 'utf8').replace(header, renamed));
  });

  it('overwrites nothing unless it is told to', async () => {
    await init('--target', 'kind');
    const before = written();
    const again = await init('--target', 'kind', '--owner', 'other');
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/models\/flowers\/model.yaml already exists\n {2}→ overwrite it: --force/);
    expect(written()).toBe(before);
    expect((await init('--target', 'kind', '--owner', 'other', '--force')).code).toBe(0);
    expect(written()).toContain('owner: other');
  });

  it('only shows it, for people and for programs', async () => {
    const shown = await init('--target', 'kind', '--stdout');
    expect(parseDefinition(shown.stdout, 'model.yaml').name).toBe('flowers');
    expect(shown.stderr).toBe('! place is the same in every row: it is not a feature\n');
    expect(() => written()).toThrow('ENOENT');
    const told = json(await init('--target', 'kind', '--stdout', '--json'));
    expect(told).toMatchObject({
      model: 'flowers',
      file: null,
      rows: 200,
      text: shown.stdout,
      definition: { task: 'multiclass' },
    });
    expect(json(await init('--target', 'kind', '--json'))).toMatchObject({
      file: expect.stringContaining('model.yaml'),
    });
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'a target that is nearly right',
      ['--target', 'knd'],
      2,
      /no column "knd" for the target\n.*\n {2}→ did you mean kind\?/,
    ],
    [
      'a task that does not fit',
      ['--target', 'kind', '--task', 'regression'],
      1,
      /target of a regression task must hold numbers/,
    ],
    [
      'a task that there is not',
      ['--target', 'kind', '--task', 'ranking'],
      2,
      /Allowed choices are binary, multiclass, regression/,
    ],
    [
      'an id that names no row',
      ['--target', 'kind', '--id', 'place'],
      1,
      /line 2 and line 3 have the same id \(place\)/,
    ],
    ['no target', [], 2, /required option '--target <column>'/],
    ['a file that is not there', ['--target', 'kind', '--data', '/nowhere.csv'], 2, /there is no file \/nowhere.csv/],
    ['a file of another format', ['--target', 'kind', '--data', '/x.xlsx'], 1, /\/x.xlsx cannot be read as a table/],
  ])('explains %s', async (_, args, code, message) => {
    const outcome = await init(...args);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toMatch(message);
    expect(() => written()).toThrow('ENOENT');
  });

  it('names models as SageMaker can', async () => {
    const { code, stderr } = await modelloop(['init', 'Flowers_1', '--data', sample, '--target', 'kind'], {
      models: models(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('"Flowers_1" is not a valid model name');
  });
});
