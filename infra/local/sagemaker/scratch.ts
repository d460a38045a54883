import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A container's own disk: /opt/ml of the contract, as a directory of its own. */
export class ContainerDisk {
  /** Stands for /opt/ml. */
  readonly base: string;
  /** Holds `base`, the log file and process.json. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    this.base = join(root, 'opt', 'ml');
  }

  path = (...parts: string[]): string => join(this.base, ...parts);

  get logFile(): string {
    return join(this.root, 'output.log');
  }

  /** Makes an empty disk with these directories of /opt/ml. */
  async create(directories: readonly string[]): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
    for (const directory of directories) await mkdir(this.path(directory), { recursive: true });
  }

  /** `process.json`: how somebody outside finds the processes, which no AWS answer shows. */
  async describeProcess(facts: object): Promise<void> {
    await writeFile(join(this.root, 'process.json'), JSON.stringify(facts, null, 2));
  }

  /** Frees what is big; log, configuration, code and process.json stay for whoever looks. */
  async forgetData(): Promise<void> {
    for (const directory of ['input/data', 'model', 'output/data', 'input/transform']) {
      await rm(this.path(directory), { recursive: true, force: true });
    }
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}

/** What a container's process gets of our own environment: nothing that is secret. */
export function baseEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: process.env.HOME ?? '/tmp',
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    ...(process.env.TMPDIR ? { TMPDIR: process.env.TMPDIR } : {}),
  };
}
