import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './cloud-state.ts';

/** What a deployment is made of. */
const SOURCES = ['models', 'recipes', 'functions', 'shared', 'infra', 'package-lock.json', 'cdk.json'];

/** The hash of the checkout's files that a deployment is made of: by it `up` tells whether there is anything new to deploy. */
export function appSource(root = checkout): string {
  const hash = createHash('sha256');
  for (const source of SOURCES)
    for (const path of filesBelow(root, source)) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function filesBelow(root: string, path: string): string[] {
  const found = (() => {
    try {
      return readdirSync(join(root, path), { withFileTypes: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTDIR') return undefined;
      if (code === 'ENOENT') return [];
      throw error;
    }
  })();
  if (!found) return [path];
  return found
    .filter((f) => !f.name.startsWith('.') && f.name !== '__pycache__' && (f.isFile() || f.isDirectory()))
    .map((f) => join(path, f.name))
    .sort()
    .flatMap((p) => filesBelow(root, p));
}
