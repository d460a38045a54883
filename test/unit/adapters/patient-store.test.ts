import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryRegistryStore } from '../../../shared/adapters/memory/registry-store.ts';
import { patientStore } from '../../../shared/adapters/patient-store.ts';
import { randomWords } from '../../../shared/domain/random.ts';
import { ConflictError, type RegistryStore } from '../../../shared/ports/registry-store.ts';
import { asRead, retryConflicts } from '../../../shared/use-cases/registry-access.ts';

const key = { model: 'churn', sort: 'head' };
const halves = () => 0.5;

function pausing(store: RegistryStore) {
  const pauses: number[] = [];
  const patient = patientStore(store, async (milliseconds) => pauses.push(milliseconds), halves);
  return { patient, pauses };
}

describe('a patient store', () => {
  const make = { put: key, value: {}, expect: 'absent' } as const;

  it('pauses before it says that a commit was refused, longer each time, until one is not', async () => {
    const store = memoryRegistryStore();
    await store.commit([make]);
    const { patient, pauses } = pausing(store);
    for (let i = 0; i < 8; i += 1) await expect(patient.commit([make])).rejects.toThrow(ConflictError);
    expect(pauses).toEqual([25, 50, 100, 200, 400, 800, 1000, 1000]);
    await patient.commit([{ put: key, value: {}, expect: asRead(await patient.get(key)) }]);
    await expect(patient.commit([make])).rejects.toThrow(ConflictError);
    expect(pauses.at(-1)).toBe(25);
  });

  it('is in no doubt about other errors', async () => {
    const failing = { ...memoryRegistryStore(), commit: () => Promise.reject(new Error('unreachable')) };
    const { patient, pauses } = pausing(failing);
    await expect(patient.commit([make])).rejects.toThrow('unreachable');
    expect(pauses).toEqual([]);
  });
});

describe('callers who all want the same item at the same moment', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  /** @returns how many of twelve gave up */
  async function race(asSeenBy: (store: RegistryStore, caller: number) => RegistryStore): Promise<number> {
    const shared = memoryRegistryStore();
    const count = (caller: number) => {
      const store = asSeenBy(shared, caller);
      return retryConflicts(async () => {
        const item = await store.get<{ n: number }>(key);
        await later(100);
        await store.commit([{ put: key, value: { n: (item?.value.n ?? 0) + 1 }, expect: asRead(item) }]);
      });
    };
    const callers = Promise.allSettled(Array.from({ length: 12 }, (_, i) => count(i)));
    await vi.runAllTimersAsync();
    const ends = await callers;
    const done = ends.filter(({ status }) => status === 'fulfilled').length;
    expect((await shared.get<{ n: number }>(key))?.value.n).toBe(done);
    return ends.length - done;
  }

  it('all get through, one after the other', async () => {
    const patiently = (store: RegistryStore, caller: number) => {
      const word = randomWords(caller);
      return patientStore(store, later, () => word() / 2 ** 32);
    };
    expect(await race(patiently)).toBe(0);
  });

  it('would not without pauses', async () => {
    expect(await race((store) => store)).toBe(4);
  });
});
