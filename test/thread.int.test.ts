import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { Services } from './support/services.ts';

interface TicketView {
  id: string;
  number: number;
  subject: string;
  status: string;
  language: string | null;
  version: number;
  messageCount: number;
  team: { id: string } | null;
  assignee: { id: string } | null;
  customer: { name: string | null; identities: { kind: string; value: string }[] } | null;
  timeline: { nodes: { __typename: string; text?: string; threadReason?: string | null; kind?: string }[] };
}

const ticketFields = `id number subject status language version messageCount team { id } assignee { id }
  customer { name identities { kind value } }
  timeline { nodes { __typename ... on Message { text threadReason } ... on TicketChange { kind } } }`;

describe.each(queueBackends)('the walking thread on $name', ({ open }) => {
  let services: Services;

  beforeAll(async () => {
    services = await Services.start(open);
  });
  afterAll(async () => {
    await services.stop();
  });

  async function settled(
    id: string,
  ): Promise<{ status: string; reason: string | null; ticket: { id: string } | null }> {
    return eventually(async () => {
      const { inboundMessage } = await services.data<{
        inboundMessage: { status: string; reason: string | null; ticket: { id: string } | null } | null;
      }>(
        'channel-ingest',
        services.viewer('ADMIN'),
        `query ($id: ID!) { inboundMessage(id: $id) { status reason ticket { id } } }`,
        { id },
      );
      return inboundMessage === null || inboundMessage.status === 'RECEIVED' ? null : inboundMessage;
    });
  }

  async function ticket(id: string): Promise<TicketView> {
    const data = await services.data<{ ticket: TicketView }>(
      'ticket',
      services.viewer('AGENT'),
      `query ($id: ID!) { ticket(id: $id) { ${ticketFields} } }`,
      { id },
    );
    return data.ticket;
  }

  test('a mail becomes a ticket that is assigned, and is found again by its words', async () => {
    const raw = mail({
      from: 'Grace Hopper <Grace@Example.org>',
      subject: 'The flux compensator hums',
      text: 'Since yesterday the compensator hums in a low tone. Please help me to repair it.',
      messageId: 'hum@example.org',
    });

    const { id } = await services.ingestMail(raw);
    const inbound = await settled(id);
    const ticketId = inbound.ticket?.id ?? '';
    const assigned = await eventually(async () => {
      const found = await ticket(ticketId);
      return found.team === null ? null : found;
    });

    expect({ ...assigned, id: '', number: 0 }).toEqual({
      id: '',
      number: 0,
      subject: 'The flux compensator hums',
      status: 'NEW',
      language: 'en',
      version: 2,
      messageCount: 1,
      team: { id: services.seed.teams[0]?.id },
      assignee: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      customer: { name: 'Grace Hopper', identities: [{ kind: 'EMAIL', value: 'grace@example.org' }] },
      timeline: {
        nodes: [
          {
            __typename: 'Message',
            text: 'Since yesterday the compensator hums in a low tone. Please help me to repair it.',
            threadReason: 'NEW_CONVERSATION',
          },
          { __typename: 'TicketChange', kind: 'ASSIGNMENT' },
        ],
      },
    });
    const hits = await eventually(async () => {
      const { searchTickets } = await services.data<{ searchTickets: { edges: { node: { id: string } }[] } }>(
        'search',
        services.viewer('AGENT'),
        `{ searchTickets(query: "humming compensator") { edges { node { id } } } }`,
      );
      return searchTickets.edges.length === 0 ? null : searchTickets.edges;
    });
    expect(hits.map(({ node }) => node.id)).toEqual([ticketId]);
  });

  test('an answer lands on the ticket of the mail it answers, whichever comes first', async () => {
    const question = mail({ subject: 'Invoice', text: 'Where is my invoice?', messageId: 'q1@example.org' });
    const answer = mail({
      from: 'Colleague <c@example.net>',
      subject: 'Re: Invoice',
      text: 'It is here.\n\nOn Monday Ada wrote:\n> Where is my invoice?',
      messageId: 'a1@example.net',
      inReplyTo: 'q1@example.org',
      references: ['q1@example.org'],
      headers: { Cc: 'Ada <ada@example.org>' },
    });

    const second = await settled((await services.ingestMail(answer)).id);
    const first = await settled((await services.ingestMail(question)).id);

    expect(first.ticket?.id).toBe(second.ticket?.id);
    const { timeline } = await ticket(first.ticket?.id ?? '');
    expect(timeline.nodes.filter((node) => node.__typename === 'Message')).toEqual([
      { __typename: 'Message', text: 'It is here.', threadReason: 'NEW_CONVERSATION' },
      { __typename: 'Message', text: 'Where is my invoice?', threadReason: 'ANSWERED_EARLIER' },
    ]);
  });

  test('the same mail handed in fifty times at once is one message on one ticket', async () => {
    const raw = mail({ subject: 'Again and again', messageId: 'again@example.org', text: 'Once.' });

    const answers = await Promise.all(Array.from({ length: 50 }, () => services.ingestMail(raw)));

    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    const inbound = await settled(answers[0]?.id ?? '');
    expect((await ticket(inbound.ticket?.id ?? '')).messageCount).toBe(1);
  });

  test('the same mail that came another way is a duplicate; another mail of the same id is not', async () => {
    const parts = { subject: 'Two ways', messageId: 'ways@example.org', text: 'One mail.' };
    const first = await settled((await services.ingestMail(mail(parts))).id);
    const otherWay = await services.ingestMail(mail({ ...parts, headers: { Received: 'from elsewhere' } }));
    const otherMail = await services.ingestMail(mail({ ...parts, text: 'Another text under the same id.' }));

    expect(first.status).toBe('ON_TICKET');
    expect((await settled(otherWay.id)).status).toBe('DUPLICATE');
    expect((await settled(otherMail.id)).status).toBe('ON_TICKET');
  });

  test.each([
    ['bytes that are no mail', Buffer.from('\u0000\u0001 not a mail at all')],
    ['a mail without sender', mail({ from: 'undisclosed', messageId: 'nosender@example.org' })],
  ])('%s are held with a reason', async (_name, raw) => {
    const inbound = await settled((await services.ingestMail(raw)).id);

    expect(inbound).toEqual({ status: 'HELD', reason: expect.stringMatching(/mail/), ticket: null });
  });

  test('NUL bytes, an unknown charset and broken MIME become readable text', async () => {
    const broken = Buffer.concat([
      mail({
        subject: 'Broken\u0000 parts',
        messageId: 'broken@example.org',
        text: 'Readable before',
        headers: { 'Content-Type': 'multipart/mixed; charset=x-klingon' },
      }),
      Buffer.from([0, 0xff, 0xfe, 0xed, 0xa0, 0x80]),
    ]);
    const charset = mail({
      messageId: 'charset@example.org',
      headers: { 'Content-Type': 'text/plain; charset=x-unknown-99' },
      text: 'Plain words',
    });

    for (const raw of [broken, charset]) {
      const inbound = await settled((await services.ingestMail(raw)).id);
      expect(inbound.status).toBe('ON_TICKET');
    }
  });

  test('messages of one conversation of a channel share a ticket, and answers reopen it', async () => {
    const connector = services.viewer('CONNECTOR', services.seed, 'CHAT');
    const ingest = `mutation ($input: IngestMessageInput!) { ingestMessage(input: $input) {
      duplicate inboundMessage { id } userErrors { code field message } } }`;
    const say = async (externalId: string, text: string): Promise<string> => {
      const input = { externalId, threadId: 'room-7', from: { chatVisitorId: 'v7', name: 'Visitor' }, text };
      const { ingestMessage } = await services.data<{ ingestMessage: { inboundMessage: { id: string } } }>(
        'channel-ingest',
        connector,
        ingest,
        { input },
      );
      return ingestMessage.inboundMessage.id;
    };

    const first = await settled(await say('m1', 'Hello, is anybody there?'));
    const ticketId = first.ticket?.id ?? '';
    const reply = await services.data<{
      replyToTicket: { ticket: { status: string } | null; userErrors: { code: string }[] };
    }>(
      'ticket',
      services.viewer('AGENT'),
      `mutation ($id: ID!) { replyToTicket(input: { ticketId: $id, text: "Yes." }) { ticket { status } userErrors { code } } }`,
      { id: ticketId },
    );
    const second = await settled(await say('m2', 'Good.'));

    expect(reply.replyToTicket).toEqual({ ticket: { status: 'PENDING' }, userErrors: [] });
    expect(second.ticket?.id).toBe(ticketId);
    expect((await ticket(ticketId)).status).toBe('OPEN');
  });
});
