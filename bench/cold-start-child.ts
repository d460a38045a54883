import { pathToFileURL } from 'node:url';

/** A fresh process, as a worker of Lambda is: imports a function and calls it three times. */

export interface ColdStart {
  /** Milliseconds: reading and evaluating the bundle; the first call; the third. */
  readonly init: number;
  readonly first: number;
  readonly warm: number;
  /** What the calls ended with, when they did not return. */
  readonly error?: string;
}

const [bundle, name, event] = process.argv.slice(2);
if (!bundle || !name || !event || !process.send) throw new Error('to be started by cold-starts.ts');

const context = {
  functionName: name,
  functionVersion: '1',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
  memoryLimitInMB: '512',
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 60_000,
};
const before = performance.now();
const { handler } = (await import(pathToFileURL(bundle).href)) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const init = performance.now() - before;

let error: string | undefined;
const call = async (): Promise<number> => {
  const began = performance.now();
  await handler(JSON.parse(event), context).catch((thrown: Error) => {
    error = thrown.name;
  });
  return performance.now() - began;
};
const first = await call();
await call();
process.send({ init, first, warm: await call(), ...(error ? { error } : {}) } satisfies ColdStart, () =>
  process.exit(),
);
