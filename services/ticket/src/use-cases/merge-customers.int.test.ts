import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { CustomersAtDesk, email } from '../../test/customers-at-desk.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { mergeCustomers } from './merge-customers.ts';
import { unmergeCustomer } from './unmerge-customer.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(async () => {
  await desk.close();
});

const people = new CustomersAtDesk(() => desk);

describe('merging customers', () => {
  test('tickets and identities lead to the heir, and come back when it is undone', async () => {
    const [mailA, mailB, mailC] = [people.address(), people.address(), people.address()];
    const [a, b, c] = [
      await people.from([email(mailA)], 'Aa'),
      await people.from([email(mailB)]),
      await people.from([email(mailC)]),
    ];
    const ticketOfA = (await people.customer(a)).tickets.nodes[0]?.id ?? '';
    const merge = (into: string, ...ids: string[]) =>
      mergeCustomers(desk.deps, desk.ours.caller, { into, from: ids });

    await merge(b, a);
    await merge(c, b);
    const later = await people.from([email(mailA)]);
    const heir = await people.customer(c);

    expect(later).toBe(c);
    expect(heir.identities.map(({ value }) => value)).toEqual([mailA, mailB, mailC]);
    expect(heir.tickets.nodes).toHaveLength(4);
    expect(await people.customer(a)).toMatchObject({
      identities: [],
      mergedInto: { id: c },
      tickets: { nodes: [] },
    });
    expect(await people.found(mailA)).toEqual([c]);
    expect((await desk.eventsOf(ticketOfA)).map(({ changed }) => changed)).toEqual([
      [],
      ['customerId'],
      ['customerId'],
    ]);

    const undone = await unmergeCustomer(desk.deps, desk.ours.caller, b);
    const again = await unmergeCustomer(desk.deps, desk.ours.caller, b);

    expect([undone.ok, again.ok]).toEqual([true, true]);
    expect(await people.customer(a)).toMatchObject({ mergedInto: { id: b } });
    expect(await people.customer(b)).toMatchObject({ mergedInto: null });
    expect((await people.customer(b)).tickets.nodes).toHaveLength(2);
    expect((await people.customer(c)).tickets.nodes).toHaveLength(2);
    expect(await people.found(mailA)).toEqual([b]);

    await unmergeCustomer(desk.deps, desk.ours.caller, a);

    expect(await people.customer(a)).toMatchObject({
      name: 'Aa',
      identities: [email(mailA)],
      mergedInto: null,
      tickets: { nodes: [{ id: ticketOfA }] },
    });
    expect(await people.from([email(mailA)])).toBe(a);
  });

  test('tickets that went back once do not follow an earlier merge', async () => {
    const [a, b, c] = [
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
    ];
    const caller = desk.ours.caller;
    await mergeCustomers(desk.deps, caller, { into: b, from: [a] });
    await mergeCustomers(desk.deps, caller, { into: c, from: [b] });
    await unmergeCustomer(desk.deps, caller, a);
    await mergeCustomers(desk.deps, caller, { into: c, from: [a] });

    await unmergeCustomer(desk.deps, caller, b);

    expect((await people.customer(b)).tickets.nodes).toHaveLength(1);
    expect((await people.customer(c)).tickets.nodes).toHaveLength(2);
  });

  test('who was merged into another of them goes along with that one', async () => {
    const [a, b, c] = [
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
    ];
    const { caller } = desk.ours;
    await mergeCustomers(desk.deps, caller, { into: b, from: [a] });

    const merged = await mergeCustomers(desk.deps, caller, { into: c, from: [a, b] });
    const again = await mergeCustomers(desk.deps, caller, { into: c, from: [a, b] });

    expect([merged.ok, again.ok]).toEqual([true, true]);
    expect(await people.customer(a)).toMatchObject({ mergedInto: { id: c }, tickets: { nodes: [] } });
    expect((await people.customer(c)).tickets.nodes).toHaveLength(3);

    await unmergeCustomer(desk.deps, caller, b);

    expect(await people.customer(a)).toMatchObject({ mergedInto: { id: b } });
    expect((await people.customer(b)).tickets.nodes).toHaveLength(2);
  });

  test('who was merged into somebody else does not', async () => {
    const [a, b, c] = [
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
    ];
    await mergeCustomers(desk.deps, desk.ours.caller, { into: b, from: [a] });

    const refused = await mergeCustomers(desk.deps, desk.ours.caller, { into: c, from: [a] });

    expect(refused).toMatchObject({ ok: false, error: { code: 'MERGED', heirId: b, field: 'from' } });
  });

  test('a repeat changes nothing', async () => {
    const [a, b] = [
      await people.from([email(people.address())]),
      await people.from([email(people.address())]),
    ];
    const input = { into: b, from: [a, a] };
    await mergeCustomers(desk.deps, desk.ours.caller, input);
    const before = (await people.customer(b)).tickets.nodes;

    const repeated = await mergeCustomers(desk.deps, desk.ours.caller, input);

    expect(repeated.ok).toBe(true);
    const versions = await Promise.all(before.map(async ({ id }) => (await desk.ticket(id)).version));
    expect(versions.toSorted((x, y) => x - y)).toEqual([1, 2]);
  });

  test('of two opposite merges at once one wins and the other is a conflict', async () => {
    for (const _round of [1, 2, 3, 4, 5]) {
      const [a, b] = [
        await people.from([email(people.address())]),
        await people.from([email(people.address())]),
      ];

      const results = await Promise.all([
        mergeCustomers(desk.deps, desk.ours.caller, { into: a, from: [b] }),
        mergeCustomers(desk.deps, desk.ours.caller, { into: b, from: [a] }),
      ]);

      expect(results.filter(({ ok: won }) => won)).toHaveLength(1);
      expect(results.find(({ ok: won }) => !won)).toMatchObject({ error: { code: 'MERGED', field: 'into' } });
    }
  });

  test('messages that come while their sender is merged lose no ticket', async () => {
    const mail = people.address();
    const [a, b] = [await people.from([email(mail)]), await people.from([email(people.address())])];

    await Promise.all([
      ...Array.from({ length: 20 }, () => people.from([email(mail)])),
      mergeCustomers(desk.deps, desk.ours.caller, { into: b, from: [a] }),
    ]);

    expect((await people.customer(a)).tickets.nodes).toEqual([]);
    expect((await people.customer(b)).tickets.nodes).toHaveLength(22);
  });

  test.each([
    ['nobody', [] as string[], 'INVALID'],
    ['more than twenty', Array.from({ length: 21 }, () => newId()), 'LIMIT_EXCEEDED'],
    ['unknown ones', [newId()], 'NOT_FOUND'],
  ])('%s cannot be merged', async (_what, ids, code) => {
    const into = await people.from([email(people.address())]);

    const answer = await desk.data(
      `mutation ($into: ID!, $from: [ID!]!) { mergeCustomers(into: $into, from: $from) {
         customer { id } userErrors { code field } } }`,
      { into, from: ids },
    );

    expect(answer).toEqual({ mergeCustomers: { customer: null, userErrors: [{ code, field: ['from'] }] } });
  });
});
