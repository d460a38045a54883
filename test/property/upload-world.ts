import type { Scheduler } from 'fast-check';
import { memoryEventBus } from '../../shared/adapters/memory/event-bus.ts';
import { memoryExecutions } from '../../shared/adapters/memory/executions.ts';
import { memoryObjectStore } from '../../shared/adapters/memory/object-store.ts';
import { memoryRegistryStore } from '../../shared/adapters/memory/registry-store.ts';
import { bucketName } from '../../shared/domain/names.ts';
import type { DataHead, DataVersion, Manifest, UploadRecord } from '../../shared/domain/records.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';
import { type Change, ConflictError, type RegistryStore } from '../../shared/ports/registry-store.ts';
import { place } from '../fixtures/pipeline-world.ts';

/** What goes wrong with one call of a port: it never arrives, its reply is lost, or (a commit) it loses a race. */
export type Fault = 'none' | 'lost-call' | 'lost-reply' | 'conflict';

/** A function stopped, or a call timed out: whoever called is called again. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

/**
 * Ports in memory whose every call is a point where another caller may come first, and may go wrong by plan.
 * @param ignored expectations on items whose sort key matches are not insisted on: what a rule left out would do
 */
export function uploadWorld(scheduler: Scheduler, faults: readonly Fault[], ignored?: RegExp) {
  const store = ignored ? careless(memoryRegistryStore(), ignored) : memoryRegistryStore();
  const objects = memoryObjectStore();
  const bus = memoryEventBus();
  const executions = memoryExecutions(place);
  const untrue: string[] = [];
  let calls = 0;

  const disturbed = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, member, receiver) => {
        const method: unknown = Reflect.get(target, member, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          await scheduler.schedule(Promise.resolve(), `${name}.${String(member)}`);
          const fault = faults[calls++] ?? 'none';
          if (fault === 'lost-call') throw new InjectedFault('lost call');
          if (fault === 'conflict' && member === 'commit') throw new ConflictError([]);
          const result: unknown = await method.apply(target, args);
          if (fault === 'lost-reply') throw new InjectedFault('lost reply');
          return result;
        };
      },
    });

  let ticks = 0;
  const clock = () => new Date(Date.UTC(2026, 0, 1) + 1000 * ticks++).toISOString();
  const partsOf = async ({ manifestKey: key }: DataHead) => {
    const manifest = await objects.read({ bucket: bucketName(place, 'data'), key });
    return (JSON.parse(new TextDecoder().decode(manifest)) as Manifest).parts.map((p) => p.sha256);
  };
  const watched = watchOutcomes(store, partsOf, (what) => untrue.push(what));
  return {
    /** As the use cases see them. */
    ports: {
      place,
      clock,
      store: disturbed('store', watched),
      objects: disturbed('objects', objects),
      bus: disturbed('bus', bus),
      executions: disturbed('executions', executions),
    },
    /** As they are. */
    store,
    objects,
    bus,
    executions,
    /** Outcomes that were changed, or not true when they were given: there must be none. */
    untrue,
  };
}

const PATIENCE = 500;

/** Calls until it is done, as a queue or a state machine would. */
export async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof InjectedFault) && !(error instanceof ConflictError)) throw error;
      if (tries === PATIENCE) throw new Error(`not done after ${PATIENCE} calls`, { cause: error });
    }
  }
}

const isFinal = (record: UploadRecord | undefined) => record?.outcome && record.outcome.status !== 'failed';

/**
 * Looks at every outcome at the moment that it is committed: it does not change a final one, and what it says of the data in force
 * is true then.
 */
function watchOutcomes(
  store: RegistryStore,
  partsOf: (head: DataHead) => Promise<readonly string[]>,
  report: (what: string) => void,
): RegistryStore {
  const watched = async (changes: readonly Change[]): Promise<void> => {
    const uploads = changes.flatMap((c) => ('put' in c && c.put.sort.startsWith('upload#') ? [c] : []));
    const before = await Promise.all(uploads.map((c) => store.get<UploadRecord>(c.put)));
    await store.commit(changes);
    for (const [i, { put, value }] of uploads.entries()) {
      const { outcome } = value as UploadRecord;
      if (isFinal(before[i]?.value)) report(`${JSON.stringify(before[i]?.value.outcome)} → ${JSON.stringify(outcome)}`);
      const head = (await store.get<DataHead>(registryKeys.dataHead(put.model)))?.value;
      if (outcome?.status === 'superseded' && outcome.by !== head?.latest)
        report(`superseded by ${outcome.by}, but ${head?.latest} is in force`);
      if (outcome?.status === 'duplicate') {
        const parts = head ? await partsOf(head) : [];
        const named = await store.get<DataVersion>(registryKeys.dataVersion(put.model, outcome.of));
        if (!named || !parts.includes(named.value.sha256))
          report(`duplicate of ${outcome.of}, whose bytes are not in force`);
      }
    }
  };
  // One at a time: what is looked at after a commit is what that commit left.
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...store,
    commit: (changes) => {
      const mine = last.then(() => watched(changes));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** A store that commits whatever the matching expectations say. */
function careless(store: RegistryStore, ignored: RegExp): RegistryStore {
  const commit = async (changes: readonly Change[]): Promise<void> => {
    try {
      await store.commit(changes);
    } catch (error) {
      if (!(error instanceof ConflictError) || !error.keys.some((k) => ignored.test(k.sort))) throw error;
      const relaxed = await Promise.all(changes.map((c) => relax(store, c, error, ignored)));
      await commit(relaxed.flatMap((c) => c ?? []));
    }
  };
  return { ...store, commit };
}

async function relax(
  store: RegistryStore,
  change: Change,
  { keys }: ConflictError,
  ignored: RegExp,
): Promise<Change | undefined> {
  const key = 'put' in change ? change.put : 'remove' in change ? change.remove : change.check;
  if (!ignored.test(key.sort) || !keys.some((k) => k.model === key.model && k.sort === key.sort)) return change;
  if ('check' in change) return undefined;
  const item = await store.get(key);
  if ('remove' in change) return item && { remove: key, expect: { revision: item.revision } };
  return { ...change, expect: item ? { revision: item.revision } : 'absent' };
}
