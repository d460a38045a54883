import { UPLOAD_PREFIX } from '../domain/keys.ts';
import { bucketName, type Repository } from '../domain/names.ts';
import { registryKeys } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';
import type { ListedVersion, VersionCursor } from '../ports/object-store.ts';
import { ConflictError } from '../ports/registry-store.ts';
import { asRead } from './registry-access.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'clock'>;

export interface SweepState {
  /** When the pass began that is under way, and the last key that it looked at. */
  readonly pass?: { readonly began: string; readonly after: string; readonly complete: boolean };
  /** Whatever was there at this moment has been looked at. */
  readonly seenUntil?: string;
}

/** An object's time is when its upload began, and an upload may take 7 days (then the lifecycle rule ends it). One more, for clocks. */
const LATE_MS = 8 * 24 * 60 * 60 * 1000;
/** Some 50 pages: within a minute, and few repositories have more. What is left is for the next turn. */
const MOST = 50_000;
const MOST_TOLD = 10;

/** @param before the version of the same key before it */
export type Visit = (version: ListedVersion, before: ListedVersion | undefined) => Promise<void>;

/**
 * Shows each version under `in/` of a repository, deleted ones too, to `visit`, those of a key in the order in which they were made. What was
 * there before the last whole pass began is not shown again. A turn looks at some 50,000 versions; the next one goes on from there.
 * @throws AggregateError of what `visit` threw, when all others have been shown: the next pass shows them all again
 */
export async function sweepRepository(
  ports: Needs,
  repository: Repository,
  visit: Visit,
  most = MOST,
): Promise<{ readonly looked: number; readonly whole: boolean }> {
  const key = registryKeys.sweep(repository);
  const item = await ports.store.get<SweepState>(key);
  const { pass, seenUntil } = item?.value ?? {};
  const began = pass?.began ?? ports.clock();
  const since = seenUntil === undefined ? '' : new Date(Date.parse(seenUntil) - LATE_MS).toISOString();
  const failures: Error[] = [];
  let looked = 0;
  let after: string | undefined;
  for await (const versions of versionsByKey(ports, repository, pass && { key: pass.after })) {
    await visitEach(versions, since, visit).catch((error: unknown) => failures.push(of(versions[0], error)));
    looked += versions.length;
    after = versions[0]?.key;
    if (looked >= most) break;
    after = undefined;
  }
  const complete = (pass?.complete ?? true) && failures.length === 0;
  const kept = complete && after === undefined ? began : seenUntil;
  const next: SweepState = {
    ...(after !== undefined && { pass: { began, after, complete } }),
    ...(kept !== undefined && { seenUntil: kept }),
  };
  await ports.store.commit([{ put: key, value: next, expect: asRead(item) }]).catch((error: unknown) => {
    // Another turn, at the same time, has come so far: either is true.
    if (!(error instanceof ConflictError)) throw error;
  });
  if (failures.length > 0) {
    const told = failures.slice(0, MOST_TOLD).map(({ message }) => message);
    throw new AggregateError(failures, `${failures.length} keys could not be checked: ${told.join('; ')}`);
  }
  return { looked, whole: after === undefined };
}

const of = (version: ListedVersion | undefined, error: unknown): Error =>
  new Error(`${JSON.stringify(version?.key)}: ${error instanceof Error ? error.message : error}`, { cause: error });

/** @param versions of one key, newest first */
async function visitEach(versions: readonly ListedVersion[], since: string, visit: Visit): Promise<void> {
  for (const [i, version] of [...versions.entries()].reverse())
    if (version.lastModified >= since) await visit(version, versions[i + 1]);
}

/** All versions of a key together, though a page may end among them. */
async function* versionsByKey({ place, objects }: Needs, repository: Repository, from: VersionCursor | undefined) {
  let key: ListedVersion[] = [];
  let cursor = from;
  do {
    const { versions, next } = await objects.listVersions(bucketName(place, repository), UPLOAD_PREFIX, cursor);
    for (const version of versions) {
      if (key[0] && key[0].key !== version.key) {
        yield key;
        key = [];
      }
      key.push(version);
    }
    cursor = next;
  } while (cursor);
  if (key.length > 0) yield key;
}
