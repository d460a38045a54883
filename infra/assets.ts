import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Operations } from '../shared/domain/definition/model-definition.ts';
import { bundleModel } from '../shared/use-cases/code/bundle-model.ts';
import type { StageSettings } from './config.ts';

/** What a deployment uploads besides templates: the bundled functions and the DuckDB layer, made before synthesis. */

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OUT = join(ROOT, '.local', 'assets');

/** Each `functions/<pipeline>/<name>.ts` becomes `<outdir>/<name>/index.mjs`. @returns `outdir` */
export async function bundleFunctions(outdir = join(OUT, 'functions')): Promise<string> {
  const sources = (await readdir(join(ROOT, 'functions'), { recursive: true })).filter((f) => f.endsWith('.ts'));
  const fresh = `${outdir}.${process.pid}`;
  await build({
    absWorkingDir: ROOT,
    entryPoints: sources.map((f) => ({
      in: join('functions', f),
      out: join(relative(dirname(f), f).replace(/\.ts$/, ''), 'index'),
    })),
    outdir: fresh,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    external: ['@duckdb/node-api'],
    // CommonJS inside an ES module: some dependencies call require(). The long names cannot collide with bundled code.
    banner: {
      js: "import { createRequire as modelloopCreateRequire } from 'node:module'; const require = modelloopCreateRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  // Two syntheses at once each see a whole directory, never half of one.
  await rm(outdir, { recursive: true, force: true });
  await rename(fresh, outdir).catch(() => rm(fresh, { recursive: true, force: true }));
  return outdir;
}

/** The layer that holds DuckDB for a stage's platform. @returns its directory, made once and kept under `.local/assets` */
export async function duckdbLayer({ platform, architecture }: StageSettings): Promise<string> {
  const arch = architecture === 'arm64' ? 'arm64' : 'x64';
  const version = await installedVersion('@duckdb/node-api');
  const layer = join(OUT, `duckdb-${version.replaceAll('.', '_')}-${platform}-${arch}`);
  if (await exists(layer)) return layer;
  const fresh = `${layer}.${process.pid}`;
  const modules = join(fresh, 'nodejs', 'node_modules');
  await mkdir(modules, { recursive: true });
  if (process.platform === platform && process.arch === arch)
    await cp(join(ROOT, 'node_modules', '@duckdb'), join(modules, '@duckdb'), { recursive: true });
  else await installFor(platform, arch, version, join(fresh, 'nodejs'));
  await rename(fresh, layer).catch(() => rm(fresh, { recursive: true, force: true }));
  return layer;
}

/** npm leaves out binaries for other machines than this one, unless told which machine is meant. */
async function installFor(platform: string, arch: string, version: string, directory: string): Promise<void> {
  const libc = platform === 'linux' ? ['--libc=glibc'] : [];
  await promisify(execFile)('npm', [
    ...['install', '--prefix', directory, `--os=${platform}`, `--cpu=${arch}`, ...libc],
    ...['--no-save', '--no-package-lock', '--no-audit', '--no-fund', `@duckdb/node-api@${version}`],
  ]);
}

async function installedVersion(name: string): Promise<string> {
  const file = join(ROOT, 'node_modules', name, 'package.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A model's folder as one file, ready to be published to the code repository. */
export interface ModelBundle {
  readonly model: string;
  readonly path: string;
  readonly treeHash: string;
  /** The container that its definition names. */
  readonly image: string;
  /** What its definition says of running it; read at deployment. */
  readonly operations?: Operations;
  /** Is it served without instances? */
  readonly serverless: boolean;
}

/**
 * Bundles every folder of `models/`.
 * @throws naming the file, the path in it and the reason, when a definition is not right
 */
export async function modelBundles(models = join(ROOT, 'models')): Promise<ModelBundle[]> {
  const folders = (await readdir(models, { withFileTypes: true })).filter((f) => f.isDirectory()).map((f) => f.name);
  await mkdir(OUT, { recursive: true });
  return Promise.all(
    folders.sort().map(async (folder) => {
      const { model, treeHash, archive, definition } = await bundleModel(join(models, folder));
      if (model !== folder)
        throw new Error(`models/${folder}/model.yaml names the model "${model}": both must be the same`);
      const path = join(OUT, `${model}-${treeHash}.tar.gz`);
      await writeFile(path, archive);
      const serverless = definition.deployment.serverless !== undefined;
      const { operations, training } = definition;
      return { model, path, treeHash, serverless, image: training.image, ...(operations && { operations }) };
    }),
  );
}
