import { parseMail } from '../../services/channel-ingest/src/use-cases/mail/parse-mail.ts';
import { corpusFiles, mailOfMbox } from '../support/corpus.ts';
import { answerTickets, claimAndReport } from './carrying.ts';
import type { Client } from './client.ts';
import { deliveryFloor } from './delivery-floor.ts';
import { ingest, ingestBatch, untilSettled } from './messages.ts';
import type { Figure } from './report.ts';
import { secondsOf } from './statistics.ts';

const inFlight = 16;
const batchSize = 100;
const batchesInFlight = 2;
const settleLimitMs = 120_000;

/** Whoever takes part in the measurement. */
export interface ChannelParts {
  readonly agent: Client;
  /** A connector of the API channel, and one of the EMAIL channel. */
  readonly connector: Client;
  readonly mailConnector: Client;
  readonly ticketUrl: string;
}

/** How much is measured. */
export interface ChannelCounts {
  readonly mails: number;
  readonly messages: number;
  readonly answers: number;
}

/** What goes in and out by channels: mails against the bare parser, batches against single messages, answers against bare SQL. */
export async function benchChannels(parts: ChannelParts, counts: ChannelCounts): Promise<Figure[]> {
  // The answers go out first: for them the tables are to be small, and every ticket the customer's own.
  const answers = await benchAnswers(parts, counts.answers);
  const batches = await benchBatches(parts.connector, counts.messages);
  const mails = await benchMails(parts.mailConnector, counts.mails);
  return [...mails, ...batches, ...answers];
}

/** Real mails from the connector's hand until the intake is done with them; the floor is our parser alone, on one thread. */
async function benchMails(connector: Client, count: number): Promise<Figure[]> {
  const mails = corpusFiles().slice(0, count).map(mailOfMbox);
  const encoded = mails.map((mail) => mail.toString('base64'));
  const startedAt = performance.now();
  await secondsOf(encoded.length, inFlight, async (nth) => {
    const { ingestEmail } = await connector.ask<{ ingestEmail: { userErrors: unknown[] } }>(
      'mutation BenchMail($raw: String!) { ingestEmail(input: { raw: $raw }) { userErrors { code message } } }',
      { raw: encoded[nth] ?? '' },
    );
    if (ingestEmail.userErrors.length > 0) throw new Error(JSON.stringify(ingestEmail.userErrors));
  });
  await untilSettled(connector, settleLimitMs);
  const seconds = (performance.now() - startedAt) / 1_000;

  const at = new Date().toISOString();
  // The intake's parser has run before, too.
  for (const mail of mails.slice(0, 50)) await parseMail(mail, at);
  const parseSeconds = await secondsOf(mails.length, 1, async (nth) => {
    await parseMail(mails[nth] ?? Buffer.alloc(0), at);
  });
  return [
    {
      bench: 'channels',
      what: `ingestEmail until settled, ${mails.length} real mails, ${inFlight} in flight`,
      unit: 'mails/s',
      value: mails.length / seconds,
      floor: mails.length / parseSeconds,
      floorWhat: 'our parser alone, in a loop on one thread',
      moreIsBetter: true,
    },
  ];
}

async function benchBatches(connector: Client, count: number): Promise<Figure[]> {
  const batches = Math.max(2, Math.round(count / batchSize));
  await ingestBatch(connector, 'warm-batch', batchSize);
  await untilSettled(connector, settleLimitMs);
  const batchSeconds = await secondsOf(batches, batchesInFlight, async (nth) => {
    await ingestBatch(connector, `batch-${nth}`, batchSize);
  });
  await untilSettled(connector, settleLimitMs);
  const singleSeconds = await secondsOf(batches * batchSize, inFlight, async (nth) => {
    await ingest(connector, `single-${nth}`);
  });
  await untilSettled(connector, settleLimitMs);
  return [
    {
      bench: 'channels',
      what: `ingestMessages, ${batches} batches of ${batchSize}, ${batchesInFlight} in flight`,
      unit: 'messages/s',
      value: (batches * batchSize) / batchSeconds,
      floor: (batches * batchSize) / singleSeconds,
      floorWhat: `as many single ingestMessage calls, ${inFlight} in flight`,
      moreIsBetter: true,
    },
  ];
}

async function benchAnswers(parts: ChannelParts, count: number): Promise<Figure[]> {
  const { agent, mailConnector, ticketUrl } = parts;
  await answerTickets(agent, mailConnector, count);
  const seconds = await claimAndReport(mailConnector, count);
  const floor = await deliveryFloor(ticketUrl, count);
  return [
    {
      bench: 'channels',
      what: `answers claimed 20 at a time and reported SENT, ${count} of as many tickets, 4 connectors`,
      unit: 'answers/s',
      value: count / seconds,
      floor,
      floorWhat: 'the same two updates of the row by SQL, 4 connections',
      moreIsBetter: true,
    },
  ];
}
