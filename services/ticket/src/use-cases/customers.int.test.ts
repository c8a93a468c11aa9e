import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { CustomersAtDesk, email, type Identities } from '../../test/customers-at-desk.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { customersPage } from '../persistence/customer-queries.ts';
import { mergeCustomers } from './merge-customers.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(async () => {
  await desk.close();
});

const phone = (value: string, verified = true): Identities[number] => ({ kind: 'PHONE', value, verified });

const people = new CustomersAtDesk(() => desk);
describe('who wrote a message', () => {
  test('1.9/CW#2811: a typed-in address merges nobody', async () => {
    const mine = people.address();
    const owner = await people.from([email(mine)], 'Owner');

    const visitor = await people.from(
      [{ kind: 'CHAT', value: newId(), verified: true }, email(mine, false)],
      'Owner',
    );
    const formFiller = await people.from([email(mine, false)], 'Owner');

    expect(new Set([owner, visitor, formFiller]).size).toBe(3);
    expect((await people.customer(owner)).tickets.nodes).toHaveLength(1);
    expect((await people.customer(visitor)).identities).toContainEqual(email(mine, false));
    expect((await people.customer(formFiller)).identities).toEqual([email(mine, false)]);
  });

  test('ten web forms of one address at once are one customer, who is known by that claim alone', async () => {
    const claim = email(people.address(), false);

    const ids = await Promise.all(Array.from({ length: 10 }, () => people.from([claim], null)));

    expect(new Set(ids).size).toBe(1);
  });

  test('fifty first messages at once are one customer', async () => {
    const identities = [
      email(people.address()),
      { kind: 'EXTERNAL', value: newId(), verified: true } as const,
    ];

    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        people.from(index % 2 === 0 ? identities : identities.toReversed()),
      ),
    );

    expect(new Set(ids).size).toBe(1);
    expect((await people.customer(ids[0] ?? '')).identities).toHaveLength(2);
  });

  test('identities that lead to different customers merge nobody; the id counts before the address', async () => {
    const [id, mail] = [newId(), people.address()];
    const byId = await people.from([{ kind: 'EXTERNAL', value: id, verified: true }]);
    const byMail = await people.from([email(mail)]);

    const both = await people.from([
      email(mail),
      { kind: 'EXTERNAL', value: id, verified: true },
      phone('+4312345'),
    ]);

    expect(both).toBe(byId);
    expect((await people.customer(byMail)).identities).toEqual([email(mail)]);
    expect((await people.customer(byId)).identities).toContainEqual(phone('+4312345'));
  });

  test('a phone number of somebody with another address leads to nobody', async () => {
    const number = phone('+43555123');
    const owner = await people.from([email(people.address()), number]);

    const other = await people.from([email(people.address()), number]);

    expect(other).not.toBe(owner);
    expect((await people.customer(other)).identities).toHaveLength(1);
  });

  test('a claim becomes verified when its customer proves it, and a name that is known stays', async () => {
    const [visitor, mail] = [newId(), people.address()];
    const chat = { kind: 'CHAT', value: visitor, verified: true } as const;
    const id = await people.from([chat, email(mail, false)], null);
    await people.from([chat], 'First name');

    await people.from([chat, email(mail)], 'Second name');

    const known = await people.customer(id);
    expect(known.name).toBe('First name');
    expect(known.identities).toContainEqual(email(mail));
    expect(await people.from([email(mail)])).toBe(id);
  });

  test('a customer takes fifty identities and no more', async () => {
    const external = { kind: 'EXTERNAL', value: newId(), verified: true } as const;
    const more = (count: number): Identities =>
      Array.from({ length: count }, () => email(people.address(), false));

    const id = await people.from([external, ...more(19)]);
    for (const _round of [1, 2, 3]) await people.from([external, ...more(19)]);

    expect((await people.customer(id)).identities).toHaveLength(50);
  });

  test('other workspaces know nobody of ours', async () => {
    const identities = [email(people.address())];
    const ours = await people.from(identities);

    const theirs = await desk.receive({ from: { name: 'Kim', identities } }, desk.theirs);

    expect(theirs.customerId).not.toBe(ours);
  });
});

