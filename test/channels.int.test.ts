import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { makeSeed, Services } from './support/services.ts';

interface Taken {
  readonly duplicate: boolean;
  readonly inboundMessage: { readonly id: string } | null;
  readonly userErrors: readonly unknown[];
}
interface TicketView {
  readonly number: number;
  readonly status: string;
  readonly assignee: { readonly id: string } | null;
  readonly customer: { readonly id: string } | null;
  readonly timeline: {
    readonly nodes: readonly {
      readonly __typename: string;
      readonly text?: string;
      readonly call?: unknown;
    }[];
  };
}

const first = makeSeed('First');
const more = (kind: string) => ({
  id: newId(),
  kind,
  name: kind,
  address: null,
  teamId: first.teams[0]?.id ?? '',
  tokenGeneration: 1,
});
const seed = { ...first, channels: [...first.channels, more('PHONE'), more('API')] };
const settleMs = 60_000;

describe.each(queueBackends.slice(0, 1))('channels on $name', ({ open }) => {
  let services: Services;
  beforeAll(async () => {
    services = await Services.start(open, seed);
  });
  afterAll(() => services.stop());

  async function handIn(kind: string, inputs: readonly object[]): Promise<Taken[]> {
    const { ingestMessages } = await services.data<{ ingestMessages: Taken[] }>(
      'channel-ingest',
      services.viewer('CONNECTOR', seed, kind),
      `mutation ($input: [IngestMessageInput!]!) { ingestMessages(input: $input) {
         duplicate inboundMessage { id } userErrors { code field } } }`,
      { input: inputs },
    );
    return ingestMessages;
  }

  async function call(input: object): Promise<string> {
    const { ingestCall } = await services.data<{ ingestCall: Taken }>(
      'channel-ingest',
      services.viewer('CONNECTOR', seed, 'PHONE'),
      `mutation ($input: IngestCallInput!) { ingestCall(input: $input) {
         duplicate inboundMessage { id } userErrors { code field } } }`,
      { input: { to: '+49 30 7654321', at: new Date().toISOString(), ...input } },
    );
    return idOf(ingestCall);
  }

  /** The tickets that messages have come to, in the order of the messages. */
  async function ticketsOf(ids: readonly string[]): Promise<string[]> {
    const tickets: string[] = [];
    for (const id of ids) {
      const ticketId = await eventually(async () => {
        const { inboundMessage } = await services.data<{
          inboundMessage: { status: string; ticket: { id: string } | null };
        }>(
          'channel-ingest',
          services.viewer('ADMIN', seed),
          `query ($id: ID!) { inboundMessage(id: $id) { status ticket { id } } }`,
          { id },
        );
        return inboundMessage.status === 'RECEIVED' ? null : (inboundMessage.ticket?.id ?? 'none');
      }, settleMs);
      tickets.push(ticketId);
    }
    return tickets;
  }

  async function ticket(id: string): Promise<TicketView> {
    const data = await services.data<{ ticket: TicketView }>(
      'ticket',
      services.viewer('ADMIN', seed),
      `query ($id: ID!) { ticket(id: $id) { number status assignee { id } customer { id }
         timeline(first: 100) { nodes { __typename ... on Message { text call { outcome durationSeconds recordingUrl } } } } } }`,
      { id },
    );
    return data.ticket;
  }

  function idOf(taken: Taken | undefined): string {
    if (taken?.inboundMessage == null) throw new Error(JSON.stringify(taken));
    return taken.inboundMessage.id;
  }
  const texts = ({ timeline }: TicketView): (string | undefined)[] =>
    timeline.nodes.filter(({ __typename }) => __typename === 'Message').map(({ text }) => text);
  const said = (chatVisitorId: string, text: string) => ({
    externalId: newId(),
    from: { chatVisitorId },
    text,
  });

  test('twenty first messages of one visitor at the same instant are one ticket', async () => {
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => handIn('CHAT', [said('twenty', `Hello ${nth}`)])),
    );

    const tickets = await ticketsOf(taken.map(([one]) => idOf(one)));

    expect(new Set(tickets).size).toBe(1);
    expect(texts(await ticket(tickets[0] ?? ''))).toHaveLength(20);
  });

  test('what one visitor says quickly is on the ticket in its order, whatever others say', async () => {
    const lines = Array.from({ length: 40 }, (_, nth) => `Line ${nth}`);

    const taken = await handIn(
      'CHAT',
      lines.flatMap((line) => [said('quick', line), said(newId(), line)]),
    );

    const tickets = await ticketsOf(taken.map(idOf));
    expect(new Set(tickets).size).toBe(41);
    expect(texts(await ticket(tickets[0] ?? ''))).toEqual(lines);
  });

  test('scenario 8: fifty deliveries of one event at once are one message', async () => {
    const input = { externalId: newId(), from: { externalId: 'fifty' }, text: 'Only once' };

    const taken = await Promise.all(Array.from({ length: 50 }, () => handIn('API', [input])));

    const tickets = await ticketsOf([...new Set(taken.map(([one]) => idOf(one)))]);
    expect(taken.filter(([one]) => one?.duplicate === false)).toHaveLength(1);
    expect(tickets).toHaveLength(1);
    expect(texts(await ticket(tickets[0] ?? ''))).toEqual(['Only once']);
  });

  test('scenarios 1 and 6: what came while the intake stood still is there once, in order, and the counts say so', async () => {
    const mails = Array.from({ length: 30 }, (_, nth) =>
      mail({
        messageId: `${nth}@outage.example`,
        from: 'late@example.org',
        subject: `Late ${nth}`,
        text: `${nth}`,
      }),
    );
    const ledger = async (): Promise<Record<string, number>> => {
      const { inboundLedger } = await services.data<{ inboundLedger: Record<string, number> }>(
        'channel-ingest',
        services.viewer('ADMIN', seed),
        '{ inboundLedger { received onTicket deadLetter held inWork duplicate } }',
      );
      return inboundLedger;
    };
    const before = await ledger();
    await services.halt('channel-ingest');
    await services.boot('channel-ingest', seed);

    const ids: string[] = [];
    for (const raw of mails) ids.push((await services.ingestMail(raw, seed)).id);
    const again: boolean[] = [];
    for (const raw of mails) again.push((await services.ingestMail(raw, seed)).duplicate);
    const tickets = await ticketsOf(ids);

    const numbers: number[] = [];
    for (const id of tickets) numbers.push((await ticket(id)).number);
    expect(again).not.toContain(false);
    expect(new Set(numbers).size).toBe(30);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const { received = 0, onTicket = 0, ...others } = await ledger();
    expect(received - (before['received'] ?? 0)).toBe(30);
    expect(onTicket - (before['onTicket'] ?? 0)).toBe(30);
    expect(others).toMatchObject({ deadLetter: 0, held: 0, inWork: 0 });
  });

  test('a call that rings, is answered and ends is one ticket', async () => {
    const externalId = newId();
    const agentId = seed.agents[1]?.id ?? '';
    const from = '+49 30 1234567';
    const recordingUrl = 'https://pbx.example/1.mp3';

    const ids = [
      await call({ externalId, from, event: 'RINGING' }),
      await call({ externalId, from, event: 'ANSWERED', agentId }),
      await call({ externalId, from, event: 'ENDED', durationSeconds: 61, recordingUrl }),
    ];
    const again = await call({ externalId, from, event: 'RINGING' });
    const tickets = await ticketsOf(ids);

    expect(again).toBe(ids[0]);
    expect(new Set(tickets).size).toBe(1);
    const { timeline } = await ticket(tickets[0] ?? '');
    const calls = timeline.nodes
      .filter(({ __typename }) => __typename === 'Message')
      .map((entry) => entry.call);
    expect(calls).toEqual([
      null,
      { outcome: 'ANSWERED', durationSeconds: 0, recordingUrl: null },
      { outcome: 'ANSWERED', durationSeconds: 61, recordingUrl },
    ]);
  });

  test('a call that was answered at once is its agent’s', async () => {
    const agentId = seed.agents[1]?.id ?? '';

    const answered = await call({ externalId: newId(), from: '+49 30 1111111', event: 'ANSWERED', agentId });

    const [ticketId = ''] = await ticketsOf([answered]);
    expect((await ticket(ticketId)).assignee).toEqual({ id: agentId });
  });

  test('callers who withhold their numbers are not lost, and are nobody’s like', async () => {
    const missed = await call({ externalId: newId(), from: 'anonymous', event: 'MISSED' });
    const other = await call({ externalId: newId(), from: 'anonymous', event: 'MISSED' });

    const [one, two] = await Promise.all((await ticketsOf([missed, other])).map(ticket));

    expect(one?.customer?.id).toBeDefined();
    expect(one?.customer?.id).not.toBe(two?.customer?.id);
    expect(one?.number).not.toBe(two?.number);
  });
});
