import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** One port for all of AWS, and a private one on which the emulator reaches local SageMaker. */
export interface Ports {
  readonly emulator: number;
  readonly sagemaker: number;
}

/**
 * Below the range from which systems take ports for outgoing connections (Linux: 32768, macOS: 49152), so that a port is
 * likely to be free again when the cloud comes back.
 */
const RANGE = { from: 20_000, to: 30_000 } as const;

/** The ports that this cloud had before where they are still free, otherwise others; kept for the next time. */
export async function choosePorts(directory: string, isFree = canListen): Promise<Ports> {
  const file = join(directory, 'ports.json');
  const before = keptPorts(file);
  const emulator = await freePort(before?.emulator, undefined, isFree);
  const ports = { emulator, sagemaker: await freePort(before?.sagemaker, emulator, isFree) };
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

async function freePort(preferred: number | undefined, taken: number | undefined, isFree: typeof canListen) {
  if (preferred !== undefined && preferred !== taken && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(RANGE.from, RANGE.to);
    if (port !== taken && (await isFree(port))) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${RANGE.from} and ${RANGE.to} (200 tried)`);
}

/** Can somebody listen on 127.0.0.1 there now? */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** What cannot be read is as good as nothing: there will be other ports. */
function keptPorts(file: string): Partial<Ports> | undefined {
  try {
    const { emulator, sagemaker } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Ports>;
    return Number.isInteger(emulator) && Number.isInteger(sagemaker) ? ({ emulator, sagemaker } as Ports) : undefined;
  } catch {
    return undefined;
  }
}
