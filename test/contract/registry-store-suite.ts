import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Key } from '../../shared/domain/registry-keys.ts';
import { ConflictError, type RegistryStore, type Stored } from '../../shared/ports/registry-store.ts';

/** What every registry store promises. Each test has a model (a partition) of its own, so one table serves them all. */
export function registryStoreSuite(name: string, open: () => Promise<RegistryStore>): void {
  describe(`registry store: ${name}`, () => {
    let store: RegistryStore;
    let model: string;
    const key = (sort: string): Key => ({ model, sort });
    const create = (sort: string, value: object) => store.commit([{ put: key(sort), value, expect: 'absent' }]);
    const must = async <T extends object>(sort: string): Promise<Stored<T>> => {
      const item = await store.get<T>(key(sort));
      if (!item) throw new Error(`${sort} is not there`);
      return item;
    };

    beforeAll(async () => {
      store = await open();
    });
    beforeEach(() => {
      model = `m-${crypto.randomUUID()}`;
    });

    describe('values', () => {
      it('says undefined for what is not there, not an empty value', async () => {
        expect(await store.get(key('nothing'))).toBeUndefined();
        expect(await store.list(model, '')).toEqual([]);
      });

      it('gives back what was put, empty values included', async () => {
        const value = {
          text: '',
          list: [],
          map: {},
          nil: null,
          no: false,
          deep: [{ a: [1, [2, '']] }],
          unicode: 'naïve 🛫 \u0000 \n',
          'odd key.#:$': 'x',
        };
        await create('v', value);
        expect(await must('v')).toMatchObject({ key: key('v'), value });
        expect(Object.keys((await must('v')).value).sort()).toEqual(Object.keys(value).sort());
      });

      it('keeps the order of members: that of columns is that of features', async () => {
        const names = ['z', 'a', '10', '9', 'm', 'B'].map((n) => `c_${n}`);
        await create('v', { columns: Object.fromEntries(names.map((n) => [n, {}])) });
        expect(Object.keys((await must<{ columns: object }>('v')).value.columns)).toEqual(names);
      });

      it('leaves out members that are undefined, at every depth', async () => {
        await create('v', { a: undefined, b: { c: undefined, d: 1 } });
        expect((await must('v')).value).toStrictEqual({ b: { d: 1 } });
      });

      it.each([0, -1, 0.1, 1e-9, 1 / 3, 1e21, 2 ** 53 + 2, -123456.789e20, 1.7976931348623157e308, 5e-324])(
        'keeps the number %d to the last bit',
        async (n) => {
          await create('n', { n });
          expect((await must<{ n: number }>('n')).value.n).toBe(n);
        },
      );

      it.each([
        ['NaN', { a: [Number.NaN] }],
        ['infinity', { a: Number.POSITIVE_INFINITY }],
        ['a date', { a: new Date(0) }],
        ['undefined in a list', { a: [undefined] }],
        ['more than 400 KiB', { a: 'x'.repeat(410_000) }],
      ])('refuses %s and changes nothing', async (_, value) => {
        await expect(store.commit([{ put: key('v'), value, expect: 'absent' }])).rejects.toThrow();
        expect(await store.get(key('v'))).toBeUndefined();
      });

      it('is not changed by who holds a value that was put or got', async () => {
        const value = { list: [1] };
        await create('v', value);
        value.list.push(2);
        (await must<{ list: number[] }>('v')).value.list.push(3);
        expect((await must('v')).value).toEqual({ list: [1] });
      });
    });

    describe('expectations', () => {
      it('lets a change by the revision that was read through, once', async () => {
        await create('v', { n: 1 });
        const { revision } = await must('v');
        await store.commit([{ put: key('v'), value: { n: 2 }, expect: { revision } }]);
        expect((await must('v')).revision).not.toBe(revision);
        const again = store.commit([{ put: key('v'), value: { n: 3 }, expect: { revision } }]);
        await expect(again).rejects.toThrow(ConflictError);
        expect((await must('v')).value).toEqual({ n: 2 });
      });

      it('refuses to make what is there', async () => {
        await create('v', { n: 1 });
        await expect(create('v', { n: 2 })).rejects.toThrow(ConflictError);
        expect((await must('v')).value).toEqual({ n: 1 });
      });

      it('refuses to change, check or remove by revision what is not there', async () => {
        const expectation = { revision: 1 } as const;
        const changes = [
          { put: key('v'), value: {}, expect: expectation },
          { check: key('v'), expect: expectation },
          { remove: key('v'), expect: expectation },
        ];
        for (const change of changes) await expect(store.commit([change])).rejects.toThrow(ConflictError);
        expect(await store.get(key('v'))).toBeUndefined();
      });

      it('makes all changes or none, and names what was in the way', async () => {
        await create('there', { n: 1 });
        const attempt = store.commit([
          { put: key('new'), value: {}, expect: 'absent' },
          { check: key('there'), expect: 'absent' },
        ]);
        await expect(attempt).rejects.toMatchObject({ name: 'ConflictError', keys: [key('there')] });
        expect(await store.get(key('new'))).toBeUndefined();
      });

      it('changes, removes and checks in one commit', async () => {
        for (const sort of ['change', 'remove', 'check']) await create(sort, { sort });
        const revision = async (sort: string) => ({ revision: (await must(sort)).revision });
        await store.commit([
          { put: key('change'), value: { n: 2 }, expect: await revision('change') },
          { remove: key('remove'), expect: await revision('remove') },
          { check: key('check'), expect: await revision('check') },
          { check: key('nothing'), expect: 'absent' },
          { put: key('new'), value: {}, expect: 'absent' },
        ]);
        const sorts = (await store.list(model, '')).map((i) => i.key.sort);
        expect(sorts).toEqual(['change', 'check', 'new']);
        expect((await must('change')).value).toEqual({ n: 2 });
      });

      it('never gives a revision twice: the old owner of a lock does not pass for the new one', async () => {
        await create('lock', { owner: 'a' });
        const old = await must('lock');
        await store.commit([{ remove: key('lock'), expect: { revision: old.revision } }]);
        await create('lock', { owner: 'b' });
        const release = store.commit([{ remove: key('lock'), expect: { revision: old.revision } }]);
        await expect(release).rejects.toThrow(ConflictError);
        expect((await must('lock')).value).toEqual({ owner: 'b' });
      });

      it('lets one of many racers win each number, without a gap', async () => {
        await create('head', { latest: 0 });
        const claim = async (who: number): Promise<void> => {
          const head = await must<{ latest: number }>('head');
          const latest = head.value.latest + 1;
          try {
            await store.commit([
              { put: key('head'), value: { latest }, expect: { revision: head.revision } },
              { put: key(`n#${String(latest).padStart(4, '0')}`), value: { who }, expect: 'absent' },
            ]);
          } catch (error) {
            if (error instanceof ConflictError) return claim(who);
            throw error;
          }
        };
        await Promise.all(Array.from({ length: 12 }, (_, who) => claim(who)));
        const items = await store.list<{ who: number }>(model, 'n#');
        expect(items.map((i) => i.key.sort)).toEqual(
          Array.from({ length: 12 }, (_, i) => `n#${String(i + 1).padStart(4, '0')}`),
        );
        expect(new Set(items.map((i) => i.value.who)).size).toBe(12);
        expect((await must('head')).value).toEqual({ latest: 12 });
      });

      it('refuses a commit of nothing, of more than 100 changes, and of two on one item', async () => {
        const put = (sort: string) => ({ put: key(sort), value: {}, expect: 'absent' }) as const;
        await expect(store.commit([])).rejects.toThrow(/1 to 100/);
        const many = Array.from({ length: 101 }, (_, i) => put(`i${i}`));
        await expect(store.commit(many)).rejects.toThrow(/1 to 100/);
        await expect(store.commit([put('a'), put('a')])).rejects.toThrow(/two changes/);
        await store.commit(many.slice(0, 100));
        expect(await store.list(model, 'i')).toHaveLength(100);
      });
    });

    describe('lists', () => {
      it('sorts by bytes, and takes a prefix as it is', async () => {
        const sorts = ['a#1', 'a#10', 'a#2', 'a%', 'A#1', 'b#1', 'a#é', 'a#🛫', 'a#\uffee'];
        for (const sort of sorts) await create(sort, {});
        const listed = async (prefix: string, options = {}) =>
          (await store.list(model, prefix, options)).map((i) => i.key.sort);
        expect(await listed('a#')).toEqual(['a#1', 'a#10', 'a#2', 'a#é', 'a#\uffee', 'a#🛫']);
        expect(await listed('a#', { newestFirst: true, limit: 2 })).toEqual(['a#🛫', 'a#\uffee']);
        expect(await listed('a#', { limit: 2 })).toEqual(['a#1', 'a#10']);
        expect(await listed('a#', { limit: 100 })).toHaveLength(6);
        expect(await listed('zzz')).toEqual([]);
      });

      it("reads on over DynamoDB's pages of 1 MB", async () => {
        for (let i = 0; i < 5; i++) await create(`big#${i}`, { text: 'x'.repeat(390_000) });
        expect((await store.list(model, 'big#')).map((i) => i.key.sort)).toEqual(
          [0, 1, 2, 3, 4].map((i) => `big#${i}`),
        );
        const [newest] = await store.list(model, 'big#', { newestFirst: true, limit: 1 });
        expect(newest?.key.sort).toBe('big#4');
      });

      it('knows nothing of other models', async () => {
        await store.commit([{ put: { model: `${model}-b`, sort: 'a' }, value: {}, expect: 'absent' }]);
        expect(await store.list(model, '')).toEqual([]);
      });
    });
  });
}
