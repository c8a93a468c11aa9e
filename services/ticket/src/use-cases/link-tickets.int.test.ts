import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TicketLinkKind } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { maxLinks, maxParents } from '../domain/links.ts';
import { linkTickets } from './link-tickets.ts';
import { mergeTickets } from './merge-tickets.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const link = (ticketId: string, kind: TicketLinkKind, otherId: string) =>
  linkTickets(desk.deps, desk.ours.caller, { ticketId, otherId, kind });

async function tickets(many: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < many; index += 1) ids.push((await desk.receive()).id);
  return ids;
}

async function links(): Promise<string[]> {
  const { rows } = await desk.system.query<{ link: string }>(
    `select concat_ws(' ', ticket_id, kind, other_id) as link from ticket_link`,
  );
  return rows.map(({ link }) => link);
}

test('both tickets show the link and tell of it; a repeat changes nothing', async () => {
  const [child, parent] = (await tickets(2)) as [string, string];

  const result = await link(child, 'PARENT', parent);
  const again = await link(child.toUpperCase(), 'PARENT', parent.toUpperCase());
  const fromThere = await link(parent, 'CHILD', child);

  expect(result).toEqual({ ok: true, value: await desk.ticket(child) });
  expect(again).toEqual(result);
  expect(fromThere).toEqual({ ok: true, value: await desk.ticket(parent) });
  expect((await links()).sort()).toEqual([`${child} PARENT ${parent}`, `${parent} CHILD ${child}`].sort());
  for (const [id, kind, other] of [
    [child, 'PARENT', parent],
    [parent, 'CHILD', child],
  ] as const) {
    const ticket = await desk.ticket(id);
    const events = await desk.eventsOf(id);
    expect(events.map((event) => [event.kind, event.ticket.version])).toEqual([
      ['TICKET_CREATED', 1],
      ['TICKET_CHANGED', 2],
    ]);
    expect(events[1]).toMatchObject({ ticket, entry: { type: 'CHANGE', kind: 'LINKED' } });
    const { rows } = await desk.system.query(
      `select after from timeline_entry where ticket_id = $1 and change_kind = 'LINKED'`,
      [id],
    );
    expect(rows).toEqual([
      { after: { kind, linkedId: other, linkedNumber: (await desk.ticket(other)).number } },
    ]);
  }
});

test('is refused with what the caller can do', async () => {
  const [a, b] = (await tickets(2)) as [string, string];
  const theirs = await desk.receive({}, desk.theirs);
  const call = async (...args: Parameters<typeof link>) => {
    const result = await link(...args);
    return result.ok ? 'ok' : [result.error.code, result.error.field];
  };

  for (const kind of ['FOLLOW_UP_OF', 'FOLLOWED_UP_BY', 'MERGED_FROM', 'SPLIT_FROM', 'SPLIT_INTO'] as const) {
    expect(await call(a, kind, b)).toEqual(['INVALID', 'kind']);
  }
  expect(await call(a, 'RELATED', a.toUpperCase())).toEqual(['INVALID', 'otherId']);
  expect(await call('x', 'RELATED', a)).toEqual(['NOT_FOUND', 'ticketId']);
  expect(await call(a, 'RELATED', newId())).toEqual(['NOT_FOUND', 'otherId']);
  expect(await call(a, 'RELATED', theirs.id)).toEqual(['NOT_FOUND', 'otherId']);
  expect(await call(theirs.id, 'RELATED', a)).toEqual(['NOT_FOUND', 'ticketId']);
  expect(await call(a, 'RELATED', b)).toBe('ok');
});

test('a ticket that was merged away takes no link at either end, and its heir is named; what is linked stays', async () => {
  const [merged, heir, linked, other] = (await tickets(4)) as [string, string, string, string];
  await link(merged, 'RELATED', linked);
  await mergeTickets(desk.deps, desk.ours.caller, { into: heir, from: [merged] });
  const before = await Promise.all([desk.ticket(merged), desk.ticket(other)]);

  const refused = [await link(merged, 'RELATED', other), await link(other, 'PARENT', merged)];
  const repeated = await link(linked, 'RELATED', merged);

  expect(refused).toMatchObject([
    { ok: false, error: { code: 'NOT_ALLOWED_IN_STATUS', field: 'ticketId' } },
    { ok: false, error: { code: 'NOT_ALLOWED_IN_STATUS', field: 'otherId' } },
  ]);
  expect(refused.map((result) => JSON.stringify(result).includes(heir))).toEqual([true, true]);
  expect(await Promise.all([desk.ticket(merged), desk.ticket(other)])).toEqual(before);
  expect(repeated.ok).toBe(true);
});

test('parents never go in a circle, however long and whoever closes it at the same time', async () => {
  const [a, b, c, d] = (await tickets(4)) as [string, string, string, string];
  await link(b, 'PARENT', c);
  await link(d, 'PARENT', a);

  // Neither of the two sees a circle by itself, and they share no ticket.
  const results = await Promise.all([link(a, 'PARENT', b), link(d, 'CHILD', c)]);

  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(results.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'CONFLICT', field: 'otherId' } });
  expect(await link(c, 'PARENT', b)).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
});

test(`at most ${maxParents} parents stand above each other`, async () => {
  const ids = await tickets(maxParents + 2);
  const chained = [];
  for (const [index, id] of ids.slice(0, -2).entries())
    chained.push(await link(ids[index + 1]!, 'PARENT', id));

  const oneMore = await link(ids.at(-1)!, 'PARENT', ids.at(-2)!);

  expect(chained.filter(({ ok }) => !ok)).toEqual([]);
  expect(oneMore).toMatchObject({ ok: false, error: { code: 'LIMIT_EXCEEDED', field: 'otherId' } });
});

test(`a ticket has at most ${maxLinks} links, at either end`, async () => {
  const [full, last, ...others] = (await tickets(maxLinks + 2)) as [string, string, ...string[]];
  for (const other of others) await link(full, 'RELATED', other);

  expect(await link(full, 'RELATED', last)).toMatchObject({
    ok: false,
    error: { code: 'LIMIT_EXCEEDED', field: 'ticketId' },
  });
  expect(await link(last, 'RELATED', full)).toMatchObject({
    ok: false,
    error: { code: 'LIMIT_EXCEEDED', field: 'otherId' },
  });
  expect((await link(full, 'RELATED', others[0]!)).ok).toBe(true);
});
