import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Subscriber } from '../test/subscriber.ts';
import { TicketDesk } from '../test/ticket-desk.ts';
import { replyToTicket } from './use-cases/reply-to-ticket.ts';
import { updateTicket } from './use-cases/update-ticket.ts';

interface Event {
  readonly ticketEvents: {
    readonly cursor: string;
    readonly kind: string;
    readonly ticket: { readonly id: string; readonly version: number };
  };
}

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const events = `subscription ($after: String, $filter: TicketFilter) {
  ticketEvents(after: $after, filter: $filter) { cursor kind ticket { id version } } }`;
/** Before the first event, so that nothing depends on when the subscription begins. */
const beginning = Buffer.from(JSON.stringify([1, 'ticket-event', 0])).toString('base64url');
const shown = ({ ticketEvents: { kind, ticket } }: Event): string => `${kind} ${ticket.id} ${ticket.version}`;
const mailFrom = (address: string) => ({
  from: { name: null, identities: [{ kind: 'EMAIL' as const, value: address, verified: true }] },
});

test('28: who was away for an hour is given the exact difference by the cursor, and goes on live', async () => {
  const watching = new Subscriber<Event>(desk, events, { after: beginning });
  const first = await desk.receive(mailFrom('first@example.org'));
  const { cursor } = (await watching.until(({ ticketEvents }) => ticketEvents.ticket.id === first.id))
    .ticketEvents;
  await watching.close();

  const second = await desk.receive(mailFrom('second@example.org'));
  await updateTicket(desk.deps, desk.ours.caller, { id: first.id, priority: 'HIGH' });
  await updateTicket(desk.deps, desk.ours.caller, { id: second.id, status: 'RESOLVED' });
  const back = new Subscriber<Event>(desk, events, { after: cursor });
  await back.until(
    ({ ticketEvents }) => ticketEvents.ticket.id === second.id && ticketEvents.ticket.version === 2,
  );
  const third = await desk.receive(mailFrom('third@example.org'));
  await back.until(({ ticketEvents }) => ticketEvents.ticket.id === third.id);

  expect(back.received.map(shown)).toEqual([
    `TICKET_CREATED ${second.id} 1`,
    `TICKET_CHANGED ${first.id} 2`,
    `TICKET_CHANGED ${second.id} 2`,
    `TICKET_CREATED ${third.id} 1`,
  ]);
  await back.close();
});

test('27: a gap in the socket is replayed, and the answer written over it is refused with what came in between', async () => {
  const watching = new Subscriber<Event>(desk, events, { after: beginning });
  const thread = { own: 'mid:gap-1', inReplyTo: [], references: [], conversation: null };
  const ticket = await desk.receive({ ...mailFrom('gap@example.org'), thread });
  const seen = (await watching.until(({ ticketEvents }) => ticketEvents.ticket.id === ticket.id))
    .ticketEvents;
  await watching.close();
  const between = await desk.receive({
    ...mailFrom('gap@example.org'),
    thread: { own: 'mid:gap-2', inReplyTo: ['mid:gap-1'], references: [], conversation: null },
  });

  const refused = await replyToTicket(desk.deps, desk.ours.caller, {
    idempotencyKey: null,
    ticketId: ticket.id,
    text: 'As you asked at first …',
    html: null,
    cc: [],
    attachmentIds: [],
    expectedLastMessageId: ticket.lastMessageId,
    status: 'PENDING',
  });
  const back = new Subscriber<Event>(desk, events, { after: seen.cursor });
  await back.until(({ ticketEvents }) => ticketEvents.ticket.version === between.version);

  expect(refused).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
  expect(back.received.map(shown)).toEqual([`MESSAGE_ADDED ${ticket.id} 2`]);
  await back.close();
});
