import { expect, test } from '@jest/globals';
import { byId, listsById, pagesById } from './loaders.ts';

const [one, two, absent] = [1, 2, 3].map((nth) => `01a20450-0000-7000-8000-00000000000${nth}`) as [
  string,
  string,
  string,
];
const capital = '01A20450-0000-7000-8000-00000000000A';

test('things asked for at once are read at once, and what is absent or no id is null', async () => {
  const asked: (readonly string[])[] = [];
  const loader = byId((ids) => {
    asked.push(ids);
    return Promise.resolve([{ id: one }, { id: capital.toLowerCase() }]);
  });

  const found = await Promise.all([one, absent, 'no id', capital, one].map((id) => loader.load(id)));

  expect(found).toEqual([{ id: one }, null, null, { id: capital.toLowerCase() }, { id: one }]);
  expect(asked).toEqual([[one, absent, capital.toLowerCase()]]);
});

test('nothing is read when nothing asked for can be an id', async () => {
  let reads = 0;
  const loader = byId(() => {
    reads += 1;
    return Promise.resolve([]);
  });

  expect(await loader.load('nobody')).toBeNull();
  expect(reads).toBe(0);
});

test('lists keep their order, and an id in two letter cases has one list', async () => {
  const rows = ['b', 'a'].map((name) => ({ owner: capital.toLowerCase(), name }));
  const asked: (readonly string[])[] = [];
  const loader = listsById(
    (ids) => {
      asked.push(ids);
      return Promise.resolve(rows);
    },
    ({ owner }) => owner,
  );

  const found = await Promise.all([capital, capital.toLowerCase(), two].map((id) => loader.load(id)));

  expect(found).toEqual([rows, rows, []]);
  expect(asked).toEqual([[capital.toLowerCase(), two]]);
});

test('pages with the same arguments are one statement, others one each', async () => {
  const asked: [readonly string[], { first: number }][] = [];
  const loader = pagesById(
    (ids, args: { first: number }) => {
      asked.push([ids, args]);
      return Promise.resolve(ids.map((id) => ({ id, first: args.first })));
    },
    ({ id }) => id,
  );
  const page = (id: string, first: number) => loader.load({ id, args: { first } });

  const found = await Promise.all([page(one, 5), page(two, 5), page(one, 2), page(one, 5)]);

  expect(found).toEqual([
    [{ id: one, first: 5 }],
    [{ id: two, first: 5 }],
    [{ id: one, first: 2 }],
    [{ id: one, first: 5 }],
  ]);
  expect(asked).toEqual([
    [[one, two], { first: 5 }],
    [[one], { first: 2 }],
  ]);
});
