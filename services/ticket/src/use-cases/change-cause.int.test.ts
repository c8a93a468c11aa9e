import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeliveryFailed } from '@smart-tickets/contracts';
import { answerAt, from, talkAt, thread } from '../../test/talk.ts';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import { assignTicket } from './assign-ticket.ts';
import { closeResolvedTicket } from './close-resolved-ticket.ts';
import { receiveMessage } from './receive-message.ts';
import { recordDelivery } from './record-delivery.ts';
import { splitTicket } from './split-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

/** The changes of a ticket as an agent is shown them, oldest first. */
async function changesOf(ticketId: string): Promise<object[]> {
  const query = `query($id: ID!) { ticket(id: $id) { timeline(first: 50, kinds: [CHANGE]) {
                   nodes { ... on TicketChange { kind cause { requestId eventId depth } } } } } }`;
  const { ticket } = await desk.data<{ ticket: { timeline: { nodes: object[] } } }>(query, { id: ticketId });
  return ticket.timeline.nodes;
}

const asked = { requestId: 'test-request', eventId: null, depth: 0 };

describe('the cause of a change', () => {
  test('is the request of the agent who made it', async () => {
    const created = `mutation { createTicket(input: { subject: "Plain" }) { ticket { id } } }`;
    const { createTicket } = await desk.data<{ createTicket: { ticket: { id: string } } }>(created);
    const [creation] = await changesOf(createTicket.ticket.id);
    expect(creation).toEqual({
      kind: 'CREATED',
      cause: { requestId: expect.stringMatching(/./u), eventId: null, depth: 0 },
    });

    const { id } = await desk.receive(from('asks@example.org'));
    await updateTicket(desk.deps, desk.ours.caller, { id, priority: 'HIGH', addTags: ['a'] });
    await answerAt(desk, id);
    const second = await desk.receive({ ...from('asks@example.org'), ...thread() });
    const split = await splitTicket(desk.deps, desk.ours.caller, {
      ticketId: id,
      fromMessageId: await answerAt(desk, id),
      subject: 'Another matter',
    });
    if (!split.ok) throw new Error(split.error.code);

    expect(second.id).not.toBe(id);
    expect(await changesOf(id)).toEqual([
      { kind: 'PRIORITY', cause: asked },
      { kind: 'TAGS', cause: asked },
      { kind: 'STATUS', cause: asked },
      { kind: 'SPLIT', cause: asked },
    ]);
    expect(await changesOf(split.value.id)).toContainEqual({ kind: 'SPLIT', cause: asked });
  });

  test('is the event from which it followed, one step further from where it began', async () => {
    const talk = await talkAt(desk);
    const words = sampleMessage({ ...from(talk.customer), ...thread({ inReplyTo: [talk.answer] }) });
    const said = desk.job(words);
    await receiveMessage(desk.deps, said);
    const { id } = talk.ticket;
    const failedAnswer = await answerAt(desk, id);
    const failed = desk.job<DeliveryFailed>({
      messageId: failedAnswer,
      ticketId: id,
      status: 'BOUNCED',
      error: '550 5.1.1 no such user',
      recipients: [{ address: talk.customer, dead: true, error: null }],
      at: '2026-03-02T10:00:00.000Z',
    });
    await recordDelivery(desk.deps, failed);
    const { teamId } = desk.ours;
    const routed = desk.job({ ticketId: id, teamId, assigneeId: null, inPlaceOf: null, reason: 'r' });
    await assignTicket(desk.deps, routed);

    const by = (job: { readonly id: string }): object => ({ requestId: 'r', eventId: job.id, depth: 1 });
    expect(await changesOf(id)).toEqual([
      { kind: 'STATUS', cause: asked },
      { kind: 'STATUS', cause: by(said) },
      { kind: 'STATUS', cause: asked },
      { kind: 'DELIVERY', cause: by(failed) },
      { kind: 'STATUS', cause: by(failed) },
      { kind: 'ASSIGNMENT', cause: by(routed) },
    ]);
  });

  test('of what a clock did is a beginning of its own', async () => {
    const { id } = await desk.receive(from('done@example.org'));
    await updateTicket(desk.deps, desk.ours.caller, { id, status: 'RESOLVED' });
    desk.now = () => new Date(Date.now() + 400 * 86_400_000);
    await closeResolvedTicket(desk.deps, { workspaceId: desk.ours.workspaceId, id });
    desk.now = () => new Date();

    expect(await changesOf(id)).toEqual([
      { kind: 'STATUS', cause: asked },
      {
        kind: 'STATUS',
        cause: { requestId: expect.stringMatching(/^[\da-f-]{36}$/u), eventId: null, depth: 0 },
      },
    ]);
  });

  test('is unknown of a change from before causes were kept', async () => {
    const { id } = await desk.receive(from('old@example.org'));
    await updateTicket(desk.deps, desk.ours.caller, { id, priority: 'HIGH' });
    await desk.system.query('update timeline_entry set cause = null where ticket_id = $1', [id]);

    expect(await changesOf(id)).toEqual([{ kind: 'PRIORITY', cause: null }]);
  });
});
