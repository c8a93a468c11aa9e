import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import { maxFamily } from '../domain/merge.ts';
import type { Ticket } from '../domain/ticket.ts';
import { createTicket } from './create-ticket.ts';
import { mergeTickets } from './merge-tickets.ts';
import { receiveMessage } from './receive-message.ts';
import { replyToTicket, type ReplyInput } from './reply-to-ticket.ts';
import { unmergeTicket } from './unmerge-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const merge = (into: Ticket, ...from: Ticket[]) =>
  mergeTickets(desk.deps, desk.ours.caller, { into: into.id, from: from.map(({ id }) => id) });
const unmerge = (ticket: Ticket) => unmergeTicket(desk.deps, desk.ours.caller, { id: ticket.id });
const now = (ticket: Ticket) => desk.ticket(ticket.id);
const answer = (ticket: Ticket, status: ReplyInput['status'] = 'PENDING') =>
  replyToTicket(desk.deps, desk.ours.caller, {
    ticketId: ticket.id,
    text: 'We look into it.',
    html: null,
    attachmentIds: [],
    cc: [],
    idempotencyKey: null,
    expectedLastMessageId: null,
    status,
  });

/** A ticket with the key by which a reply to its first mail finds it. */
async function opened(parts: Partial<NormalisedMessage> = {}): Promise<{ ticket: Ticket; key: string }> {
  const key = `mid:${newId()}`;
  const thread = { own: key, inReplyTo: [], references: [], conversation: null };
  return { ticket: await desk.receive({ thread, ...parts }), key };
}

const replyTo = (key: string): Partial<NormalisedMessage> => ({
  thread: { own: `mid:${newId()}`, inReplyTo: [key], references: [], conversation: null },
});

async function linksOf(ticketId: string): Promise<string[]> {
  const { rows } = await desk.system.query<{ link: string }>(
    `select kind || ' ' || other_id as link from ticket_link where ticket_id = $1 order by 1`,
    [ticketId],
  );
  return rows.map(({ link }) => link);
}

async function changesOf(ticketId: string): Promise<unknown[]> {
  const { rows } = await desk.system.query<{ kind: string; before: unknown; after: unknown }>(
    `select change_kind as kind, before, after from timeline_entry where ticket_id = $1 and type = 'CHANGE' order by seq`,
    [ticketId],
  );
  return rows;
}

