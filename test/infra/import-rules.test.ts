import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The linter holds the arrows between the layers (biome.json); each planted import must be refused. */
const planted: [file: string, imported: string][] = [
  ['shared/domain/planted.ts', '../ports/clock.ts'],
  ['shared/domain/planted.ts', '@aws-sdk/client-s3'],
  ['shared/domain/planted.ts', 'vega'],
  ['shared/reports/planted.ts', '../ports/object-store.ts'],
  ['shared/use-cases/planted.ts', '../adapters/memory/registry-store.ts'],
  ['shared/use-cases/planted.ts', '@aws-sdk/client-s3'],
  ['shared/adapters/memory/planted.ts', '@aws-sdk/client-s3'],
  ['functions/data/planted.ts', '@aws-sdk/client-s3'],
  ['functions/data/planted.ts', '../build/start-run.ts'],
  ['functions/build/planted.ts', '../../infra/config.ts'],
  ['infra/build/planted.ts', '../data/data-pipeline.ts'],
  ['infra/planted.ts', '../shared/adapters/aws/object-store.ts'],
];

const allowed: [file: string, imported: string] = ['shared/use-cases/planted.ts', '../domain/names.ts'];

describe('an import against the arrows is refused', () => {
  const refused = lint([...planted, allowed]);

  test.each(planted)('%s ← %s', (file, imported) => {
    expect(refused).toContain(`${file} ${imported}`);
  });

  test('and one along them is not', () => {
    expect(refused).not.toContain(allowed.join(' '));
  });
});

/** Lints files that hold one import each, under the project's own rules. @returns the refused: `file import` */
function lint(files: readonly [file: string, imported: string][]): string[] {
  const root = mkdtempSync(join(tmpdir(), 'modelloop-lint-'));
  const config = JSON.parse(readFileSync(new URL('../../biome.json', import.meta.url), 'utf8'));
  writeFileSync(join(root, 'biome.json'), JSON.stringify({ ...config, $schema: undefined, vcs: { enabled: false } }));
  return files
    .filter(([file, imported]) => {
      const path = join(root, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `import { x } from '${imported}';\n\nexport const y = x;\n`);
      const { stdout, stderr } = spawnSync('biome', ['lint', file], { cwd: root, encoding: 'utf8' });
      return (stdout + stderr).includes('noRestrictedImports');
    })
    .map((pair) => pair.join(' '));
}
