#!/usr/bin/env node
// Plain JavaScript, so that any Node can start it. The command itself needs one that runs TypeScript directly and can be given
// certificate authorities while it runs (22.19, 24.5): an older one hands over to the one in node_modules.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = join(self, '..', '..', '..');
const ownNode = join(root, 'node_modules', '.bin', 'node');

const [major, minor] = process.versions.node.split('.').map(Number);
const newEnough = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 19);

if (!existsSync(join(root, 'node_modules', 'commander')) || !(newEnough || existsSync(ownNode))) {
  console.error(
    `error: modelloop's dependencies are not installed: ${join(root, 'node_modules')} is missing or incomplete`,
  );
  console.error(`  → run: npm ci --prefix "${root}"`);
  process.exitCode = 2;
} else if (newEnough) {
  const { main } = await import('../main.ts');
  process.exitCode = await main();
} else {
  const child = spawn(ownNode, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches both processes; other signals only this one.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: cannot start ${ownNode}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
