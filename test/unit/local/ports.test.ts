import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { canListen, choosePorts } from '../../../infra/local/ports.ts';

const allFree = async () => true;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'modelloop-ports-'));
});

test('two different ports, below those that systems give to outgoing connections', async () => {
  const { emulator, sagemaker } = await choosePorts(directory, allFree);
  expect(emulator).not.toBe(sagemaker);
  for (const port of [emulator, sagemaker]) expect(port >= 20_000 && port < 30_000).toBe(true);
});

test('the same ports the next time', async () => {
  const before = await choosePorts(directory, allFree);
  expect(await choosePorts(directory, allFree)).toEqual(before);
});

test('only the port that was taken meanwhile is another, and is kept from then on', async () => {
  const before = await choosePorts(directory, allFree);
  const after = await choosePorts(directory, async (port) => port !== before.emulator);
  expect(after.emulator).not.toBe(before.emulator);
  expect(after.sagemaker).toBe(before.sagemaker);
  expect(await choosePorts(directory, allFree)).toEqual(after);
});

test.each(['', '{', '{"emulator": "x"}', '[]', 'null'])('a damaged file (%j) means new ports', async (content) => {
  writeFileSync(join(directory, 'ports.json'), content);
  expect((await choosePorts(directory, allFree)).emulator).toBeGreaterThan(0);
});

test('no free port at all is an error that says where was looked', async () => {
  await expect(choosePorts(directory, async () => false)).rejects.toThrow(/no free port on 127\.0\.0\.1 between 20000/);
});

test('a port on which somebody listens is not free', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  expect(await canListen(port)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await canListen(port)).toBe(true);
});