describe('changing a customer', () => {
  const mutation = `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) {
    customer { name company language timeZone groups notes } userErrors { code field } } }`;

  test('texts are set and taken away, groups added and removed', async () => {
    const id = await people.from([email(people.address())]);

    const set = await desk.data(mutation, {
      input: {
        id,
        name: ' Ada  L ',
        company: 'Engines',
        language: 'DE-at',
        timeZone: 'europe/vienna',
        addGroups: ['vip', 'beta'],
        notes: 'x',
      },
    });
    const changed = await desk.data(mutation, {
      input: { id, company: '', removeGroups: ['VIP'], addGroups: ['Beta'], notes: null },
    });

    expect(set).toEqual({
      updateCustomer: {
        customer: {
          name: 'Ada L',
          company: 'Engines',
          language: 'de-AT',
          timeZone: 'Europe/Vienna',
          groups: ['beta', 'vip'],
          notes: 'x',
        },
        userErrors: [],
      },
    });
    expect(changed).toEqual({
      updateCustomer: {
        customer: {
          name: 'Ada L',
          company: null,
          language: 'de-AT',
          timeZone: 'Europe/Vienna',
          groups: ['beta'],
          notes: 'x',
        },
        userErrors: [],
      },
    });
    expect(await people.found('ada l')).toEqual([id]);
    expect(await people.found('kim person')).toEqual([]);
  });

  test.each([
    ['name', 'x'.repeat(201), 'LIMIT_EXCEEDED'],
    ['notes', 'x'.repeat(10_001), 'LIMIT_EXCEEDED'],
    ['language', 'no language!', 'INVALID'],
    ['timeZone', '+01:00', 'INVALID'],
    ['addGroups', Array.from({ length: 51 }, (_, n) => `g${n}`), 'LIMIT_EXCEEDED'],
    ['addGroups', ['g'.repeat(65)], 'LIMIT_EXCEEDED'],
    ['fields', [{ key: 'unheard_of', value: 1 }], 'INVALID'],
  ])('%s that is not usable is refused', async (field, value, code) => {
    const id = await people.from([email(people.address())]);

    const answer = await desk.data(mutation, { input: { id, [field]: value } });

    expect(answer).toEqual({
      updateCustomer: { customer: null, userErrors: [{ code, field: ['input', field] }] },
    });
  });

  test('unknown customers, customers of others, and merged ones are refused', async () => {
    const [id, into] = [
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
    ];
    const { customerId: theirs } = await desk.receive({}, desk.theirs);
    await mergeCustomers(desk.deps, desk.ours.caller, { into, from: [id] });

    const codes = [];
    for (const target of [newId(), 'nonsense', theirs, id]) {
      const { updateCustomer } = await desk.data<{ updateCustomer: { userErrors: { code: string }[] } }>(
        mutation,
        { input: { id: target, name: 'X' } },
      );
      codes.push(updateCustomer.userErrors[0]?.code);
    }

    expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'CONFLICT']);
  });
});

describe('looking for customers', () => {
  test('by the beginning of a name, of a word in it, of an address or of a number; newest first', async () => {
    const unique = newId().slice(-8);
    const first = await people.from([email(`${unique}@example.org`), phone('+4366012345')], `Zoe ${unique}`);
    const second = await people.from([email(people.address())], `${unique.toUpperCase()} Zoe`);

    expect(await people.found(unique)).toEqual([second, first]);
    expect(await people.found(`zoe ${unique.slice(0, 5)}`)).toEqual([first]);
    expect(await people.found(`${unique}@EX`)).toEqual([first]);
    expect(await people.found('0043 660 / 123')).toEqual([first]);
    expect(await people.found('%')).toEqual([]);
  });

  test('pages follow each other without gap or repeat', async () => {
    const unique = newId().slice(-8);
    const ids = [];
    for (const _n of [1, 2, 3, 4, 5])
      ids.push(await people.from([email(people.address())], `Page ${unique}`));
    const query = `query ($search: String, $after: String) { customers(search: $search, first: 2, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }`;

    const seen: string[] = [];
    let after: string | null = null;
    do {
      const {
        customers,
      }: { customers: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
        await desk.data(query, { search: unique, after });
      seen.push(...customers.nodes.map(({ id }) => id));
      after = customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null;
    } while (after !== null);

    expect(seen).toEqual(ids.toReversed());
  });

  test('the words are found through the index under row-level security', async () => {
    await desk.system.query(
      `insert into customer (workspace_id, id, name, created_at)
       select $1, gen_random_uuid(), 'Bulk ' || n, now() from generate_series(1, 5000) n`,
      [desk.ours.workspaceId],
    );
    await desk.system.query(
      `insert into customer_word (workspace_id, customer_id, word, owner_id)
       select workspace_id, id, md5(name), id from customer where name like 'Bulk %'`,
    );
    const { text, values } = customersPage(desk.ours.workspaceId, 'abcde', null, 26);

    const plan = await inWorkspace<string, never>(desk.deps.pool, desk.ours.workspaceId, async (tx) => {
      const { rows } = await tx.query({ text: `explain ${text}`, values: values ?? [] });
      return ok(rows.map((row) => Object.values(row as object).join('')).join('\n'));
    });

    expect(plan.ok && plan.value).toMatch(/Index (Only )?(Scan|Cond).*\n?.*word >= 'abcde'/);
    expect(plan.ok && plan.value).not.toMatch(/Seq Scan/);
  });
});
