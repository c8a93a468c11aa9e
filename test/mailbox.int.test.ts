import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inParallel } from '@smart-tickets/kit/limits';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Random } from './support/random.ts';
import { makeSeed, Services } from './support/services.ts';

/** How many old mails a mailbox holds that is connected; TEST_MAILBOX_SIZE=5000 takes as many as the scenario says. */
const mailboxSize = Number(process.env['TEST_MAILBOX_SIZE'] ?? 1_000);
const atOnce = 8;
const settleMs = 60_000 + mailboxSize * 500;

interface Item {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly ticket: { readonly id: string } | null;
}
interface Said {
  readonly text: string;
  readonly sentAt: string;
  readonly automatic: boolean;
  readonly threadReason: string;
}
interface Taken {
  readonly duplicate: boolean;
  readonly inboundMessage: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const seed = makeSeed('First');

describe.each(queueBackends.slice(0, 1))('a mailbox on $name', ({ open }) => {
  let services: Services;
  let admin: Viewer;
  let pools: Record<'ticket' | 'channel-ingest', pg.Pool>;
  beforeAll(async () => {
    services = await Services.start(open, seed);
    admin = services.viewer('ADMIN', seed);
    const poolOf = (name: 'ticket' | 'channel-ingest') =>
      new pg.Pool({ connectionString: services.databases[name].url, max: 1 });
    pools = { ticket: poolOf('ticket'), 'channel-ingest': poolOf('channel-ingest') };
  });
  afterAll(async () => {
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
    await services.stop();
  });

  async function take(raw: Buffer, viewer = services.viewer('CONNECTOR', seed)): Promise<Taken> {
    const { ingestEmail } = await services.data<{ ingestEmail: Taken }>(
      'channel-ingest',
      viewer,
      `mutation ($raw: String!) { ingestEmail(input: { raw: $raw }) {
         duplicate inboundMessage { id } userErrors { code message } } }`,
      { raw: raw.toString('base64') },
    );
    return ingestEmail;
  }

  /** As a connector does that was cut off: asks until it has a word of each mail. */
  async function takeSurely(raw: Buffer): Promise<Taken> {
    for (;;) {
      try {
        return await take(raw);
      } catch {
        // The intake is away; what was acknowledged is not asked for again.
        await pause(20);
      }
    }
  }

  async function ledger(channelId: string | null = null): Promise<Record<string, number>> {
    const { inboundLedger } = await services.data<{ inboundLedger: Record<string, number> }>(
      'channel-ingest',
      admin,
      `query ($channelId: ID) { inboundLedger(channelId: $channelId) {
         received inWork onTicket duplicate held deadLetter } }`,
      { channelId },
    );
    return inboundLedger;
  }

  const settled = () => eventually(async () => (await ledger())['inWork'] === 0, settleMs);

  const idOf = ({ inboundMessage, userErrors }: Taken): string => {
    if (inboundMessage === null) throw new Error(JSON.stringify(userErrors));
    return inboundMessage.id;
  };

  async function item(id: string): Promise<Item> {
    const { inboundMessage } = await services.data<{ inboundMessage: Item }>(
      'channel-ingest',
      admin,
      'query ($id: ID!) { inboundMessage(id: $id) { id status reason ticket { id } } }',
      { id },
    );
    return inboundMessage;
  }

  /** What was said on a ticket, as its timeline shows it. */
  async function saidOn(ticketId: string): Promise<Said[]> {
    const { ticket } = await services.data<{ ticket: { timeline: { nodes: Said[] } } }>(
      'ticket',
      admin,
      `query ($id: ID!) { ticket(id: $id) { timeline(first: 100, kinds: [MESSAGE]) { nodes {
         ... on Message { text sentAt automatic threadReason } } } } }`,
      { id: ticketId },
    );
    return ticket.timeline.nodes;
  }

  /** Everything that could go out, or was to go out. */
  async function outbound(): Promise<number> {
    const [answers, deliveries] = await Promise.all([
      pools.ticket.query(
        `select from outbox where topic = 'ticket.answer-given'
          union all select from event_log where topic = 'ticket.answer-given'`,
      ),
      pools['channel-ingest'].query('select from delivery'),
    ]);
    return (answers.rowCount ?? 0) + (deliveries.rowCount ?? 0);
  }

  test('scenarios 1 and 2: of three days without the intake, and a cut in the middle of what was waiting, all is there once, with its dates', async () => {
    const [conversations, length] = [40, 5];
    const startMs = Date.now() - 3 * 86_400_000;
    const waiting = Array.from({ length: conversations * length }, (_, nth) => {
      const [talk, turn] = [nth % conversations, Math.floor(nth / conversations)];
      const idAt = (at: number) => `${talk}-${at}@outage.example`;
      // Fourteen hours lie between the mails of a conversation; whole seconds, as mails tell them.
      const date = new Date(Math.floor((startMs + turn * 14 * 3_600_000 + talk * 60_000) / 1_000) * 1_000);
      const raw = mail({
        from: `Late ${talk} <late-${talk}@example.org>`,
        subject: `${turn === 0 ? '' : 'Re: '}Late ${talk}`,
        text: `turn ${turn} of ${talk}`,
        messageId: idAt(turn),
        ...(turn === 0 ? {} : { inReplyTo: idAt(turn - 1), references: [idAt(0), idAt(turn - 1)] }),
        date,
      });
      return { talk, text: `turn ${turn} of ${talk}`, sentAt: date.toISOString(), raw };
    });
    const before = await ledger();
    const shuffled = new Random(1).shuffled(waiting);

    const [mostly, rest] = [shuffled.slice(0, 100), shuffled.slice(100)];
    const first = await inParallel(mostly, atOnce, async ({ raw }) => idOf(await takeSurely(raw)));
    const fetching = inParallel(rest, atOnce, async ({ raw }) => idOf(await takeSurely(raw)));
    await services.halt('channel-ingest');
    await services.boot('channel-ingest', seed);
    const ids = [...first, ...(await fetching)];
    // The next fetch begins anew, as after a loss of its place in the mailbox.
    const again = await inParallel(waiting, atOnce, ({ raw }) => take(raw));
    await settled();

    expect(again.filter(({ duplicate }) => !duplicate)).toEqual([]);
    const after = await ledger();
    expect((after['received'] ?? 0) - (before['received'] ?? 0)).toBe(waiting.length);
    expect((after['onTicket'] ?? 0) - (before['onTicket'] ?? 0)).toBe(waiting.length);
    const ticketOfTalk = new Map<number, string>();
    const items = await inParallel(ids, atOnce, item);
    for (const [nth, { talk }] of shuffled.entries()) ticketOfTalk.set(talk, items[nth]?.ticket?.id ?? '');
    const said = await inParallel(
      [...ticketOfTalk],
      atOnce,
      async ([talk, id]) => [talk, await saidOn(id)] as const,
    );
    const inOrder = (all: readonly { readonly text: string; readonly sentAt: string }[]) =>
      all.map(({ text, sentAt }) => ({ text, sentAt })).toSorted((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
    expect(said.map(([, all]) => inOrder(all))).toEqual(
      said.map(([talk]) => inOrder(waiting.filter((one) => one.talk === talk))),
    );
  }, 240_000);

  test('scenario 1: mails that are fetched in their order are on their ticket in it, however many at once', async () => {
    const texts = Array.from({ length: 24 }, (_, turn) => `turn ${turn}`);
    const idAt = (turn: number) => `chain-${turn}@outage.example`;
    const ids: string[] = [];

    for (const [turn, text] of texts.entries()) {
      const parts = turn === 0 ? {} : { inReplyTo: idAt(turn - 1) };
      ids.push(idOf(await take(mail({ from: 'chain@example.org', text, messageId: idAt(turn), ...parts }))));
    }
    await settled();

    const items = await inParallel(ids, atOnce, item);
    expect(new Set(items.map(({ ticket }) => ticket?.id)).size).toBe(1);
    expect((await saidOn(items[0]?.ticket?.id ?? '')).map(({ text }) => text)).toEqual(texts);
  });

  test('scenarios 3 and 4: what is too large or no readable mail holds up nothing, is listed with why, and can be tried again', async () => {
    const nested = (depth: number): string =>
      Array.from(
        { length: depth },
        (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
      ).join('');
    const bad: readonly (readonly [Buffer, RegExp])[] = [
      [Buffer.from('no header here\r\n\r\nat all'), /no headers/],
      [Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 256)), /no headers|no sender/],
      [Buffer.from('Subject: From nobody\r\n\r\nHello'), /no sender/],
      [Buffer.from(`From: x@bad.example\r\n${nested(60)}`), /nest/i],
      [Buffer.from(`From: x@bad.example\r\nX-Long: ${'x'.repeat(300_000)}\r\n\r\nHello`), /header/i],
      [mail({ from: 'support@example.com', messageId: 'own@bad.example' }), /Our own mail came back/],
      [
        mail({
          from: 'x@bad.example',
          messageId: 'parts@bad.example',
          headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
          text: '--b\n\nx\n'.repeat(1_100),
        }),
        /parts/,
      ],
    ];
    const good = Array.from({ length: bad.length + 1 }, (_, nth) =>
      mail({ from: `good-${nth}@example.org`, subject: `Good ${nth}`, messageId: `${nth}@good.example` }),
    );
    const tooLarge = mail({
      from: 'large@example.org',
      messageId: 'large@bad.example',
      text: 'x'.repeat(36 * 1024 * 1024),
    });

    const oversized = idOf(await take(tooLarge));
    const mailbox = good.flatMap((raw, nth) => [raw, ...bad.slice(nth, nth + 1).map(([one]) => one)]);
    const ids: string[] = [];
    for (const raw of mailbox) ids.push(idOf(await take(raw)));
    await settled();

    expect(await item(oversized)).toMatchObject({
      status: 'HELD',
      reason: expect.stringMatching(/^OVERSIZED/),
    });
    expect(await take(tooLarge)).toMatchObject({ duplicate: true, inboundMessage: { id: oversized } });
    const items = await inParallel(ids, atOnce, item);
    const fates = items.map(({ status }) => status);
    expect(fates).toEqual(
      good.flatMap((_, nth) => ['ON_TICKET', ...bad.slice(nth, nth + 1).map(() => 'HELD')]),
    );
    const held = items.filter(({ status }) => status === 'HELD');
    for (const [nth, { reason }] of held.entries()) expect(reason).toMatch(bad[nth]?.[1] ?? /^never$/);
    const { inboundMessages } = await services.data<{ inboundMessages: { nodes: Item[] } }>(
      'channel-ingest',
      admin,
      '{ inboundMessages(status: [HELD], first: 100) { nodes { id status reason ticket { id } } } }',
    );
    expect(inboundMessages.nodes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(held.map(({ id }) => id)),
    );
    const kept = await pools['channel-ingest'].query<{ bytes: number }>(
      'select octet_length(raw) as bytes from inbound_raw where id = any($1::uuid[])',
      [held.map(({ id }) => id)],
    );
    expect(kept.rows.map(({ bytes }) => bytes).toSorted((a, b) => a - b)).toEqual(
      bad.map(([raw]) => raw.length).toSorted((a, b) => a - b),
    );
    const { retryInbound } = await services.data<{ retryInbound: Taken }>(
      'channel-ingest',
      admin,
      'mutation ($id: ID!) { retryInbound(id: $id) { duplicate inboundMessage { id } userErrors { code message } } }',
      { id: held[0]?.id },
    );
    await settled();
    expect(await item(idOf(retryInbound))).toEqual(held[0]);
  });

  test('scenario 21: two robots without any sign of one open five tickets each, and what follows says why it is where it is', async () => {
    const robots = ['first-robot@example.org', 'second-robot@example.net'];
    const ids = new Map<string, string[]>(robots.map((robot) => [robot, []]));

    for (let nth = 0; nth < 11; nth += 1) {
      for (const from of robots) {
        const raw = mail({
          from,
          subject: 'Re: We have your request',
          messageId: `${nth}-${from}`,
          date: new Date(),
        });
        ids.get(from)?.push(idOf(await take(raw)));
      }
    }
    await settled();

    for (const [, all] of ids) {
      const tickets = (await inParallel(all, atOnce, item)).map(({ ticket }) => ticket?.id ?? '');
      expect(new Set(tickets).size).toBe(5);
      const said = await saidOn(tickets[10] ?? '');
      expect(said.map(({ threadReason, automatic }) => [threadReason, automatic])).toEqual([
        ['NEW_CONVERSATION', false],
        ...Array.from({ length: 6 }, () => ['LOOP', true]),
      ]);
    }
    expect(await outbound()).toBe(0);
  });

  test('scenario 21: two robots that answer each other in front of the mailbox are one ticket, and nothing goes out', async () => {
    const robots = ['ping@example.org', 'pong@example.net'];
    const ids: string[] = [];

    for (let nth = 0; nth < 20; nth += 1) {
      const [from = '', to = ''] = nth % 2 === 0 ? robots : robots.toReversed();
      const raw = mail({
        from,
        to,
        subject: 'Re: Thank you for your message',
        messageId: `volley-${nth}@example.org`,
        date: new Date(),
        headers: {
          Cc: 'support@example.com',
          ...(nth === 0 ? {} : { 'In-Reply-To': `<volley-${nth - 1}@example.org>` }),
        },
      });
      ids.push(idOf(await take(raw)));
    }
    await settled();

    const tickets = (await inParallel(ids, atOnce, item)).map(({ ticket }) => ticket?.id);
    expect(new Set(tickets).size).toBe(1);
    expect(await outbound()).toBe(0);
  });

  test(
    `scenario 24: connecting a mailbox of ${mailboxSize} old mails takes nothing in; those that are handed in all the same answer nobody`,
    async () => {
      const { createChannel } = await services.data<{ createChannel: { channel: { id: string } } }>(
        'channel-ingest',
        admin,
        `mutation { createChannel(input: { kind: EMAIL, name: "Old", address: "old@example.com" }) {
         channel { id } userErrors { code message } } }`,
      );
      const channelId = createChannel.channel.id;
      const connected = await ledger(channelId);
      const viewer: Viewer = { ...services.viewer('CONNECTOR', seed), subject: channelId, generation: 1 };
      const old = Array.from({ length: mailboxSize }, (_, nth) => {
        const parts = nth % 4 === 3 ? { inReplyTo: `${nth - 1}@old.example` } : {};
        const headers = nth % 10 === 0 ? { 'Auto-Submitted': 'auto-replied' } : {};
        return mail({
          from: `old-${nth % 400}@example.org`,
          to: 'old@example.com',
          subject: `Old ${nth - (nth % 4 === 3 ? 1 : 0)}`,
          messageId: `${nth}@old.example`,
          date: new Date(Date.UTC(2015, 0, 1) + nth * 3_600_000),
          headers,
          ...parts,
        });
      });

      await inParallel(old, atOnce, async (raw) => idOf(await take(raw, viewer)));
      await settled();

      expect(connected).toMatchObject({ received: 0 });
      expect(await ledger(channelId)).toMatchObject({
        received: mailboxSize,
        onTicket: mailboxSize,
        inWork: 0,
      });
      expect(await outbound()).toBe(0);
      const { rows } = await pools.ticket.query<{ years: number[] }>(
        `select array_agg(distinct extract(year from e.sent_at)::int) as years
         from timeline_entry e join ticket t on t.id = e.ticket_id
        where e.type = 'MESSAGE' and t.channel_id = $1`,
        [channelId],
      );
      expect(rows[0]?.years).toEqual([2015]);
    },
    settleMs + 60_000,
  );
});
