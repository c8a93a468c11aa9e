import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerAll, erasureOf, failAfter, person, rowsWith } from '../../test/erasing.ts';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import { sweepErasures } from '../jobs/erasure-sweep.ts';
import { eraseCustomer } from './erase-customer.ts';
import { mergeCustomers } from './merge-customers.ts';
import { receiveMessage } from './receive-message.ts';
import { recordErasure } from './record-erasure.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(async () => {
  await desk.close();
});

describe('erasing a customer', () => {
  test('all that was told by them and of them is gone; what is counted stays', async () => {
    const { word, from } = person();
    const { word: mergedWord, from: mergedFrom } = person();
    const call = {
      outcome: 'ANSWERED',
      durationSeconds: 61,
      recordingUrl: `https://${word}`,
      transcript: word,
    } as const;
    const file = {
      id: newId(),
      fileName: `${word}.pdf`,
      mediaType: 'application/pdf',
      sizeBytes: 1,
      sha256: 'a'.repeat(64),
      inline: false,
      contentId: null,
    };
    const ticket = await desk.receive({
      from,
      subject: word,
      text: word,
      html: `<p>${word}</p>`,
      to: [`${word}@x.org`],
      cc: [`${word}@y.org`],
      call,
      attachments: [file],
      thread: { own: `mid:${word}`, inReplyTo: [], references: [`mid:ref-${word}`], conversation: null },
    });
    const other = await desk.receive({ from: mergedFrom, subject: mergedWord, text: mergedWord });
    const customerId = ticket.customerId ?? '';
    await mergeCustomers(desk.deps, desk.ours.caller, { into: customerId, from: [other.customerId ?? ''] });
    await desk.data(
      `mutation ($t: ID!, $c: ID!, $w: String!, $j: JSON, $m: ID!) {
         replyToTicket(input: { ticketId: $t, text: $w }) { userErrors { message } }
         addNote(input: { ticketId: $t, text: $w }) { userErrors { message } }
         updateTicket(input: { id: $t, subject: $w, priority: HIGH }) { userErrors { message } }
         one: upsertCustomField(input: { key: "plate", label: "Plate", type: TEXT, appliesTo: TICKET }) { userErrors { message } }
         two: upsertCustomField(input: { key: "size", label: "Size", type: TEXT, appliesTo: CUSTOMER }) { userErrors { message } }
         three: updateTicket(input: { id: $t, fields: [{ key: "plate", value: $j }] }) { userErrors { message } }
         updateCustomer(input: { id: $c, company: $w, notes: $w, addGroups: [$w], fields: [{ key: "size", value: $j }] }) { userErrors { message } }
         closed: updateTicket(input: { id: $m, status: RESOLVED }) { userErrors { message } } }`,
      { t: ticket.id, c: customerId, w: `again ${word}`, j: word, m: other.id },
    );
    await desk.system.query(
      `update ticket set rating = jsonb_build_object('score', 'GOOD', 'comment', $2::text, 'ratedAt', '2026-03-02T09:00:00.000Z') where id = $1`,
      [ticket.id, word],
    );
    const before = await desk.ticket(ticket.id);

    const result = await eraseCustomer(desk.deps, desk.ours.caller, customerId);
    await answerAll(desk, other.customerId);

    expect(result.ok).toBe(true);
    expect([...(await rowsWith(desk, word)), ...(await rowsWith(desk, mergedWord))]).toEqual([]);
    expect(await desk.ticket(ticket.id)).toEqual({
      ...before,
      subject: '(erased)',
      fields: {},
      rating: { ...before.rating, comment: null },
      version: before.version + 1,
      updatedAt: expect.any(String),
    });
    const { customer } = await desk.data<{ customer: object }>(
      `query ($id: ID!) { customer(id: $id) { name company notes groups fields { key } identities { value } erasedAt
         tickets { nodes { subject timeline(first: 50) { nodes { ... on Message { text html to attachments { id }
           call { durationSeconds transcript } author { ... on Customer { name } } } ... on Note { noteText: text } } } } } } }`,
      { id: customerId },
    );
    expect(customer).toMatchObject({
      name: null,
      company: null,
      notes: null,
      groups: [],
      fields: [],
      identities: [],
      erasedAt: expect.any(String),
    });
    expect(JSON.stringify(customer)).toContain('"durationSeconds":61');
    const events = await desk.eventsOf(ticket.id);
    expect(events.at(-1)).toMatchObject({
      kind: 'TICKET_CHANGED',
      changed: ['subject'],
      before: { subject: '' },
    });
    expect(events.map(({ ticket: { version } }) => version)).toEqual(
      Array.from({ length: before.version + 1 }, (_, index) => index + 1),
    );
    expect((await erasureOf(desk, customerId))?.parts).toEqual([
      { service: 'channel-ingest', erasedAt: expect.any(String), counts: { things: 2 } },
      { service: 'routing', erasedAt: expect.any(String), counts: { things: 2 } },
      { service: 'search', erasedAt: expect.any(String), counts: { things: 2 } },
      {
        service: 'ticket',
        erasedAt: expect.any(String),
        counts: { customers: 2, identities: 2, tickets: 2, messages: 3 },
      },
    ]);
  });

  test('it is complete when every service has answered every part, and not before', async () => {
    const { from } = person();
    const { customerId } = await desk.receive({ from });
    await eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');
    const erasureId = (await erasureOf(desk, customerId))?.id ?? '';
    const answer = (service: string, part: number) =>
      recordErasure(desk.deps, desk.job({ erasureId, part, service, counts: {} }));

    for (const service of ['channel-ingest', 'routing', 'search']) await answer(service, 1);
    for (const service of ['channel-ingest', 'routing']) await answer(service, 2);
    await answer('routing', 2);
    expect((await erasureOf(desk, customerId))?.completedAt).toBeNull();

    await answer('search', 2);

    expect((await erasureOf(desk, customerId))?.completedAt).toEqual(expect.any(String));
  });

  test('what they wrote on tickets of others is gone, and nothing else there', async () => {
    const [owner, guest] = [person(), person()];
    const own = `mid:${newId()}`;
    const ticket = await desk.receive({
      from: owner.from,
      subject: owner.word,
      text: owner.word,
      cc: [guest.address],
      others: [guest.address],
      thread: { own, inReplyTo: [], references: [], conversation: null },
    });
    const { customerId } = await desk.receive({ from: guest.from });
    await desk.receive({
      from: guest.from,
      text: guest.word,
      thread: { own: `mid:${guest.word}`, inReplyTo: [own], references: [], conversation: null },
    });

    await eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');
    await answerAll(desk, customerId);

    expect(await rowsWith(desk, guest.word)).toEqual([]);
    expect(await desk.ticket(ticket.id)).toMatchObject({ subject: owner.word, messageCount: 2 });
    expect(JSON.stringify(await desk.eventsOf(ticket.id))).toContain(owner.word);
  });

  test('a message that was on its way is dropped; one that comes later is of a new customer', async () => {
    const { word, from } = person();
    const { customerId } = await desk.receive({ from });
    const onItsWay = sampleMessage({ from, text: word });

    await eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');
    await receiveMessage(desk.deps, desk.job(onItsWay));
    await answerAll(desk, customerId);

    expect(await rowsWith(desk, word)).toEqual([]);
    const later = await desk.receive({ from });
    expect(later.customerId).not.toBe(customerId);
  });

  test('one that broke off is finished by the sweep or by a repeat, which gives the same answer', async () => {
    const { word, from } = person();
    const { customerId, id } = await desk.receive({ from, text: word });
    for (const _n of [1, 2, 3]) await desk.receive({ from, text: word });
    const broken = { ...desk.deps, newId: failAfter(4) };
    await expect(eraseCustomer(broken, desk.ours.caller, customerId ?? '')).rejects.toThrow('power cut');
    await desk.system.query(
      `update erasure set requested_at = requested_at - interval '2 minutes' where customer_id = $1`,
      [customerId],
    );
    expect((await desk.ticket(id)).subject).not.toBe('(erased)');

    await sweepErasures(desk.deps, desk.system, createLogger('test', 'silent'));
    const first = await erasureOf(desk, customerId);
    const repeats = await Promise.all(
      [1, 2, 3].map(() => eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '')),
    );

    expect(repeats.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await erasureOf(desk, customerId)).toEqual(first);
    expect(first?.parts).toEqual([
      {
        service: 'ticket',
        erasedAt: expect.any(String),
        counts: { customers: 1, identities: 1, tickets: 4, messages: 4 },
      },
    ]);
    expect((await desk.ticket(id)).version).toBe(2);
  });

  test('more tickets than one transaction takes are erased all', async () => {
    const { word, from } = person();
    const tickets = [];
    for (let n = 0; n < 105; n += 1) tickets.push(await desk.receive({ from, subject: word }));
    const customerId = tickets[0]?.customerId ?? '';

    await Promise.all([1, 2].map(() => eraseCustomer(desk.deps, desk.ours.caller, customerId)));
    await answerAll(desk, customerId);

    expect(await rowsWith(desk, word)).toEqual([]);
    expect((await erasureOf(desk, customerId))?.parts.at(-1)?.counts).toEqual({
      customers: 1,
      identities: 1,
      tickets: 105,
      messages: 105,
    });
  }, 60_000);

  test('only admins erase and see the proof; who was merged away is not erased for themselves', async () => {
    const [a, b] = [await desk.receive({ from: person().from }), await desk.receive({ from: person().from })];
    await mergeCustomers(desk.deps, desk.ours.caller, {
      into: b.customerId ?? '',
      from: [a.customerId ?? ''],
    });
    const mutation = `mutation ($id: ID!) { eraseCustomer(id: $id) { erased userErrors { code field } } }`;

    for (const role of ['AGENT', 'VIEWER', 'CONNECTOR'] as const) {
      expect((await desk.ask(mutation, { id: b.customerId }, { role })).errors?.[0]?.extensions.code).toBe(
        'FORBIDDEN',
      );
      expect(
        (
          await desk.ask(
            `query ($id: ID!) { erasure(customerId: $id) { id } }`,
            { id: b.customerId },
            { role },
          )
        ).errors?.[0]?.extensions.code,
      ).toBe('FORBIDDEN');
    }
    const refused = [];
    for (const id of [a.customerId, newId(), 'nonsense']) refused.push(await desk.data(mutation, { id }));
    const theirs = await desk.data(mutation, { id: b.customerId }, { workspaceId: desk.theirs.workspaceId });

    expect([...refused, theirs]).toEqual(
      ['CONFLICT', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'].map((code) => ({
        eraseCustomer: { erased: false, userErrors: [{ code, field: ['id'] }] },
      })),
    );
  });
});
