import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { retentionDays } from '@smart-tickets/kit/sweep';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { trimIdempotency } from '../persistence/idempotency-store.ts';
import { readTimeline } from '../../test/timeline.ts';
import { replyToTicket, type ReplyInput } from './reply-to-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
let ticket: Ticket;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());
beforeEach(async () => {
  ticket = await desk.receive();
});

const reply = (parts: Partial<ReplyInput> = {}): ReplyInput => ({
  ticketId: ticket.id,
  text: 'An answer.',
  html: null,
  cc: [],
  attachmentIds: [],
  idempotencyKey: null,
  expectedLastMessageId: null,
  status: 'PENDING',
  ...parts,
});

const answer = (parts: Partial<ReplyInput> = {}, caller = desk.ours.caller) =>
  replyToTicket(desk.deps, caller, reply(parts));

/** What came of many calls: the id of the message, or the code of the refusal. */
function outcomes(results: readonly Awaited<ReturnType<typeof answer>>[]): string[] {
  return results.map((result) => (result.ok ? result.value.message.id : result.error.code));
}

async function textsOn(ticketId: string): Promise<string[]> {
  const entries = await readTimeline(desk.deps.pool, desk.ours.workspaceId, ticketId, 0, 100);
  return entries.flatMap((entry) => (entry.type === 'MESSAGE' ? [entry.text] : []));
}

describe('the same key', () => {
  test('scenario 53: a blind retry changes nothing, also after the first answer was lost', async () => {
    const parts = { idempotencyKey: newId(), expectedLastMessageId: ticket.lastMessageId };
    const first = await answer(parts);
    await answer({ text: 'From a colleague' }, desk.ours.otherCaller);
    await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status: 'CLOSED' });
    const before = await desk.ticket(ticket.id);

    const again = await answer(parts);

    expect(again).toEqual({
      ok: true,
      value: { message: first.ok && first.value.message, ticket: before },
    });
    expect(await desk.ticket(ticket.id)).toEqual(before);
  });

  test('fault 22: at the same time is carried out once', async () => {
    const parts = { idempotencyKey: newId() };

    const results = await Promise.all(Array.from({ length: 50 }, () => answer(parts)));

    expect(new Set(outcomes(results))).toEqual(new Set([(await desk.ticket(ticket.id)).lastMessageId]));
    expect(await textsOn(ticket.id)).toHaveLength(2);
  });

  test.each<[string, Partial<ReplyInput>]>([
    ['text', { text: 'Something else.' }],
    ['HTML', { html: '<p>Something else.</p>' }],
    ['copies', { cc: ['a@example.org'] }],
    ['status', { status: 'OPEN' }],
    ['expected message', { expectedLastMessageId: newId() }],
    ['ticket', { ticketId: newId() }],
    ['files', { attachmentIds: [newId()] }],
  ])('fault 22: with another %s is refused', async (_name, other) => {
    const idempotencyKey = newId();
    await answer({ idempotencyKey });

    const result = await answer({ idempotencyKey, ...other });

    expect(result).toMatchObject({ ok: false, error: { code: 'DUPLICATE', field: 'idempotencyKey' } });
    expect(await textsOn(ticket.id)).toHaveLength(2);
  });

  test('fault 22: after a fault of ours, or a refusal, is carried out anew', async () => {
    const parts = { idempotencyKey: newId() };
    const broken = {
      ...desk.deps,
      now: (): Date => {
        throw new Error('no clock');
      },
    };

    await expect(replyToTicket(broken, desk.ours.caller, reply(parts))).rejects.toThrow('no clock');
    const refused = await answer({ ...parts, text: 'Too early', expectedLastMessageId: newId() });
    const result = await answer(parts);

    expect(refused.ok).toBe(false);
    expect(result.ok && result.value.message.text).toBe('An answer.');
    expect(await textsOn(ticket.id)).toEqual(['Please help', 'An answer.']);
  });

  test('fault 22: is remembered for days and forgotten in the end', async () => {
    const parts = { idempotencyKey: newId() };
    const first = await answer(parts);
    const sweepAt = async (days: number): Promise<void> => {
      const age = `update idempotency set created_at = now() - make_interval(days => $2) where key = $1`;
      await desk.system.query(age, [parts.idempotencyKey, days]);
      await desk.system.query(trimIdempotency, [retentionDays, 5_000]);
    };

    await sweepAt(retentionDays - 1);
    const remembered = await answer(parts);
    await sweepAt(retentionDays + 1);
    const forgotten = await answer(parts);

    const [id, again, other] = outcomes([first, remembered, forgotten]);
    expect([again === id, other === id, forgotten.ok]).toEqual([true, false, true]);
  });

  test('of another agent or another workspace is another key', async () => {
    const idempotencyKey = newId();
    const theirs = await desk.receive({}, desk.theirs);

    const results = [
      await answer({ idempotencyKey }),
      await answer({ idempotencyKey }, desk.ours.otherCaller),
      await answer({ idempotencyKey, ticketId: theirs.id }, desk.theirs.caller),
    ];

    expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(new Set(outcomes(results)).size).toBe(3);
  });
});
