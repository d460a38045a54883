import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contextOf, type DemoContext } from '../demo/context.ts';
import { bundleFunctions } from '../infra/assets.ts';
import { cloudReset, cloudUp } from '../infra/local/cloud.ts';
import { checkout } from '../infra/local/cloud-state.ts';
import { bundleSizes } from './bundle-sizes.ts';
import { coldStarts } from './cold-starts.ts';
import { driftChecks } from './drift.ts';
import { loopTimes } from './loop.ts';
import { registrations } from './registrations.ts';
import { registryGrowth } from './registry.ts';
import { markdown, type Table } from './table.ts';

const HELP = `Measures ModelLoop on this machine, and writes docs/benchmarks.md.

  npm run bench                          everything, on a local cloud of its own: about 6 minutes on 2 cores
  npm run bench -- --only bundles        one part: bundles, loop, functions, registrations,
                                         drift or registry
  npm run bench -- --only registry --json

With --only or --json nothing is written: the tables go to stdout. Close what else uses the machine first.`;

const DIRECTORY = join(checkout, '.local', 'bench');
const BUSY = '**The machine was busy with other work: times are longer than they need be, and ratios less certain.**';
const tell = (line: string) => process.stderr.write(`${line}\n`);

interface World {
  readonly bundles: string;
  readonly cloud: () => Promise<DemoContext>;
}

const PARTS: Record<string, (world: World) => Promise<Table>> = {
  bundles: async ({ bundles }) => bundleSizes(bundles),
  // While nothing is warm.
  loop: async ({ cloud }) => loopTimes(await cloud()),
  functions: async ({ bundles, cloud }) => coldStarts(bundles, (await cloud()).place),
  registrations: async ({ cloud }) => registrations(await cloud()),
  drift: () => driftChecks(),
  registry: async ({ cloud }) => registryGrowth((await cloud()).ports.store),
};

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) process.stdout.write(`${HELP}\n`);
else if (options.only !== undefined && !(options.only in PARTS)) {
  tell(`there is no part "${options.only}"; there are ${Object.keys(PARTS).join(', ')}`);
  process.exitCode = 2;
} else await bench();

async function bench(): Promise<void> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => abort.abort(new Error(`stopped by ${signal}`)));
  const load = loadavg()[0] ?? 0;
  mkdirSync(DIRECTORY, { recursive: true });
  let up: Promise<DemoContext> | undefined;
  const world: World = {
    bundles: await bundleFunctions(join(DIRECTORY, 'functions')),
    cloud: () => {
      up ??= startCloud(abort.signal);
      return up;
    },
  };
  const tables: Table[] = [];
  try {
    for (const [name, measure] of Object.entries(PARTS)) {
      if (options.only !== undefined && options.only !== name) continue;
      tell(`${name} …`);
      tables.push(await measure(world));
      abort.signal.throwIfAborted();
    }
  } finally {
    if (up) await cloudReset(DIRECTORY);
  }
  report(tables, load);
}

async function startCloud(signal: AbortSignal): Promise<DemoContext> {
  tell('  a local cloud, and a deployment to it …');
  await cloudReset(DIRECTORY);
  return contextOf(await cloudUp({ directory: DIRECTORY, signal }), signal);
}

function report(tables: readonly Table[], load: number): void {
  const where = machine(load);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...where, tables }, undefined, 2)}\n`);
  else if (options.only !== undefined) process.stdout.write(`${tables.map(markdown).join('\n')}\n`);
  else {
    writeFileSync(join(checkout, 'docs', 'benchmarks.md'), page(tables, where));
    tell('docs/benchmarks.md is written');
  }
}

function machine(load: number) {
  return {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${platform()} ${release()} ${arch()}, Node ${process.version}`,
    loadBefore: load,
  };
}

function page(tables: readonly Table[], { at, machine: of, system, loadBefore }: ReturnType<typeof machine>): string {
  return [
    '# Benchmarks',
    '',
    'Made by `npm run bench`; not edited by hand. Times belong to the machine that they were measured on: compare ratios, or before and',
    'after on one machine. Of AWS they say nothing but where a table says so.',
    '',
    `Measured ${at.slice(0, 16).replace('T', ' ')} UTC on ${of}; ${system}; load average before it began ${loadBefore.toFixed(1)}.`,
    '',
    ...(loadBefore > cpus().length / 2 ? [BUSY, ''] : []),
    tables.map(markdown).join('\n'),
  ].join('\n');
}
