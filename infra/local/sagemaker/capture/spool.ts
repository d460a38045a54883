import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Location } from '../cloud/ports.ts';
import { parseS3Uri, s3Uri } from '../cloud/ports.ts';

/** Capture files that S3 did not take (the cloud around may have ended first): one file each, its name says where it belongs. */
export class Spool {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async keep(target: S3Location, lines: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await writeFile(this.#path(target), lines);
  }

  /** Hands every file over; one that is taken is forgotten. @throws what `take` throws, at the first that is not */
  async drain(take: (target: S3Location, lines: string) => Promise<void>): Promise<void> {
    for (const name of await readdir(this.#directory).catch(() => [])) {
      const target = parseS3Uri(Buffer.from(name, 'base64url').toString());
      await take(target, await readFile(join(this.#directory, name), 'utf8'));
      await rm(this.#path(target));
    }
  }

  #path = (target: S3Location): string => join(this.#directory, Buffer.from(s3Uri(target)).toString('base64url'));
}
