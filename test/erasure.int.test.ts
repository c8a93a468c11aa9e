import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import pg from 'pg';
import { Services, type ServiceName } from './support/services.ts';

/** What only this person's data hold, in each of the places where it can be. */
function wordsOf(person: string): string[] {
  const places = [
    'name',
    'address',
    'subject',
    'text',
    'html',
    'reply',
    'note',
    'second',
    'form',
    'field',
    'dead',
  ];
  return places.map((place) => `${person}${place}zq`);
}

/** Every row of every table, as text; what is kept in bytes is read as text, too. */
async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${name}`);
      for (const row of rows) {
        const readable = Object.entries(row).map(([column, value]) => [
          column,
          Buffer.isBuffer(value) ? value.toString('latin1') : value,
        ]);
        texts.push(`${name}: ${JSON.stringify(Object.fromEntries(readable))}`);
      }
    }
    return texts.join('\n').toLowerCase();
  } finally {
    await client.end();
  }
}

const databases: ServiceName[] = ['ticket', 'channel-ingest', 'routing', 'search'];

describe.each(queueBackends)('erasing a customer on $name', ({ open }) => {
  let services: Services;

  beforeAll(async () => {
    services = await Services.start(open);
  });
  afterAll(async () => {
    await services.stop();
  });

  async function settled(id: string): Promise<{ status: string; ticket: { id: string } | null }> {
    return eventually(async () => {
      const { inboundMessage } = await services.data<{
        inboundMessage: { status: string; ticket: { id: string } | null } | null;
      }>(
        'channel-ingest',
        services.viewer('ADMIN'),
        `query ($id: ID!) { inboundMessage(id: $id) { status ticket { id } } }`,
        { id },
      );
      return inboundMessage === null || inboundMessage.status === 'RECEIVED' ? null : inboundMessage;
    });
  }

  async function ticketOf(messageId: string): Promise<string> {
    return (await settled(messageId)).ticket?.id ?? '';
  }

  async function customerOf(ticketId: string): Promise<string> {
    const { ticket } = await services.data<{ ticket: { customer: { id: string } } }>(
      'ticket',
      services.viewer('ADMIN'),
      `query ($id: ID!) { ticket(id: $id) { customer { id } } }`,
      { id: ticketId },
    );
    return ticket.customer.id;
  }

  /** A person with two mails, an answer, a note, a value and a change of subject; gives back the first ticket's id. */
  async function correspond(person: string, headers: Record<string, string> = {}): Promise<string> {
    const from = `${person}namezq <${person}addresszq@example.org>`;
    const raw = mail({
      from,
      subject: `${person}subjectzq`,
      text: `${person}textzq is broken.`,
      messageId: `one-${person}addresszq@example.org`,
      headers,
    });
    const { id } = await services.ingestMail(raw);
    const ticketId = await ticketOf(id);
    await services.data(
      'ticket',
      services.viewer('ADMIN'),
      `mutation ($id: ID!, $reply: String!, $subject: String!) {
         replyToTicket(input: { ticketId: $id, text: $reply, status: OPEN }) { userErrors { message } }
         updateTicket(input: { id: $id, subject: $subject }) { userErrors { message } } }`,
      { id: ticketId, reply: `Dear ${person}replyzq`, subject: `${person}subjectzq changed` },
    );
    const second = mail({
      from,
      subject: 'Re: again',
      text: `${person}secondzq`,
      messageId: `two-${person}addresszq@example.org`,
      inReplyTo: `one-${person}addresszq@example.org`,
    });
    expect(await ticketOf((await services.ingestMail(second)).id)).toBe(ticketId);
    return ticketId;
  }

  async function allText(): Promise<Record<string, string>> {
    const texts: Record<string, string> = {};
    for (const name of databases) texts[name] = await dump(services.databases[name].url);
    return texts;
  }

  test('nothing of theirs is left in any table of any service, and everything of others is', async () => {
    const guestId = await correspond('erasedperson');
    // On a mailing list, whose members have a part in what is talked about there.
    const headers = { 'List-Id': '<friends.example.org>' };
    const otherId = await correspond('keptperson', headers);
    // The erased person writes on the other's ticket, too, and the same mail comes a second way.
    const guest = {
      from: 'erasedpersonnamezq <erasedpersonaddresszq@example.org>',
      subject: 'erasedpersonsubjectzq',
      text: 'erasedpersontextzq',
      messageId: 'guest-erasedpersonaddresszq@example.org',
      inReplyTo: 'one-keptpersonaddresszq@example.org',
      headers,
    };
    const asGuest = (await services.ingestMail(mail(guest))).id;
    expect(await ticketOf(asGuest)).toBe(otherId);
    const twice = mail({ ...guest, headers: { ...headers, Received: 'from elsewhere' } });
    expect((await settled((await services.ingestMail(twice)).id)).status).toBe('DUPLICATE');
    await eventually(async () => {
      const { search } = await allText();
      return search?.includes('erasedpersonsecondzq') === true && search.includes('keptpersonsecondzq')
        ? true
        : null;
    });
    const before = await allText();
    const customerId = await customerOf(guestId);

    const { eraseCustomer } = await services.data<{ eraseCustomer: unknown }>(
      'ticket',
      services.viewer('ADMIN'),
      `mutation ($id: ID!) { eraseCustomer(id: $id) { erased userErrors { code } } }`,
      { id: customerId },
    );
    const proof = await eventually(async () => {
      const { erasure } = await services.data<{
        erasure: { completedAt: string | null; parts: { service: string; counts: object }[] };
      }>(
        'ticket',
        services.viewer('ADMIN'),
        `query ($id: ID!) { erasure(customerId: $id) { completedAt parts { service counts } } }`,
        { id: customerId },
      );
      return erasure.completedAt === null ? null : erasure;
    });

    expect(eraseCustomer).toEqual({ erased: true, userErrors: [] });
    expect(proof.parts).toEqual([
      { service: 'channel-ingest', counts: { items: 4, deliveries: 1, files: 0 } },
      { service: 'routing', counts: {} },
      { service: 'search', counts: { documents: 1, messages: expect.any(Number) } },
      { service: 'ticket', counts: { customers: 1, identities: 1, tickets: 1, messages: 4 } },
    ]);
    const left = await eventually(async () => {
      const texts = await allText();
      // The index takes in the new subject in its own time.
      return texts['search']?.includes('erasedperson') === true ? null : texts;
    });
    for (const name of databases) {
      const lines = (left[name] ?? '').split('\n').filter((line) => line.includes('erasedperson'));
      expect({ name, lines }).toEqual({ name, lines: [] });
      for (const word of wordsOf('keptperson')) {
        expect({ name, word, is: left[name]?.includes(word) }).toEqual({
          name,
          word,
          is: before[name]?.includes(word),
        });
      }
    }
  });

  test('who writes again is a new customer, and the same mail handed in again stays erased', async () => {
    const raw = mail({
      from: 'Again <again@example.org>',
      subject: 'Before',
      messageId: 'again-1@example.org',
      text: 'Before the erasure',
    });
    const first = await services.ingestMail(raw);
    const customerId = await customerOf(await ticketOf(first.id));
    await services.data(
      'ticket',
      services.viewer('ADMIN'),
      `mutation ($id: ID!) { eraseCustomer(id: $id) { erased } }`,
      { id: customerId },
    );

    const again = await services.ingestMail(raw);
    const later = await services.ingestMail(
      mail({
        from: 'Again <again@example.org>',
        subject: 'After',
        messageId: 'again-2@example.org',
        inReplyTo: 'again-1@example.org',
        text: 'After the erasure',
      }),
    );

    expect(again).toEqual({ id: first.id, duplicate: true });
    expect(await customerOf(await ticketOf(later.id))).not.toBe(customerId);
  });
});
