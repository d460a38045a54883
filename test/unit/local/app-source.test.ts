import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appSource } from '../../../infra/local/app-source.ts';

test('what is deployed changes with what a deployment is made of, and with nothing else', () => {
  const root = mkdtempSync(join(tmpdir(), 'modelloop-source-'));
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
    return appSource(root);
  };
  try {
    const empty = appSource(root);
    const one = write('models/iris/model.yaml', 'name: iris');
    const two = write('models/wine/model.yaml', 'name: iris');
    const other = write('models/wine/model.yaml', 'name: wine');
    const more = write('functions/data/f.ts', '');
    expect(new Set([empty, one, two, other, more]).size).toBe(5);
    for (const path of ['docs/x.md', 'test/x.ts', 'models/iris/__pycache__/x.pyc', 'models/.swp'])
      expect(write(path, 'x'), path).toBe(more);
    rmSync(join(root, 'functions'), { recursive: true });
    expect(appSource(root)).toBe(other);
  } finally {
    rmSync(root, { recursive: true });
  }
});