describe('merging', () => {
  test('scenario 18: of a chain A>B>C mail to A lands in C, and unmerging gives everybody their own back', async () => {
    const [a, b, c] = [await opened(), await opened(), await opened()];
    await merge(b.ticket, a.ticket);
    await merge(c.ticket, b.ticket);

    const landed = await desk.receive(replyTo(a.key));

    expect(landed.id).toBe(c.ticket.id);
    expect(landed.messageCount).toBe(4);
    expect((await now(a.ticket)).mergedIntoId).toBe(c.ticket.id);
    expect((await now(b.ticket)).mergedIntoId).toBe(c.ticket.id);

    await unmerge(b.ticket);

    expect(await now(a.ticket)).toMatchObject({
      mergedIntoId: b.ticket.id,
      status: 'CLOSED',
      messageCount: 1,
    });
    expect(await now(b.ticket)).toMatchObject({ mergedIntoId: null, status: 'NEW', messageCount: 2 });
    expect(await now(c.ticket)).toMatchObject({ messageCount: 2, lastMessageId: landed.lastMessageId });
    expect((await desk.receive(replyTo(a.key))).id).toBe(b.ticket.id);

    await unmerge(a.ticket);

    expect(await now(a.ticket)).toMatchObject({ mergedIntoId: null, status: 'NEW', messageCount: 1 });
    expect((await desk.receive(replyTo(a.key))).id).toBe(a.ticket.id);
    expect((await desk.receive(replyTo(b.key))).id).toBe(b.ticket.id);
  });

  test('tells on both sides what was merged, by entries, events and a link, and takes the status back', async () => {
    const [into, from] = [(await opened()).ticket, (await opened()).ticket];
    await answer(from, 'ON_HOLD');
    const before = await now(from);

    const result = await merge(into, from);

    const heir = await now(into);
    expect(result).toEqual({ ok: true, value: heir });
    expect(heir).toMatchObject({
      messageCount: 3,
      lastMessageId: before.lastMessageId,
      awaitingReplySince: into.awaitingReplySince,
      firstRepliedAt: before.firstRepliedAt,
      version: 2,
    });
    const merged = await now(from);
    expect(merged).toMatchObject({ status: 'CLOSED', mergedIntoId: into.id, version: before.version + 1 });
    expect((await changesOf(from.id)).slice(-2)).toEqual([
      {
        kind: 'MERGED',
        before: { mergedIntoId: null },
        after: { mergedIntoId: into.id, mergedIntoNumber: into.number },
      },
      { kind: 'STATUS', before: { status: 'ON_HOLD' }, after: { status: 'CLOSED' } },
    ]);
    expect(await changesOf(into.id)).toEqual([
      { kind: 'MERGED', before: {}, after: { mergedFromId: from.id, mergedFromNumber: from.number } },
    ]);
    expect([await linksOf(into.id), await linksOf(from.id)]).toEqual([[`MERGED_FROM ${from.id}`], []]);
    expect((await desk.eventsOf(from.id)).at(-1)).toMatchObject({ kind: 'TICKET_MERGED', ticket: merged });
    expect((await desk.eventsOf(into.id)).at(-1)).toMatchObject({ kind: 'TICKET_CHANGED', ticket: heir });

    await unmerge(from);

    expect(await now(from)).toMatchObject({
      status: 'ON_HOLD',
      mergedIntoId: null,
      resolvedAt: null,
      awaitingReplySince: null,
      lastMessageId: before.lastMessageId,
    });
    expect(await now(into)).toMatchObject({
      messageCount: 1,
      lastMessageId: into.lastMessageId,
      firstRepliedAt: null,
    });
    expect(await linksOf(into.id)).toEqual([]);
    expect((await changesOf(from.id)).slice(-2)).toMatchObject([
      {
        kind: 'MERGED',
        before: { mergedIntoId: into.id, mergedIntoNumber: into.number },
        after: { mergedIntoId: null },
      },
      { kind: 'STATUS' },
    ]);
    expect((await changesOf(into.id)).at(-1)).toMatchObject({
      kind: 'MERGED',
      before: { mergedFromId: from.id },
    });
  });

  test('tickets that follow into another heir get a version and an event each, so that every snapshot names the end', async () => {
    const [a, b, c] = [(await opened()).ticket, (await opened()).ticket, (await opened()).ticket];
    await merge(b, a);

    await merge(c, b);

    const follower = await now(a);
    expect(follower).toMatchObject({ mergedIntoId: c.id, version: 3 });
    expect((await desk.eventsOf(a.id)).at(-1)).toMatchObject({
      kind: 'TICKET_CHANGED',
      ticket: follower,
      changed: ['mergedIntoId'],
      before: { mergedIntoId: b.id },
      entry: null,
    });
  });

  test('repeating changes nothing, also by way of another, and when the heir was closed since', async () => {
    const [a, b, c] = [(await opened()).ticket, (await opened()).ticket, (await opened()).ticket];
    await merge(b, a);
    await merge(c, a, b);
    await updateTicket(desk.deps, desk.ours.caller, { id: c.id, status: 'CLOSED' });
    const closed = await now(c);

    const again = await merge(c, a, b);

    expect(again).toEqual({ ok: true, value: closed });
    expect(await now(c)).toEqual(closed);
  });

  test('a resolved or sleeping heir is an open one again when somebody waits on what is merged into it', async () => {
    const [heir, waiting] = [(await opened()).ticket, (await opened()).ticket];
    await updateTicket(desk.deps, desk.ours.caller, { id: heir.id, status: 'RESOLVED' });

    await merge(heir, waiting);

    expect(await now(heir)).toMatchObject({
      status: 'OPEN',
      resolvedAt: null,
      awaitingReplySince: waiting.awaitingReplySince,
    });
  });

  test.each(['PENDING', 'ON_HOLD'] as const)(
    'a heir that is %s opens when somebody waits',
    async (status) => {
      const [heir, waiting] = [(await opened()).ticket, (await opened()).ticket];
      await answer(heir, status);

      await merge(heir, waiting);

      expect(await now(heir)).toMatchObject({
        status: 'OPEN',
        awaitingReplySince: waiting.awaitingReplySince,
      });
    },
  );

  test.each(['PENDING', 'ON_HOLD', 'RESOLVED'] as const)(
    'a heir that is %s stays so when nobody waits',
    async (status) => {
      const [heir, answered] = [(await opened()).ticket, (await opened()).ticket];
      await answer(heir, status);
      await answer(answered);

      await merge(heir, answered);

      expect(await now(heir)).toMatchObject({ status, awaitingReplySince: null });
    },
  );

  test('a message for a merged ticket whose heir is closed opens a follow-up of the heir, once', async () => {
    const [from, into] = [await opened(), await opened()];
    await merge(into.ticket, from.ticket);
    await updateTicket(desk.deps, desk.ours.caller, { id: into.ticket.id, status: 'CLOSED' });

    const followUp = await desk.receive(replyTo(from.key));
    const second = await desk.receive(replyTo(from.key));

    expect([followUp.status, second.id]).toEqual(['NEW', followUp.id]);
    expect(await linksOf(followUp.id)).toEqual([`FOLLOW_UP_OF ${into.ticket.id}`]);
  });

  test('is refused with what the caller can do', async () => {
    const [a, b, c, d] = await Promise.all([opened(), opened(), opened(), opened()]);
    await merge(b.ticket, a.ticket);
    await updateTicket(desk.deps, desk.ours.caller, { id: d.ticket.id, status: 'SPAM' });
    const theirs = await desk.receive({}, desk.theirs);
    const call = async (into: string, ...from: string[]) => {
      const result = await mergeTickets(desk.deps, desk.ours.caller, { into, from });
      return result.ok ? 'ok' : [result.error.code, result.error.field];
    };
    const [idA, idB, idC, idD] = [a.ticket.id, b.ticket.id, c.ticket.id, d.ticket.id];

    expect(await call(newId(), idC)).toEqual(['NOT_FOUND', 'into']);
    expect(await call(theirs.id, idC)).toEqual(['NOT_FOUND', 'into']);
    expect(await call(idC, theirs.id)).toEqual(['NOT_FOUND', 'from']);
    expect(await call('nonsense', idC)).toEqual(['NOT_FOUND', 'into']);
    expect(await call(idC, 'nonsense')).toEqual(['NOT_FOUND', 'from']);
    expect(await call(idC)).toEqual(['INVALID', 'from']);
    expect(await call(idC, idC.toUpperCase())).toEqual(['INVALID', 'from']);
    expect(await call(idC, idB, idB.toUpperCase())).toEqual(['INVALID', 'from']);
    expect(await call(idC, ...Array.from({ length: 21 }, newId))).toEqual(['LIMIT_EXCEEDED', 'from']);
    expect(await call(idA, idC)).toEqual(['CONFLICT', 'into']);
    expect(await call(idC, idA)).toEqual(['CONFLICT', 'from']);
    expect(await call(idD, idC)).toEqual(['NOT_ALLOWED_IN_STATUS', 'into']);
    const named = await merge(c.ticket, a.ticket);
    expect(named.ok ? '' : named.error.message).toContain(idB);
    expect(await unmerge(c.ticket)).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
    expect(await unmerge(theirs)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(await unmergeTicket(desk.deps, desk.ours.caller, { id: 'x' })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  test('a customer’s ticket is not swallowed by an internal one, the other way round is fine', async () => {
    const { ticket } = await opened();
    const made = await createTicket(desk.deps, desk.ours.caller, {
      idempotencyKey: null,
      subject: 'Between us',
      text: null,
      html: null,
      customerId: null,
      customerEmail: null,
      priority: 'NORMAL',
      teamId: null,
      assigneeId: null,
      tags: [],
      fields: [],
    });
    if (!made.ok) throw new Error(made.error.code);

    expect(await merge(made.value, ticket)).toMatchObject({
      ok: false,
      error: { code: 'INVALID', field: 'from' },
    });
    expect(await merge(ticket, made.value)).toMatchObject({ ok: true, value: { id: ticket.id } });
  });

  test(`a family has at most ${maxFamily} tickets`, async () => {
    const tickets: Ticket[] = [];
    for (let index = 0; index <= maxFamily; index += 1) tickets.push((await opened()).ticket);
    const [heir, one, ...others] = tickets;
    for (let index = 0; index < maxFamily - 2; index += 20) {
      await merge(heir!, ...others.slice(index, Math.min(index + 20, maxFamily - 2)));
    }

    const full = await merge(heir!, one!);
    const tooMany = await merge(heir!, others.at(-1)!);

    expect(full.ok).toBe(true);
    expect(tooMany).toMatchObject({ ok: false, error: { code: 'LIMIT_EXCEEDED', field: 'from' } });
    expect((await now(heir!)).messageCount).toBe(maxFamily);
  });
});

describe('at the same time', () => {
  test('of opposite merges one takes place and the other is told the heir', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [a, b] = [(await opened()).ticket, (await opened()).ticket];

      const results = await Promise.all([merge(a, b), merge(b, a)]);

      const [won, lost] = results[0].ok ? results : results.toReversed();
      const winner = results[0].ok ? a : b;
      expect(won?.ok).toBe(true);
      expect(lost).toMatchObject({ ok: false, error: { code: 'CONFLICT', field: 'into' } });
      expect(JSON.stringify(lost)).toContain(winner.id);
      expect((await now(winner)).messageCount).toBe(2);
    }
  });

  test('twenty merges into one heir all take place', async () => {
    const heir = (await opened()).ticket;
    const others = await Promise.all(Array.from({ length: 20 }, async () => (await opened()).ticket));

    const results = await Promise.all(others.map((other) => merge(heir, other)));

    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(await now(heir)).toMatchObject({ messageCount: 21, version: 21 });
  });

  test('a message that waited for its ticket finds the heir that a merge has given it meanwhile', async () => {
    const [first, second] = [await opened(), await opened()];
    const holder = await desk.system.connect();
    await holder.query('begin');
    await holder.query('select from ticket where id = $1 for update', [first.ticket.id]);
    // The first to wait for a row holds a lock on its turn; whoever comes later waits for that one.
    const turn = async (granted: boolean): Promise<boolean> => {
      const { rowCount } = await desk.system.query(
        `select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
          where l.locktype = 'tuple' and l.relation = 'ticket'::regclass and l.granted = $1`,
        [granted],
      );
      return rowCount === 1;
    };

    const merging = merge(second.ticket, first.ticket);
    await eventually(() => turn(true));
    const message = sampleMessage(replyTo(first.key));
    const receiving = receiveMessage(desk.deps, desk.job(message));
    await eventually(() => turn(false));
    await holder.query('commit');
    holder.release();
    await Promise.all([merging, receiving]);

    expect((await desk.ticketOf(message.messageId)).id).toBe(second.ticket.id);
    expect(await now(second.ticket)).toMatchObject({ messageCount: 3, lastMessageId: message.messageId });
    expect(await now(first.ticket)).toMatchObject({ messageCount: 1, mergedIntoId: second.ticket.id });
  });
});
