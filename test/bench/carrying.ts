import { mail } from '@smart-tickets/testing/mail';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';
import { untilSettled } from './messages.ts';
import { secondsOf } from './statistics.ts';

/** As a connector of some size claims. */
export const claimSize = 20;
/** Connectors at work on the channel at once. */
export const carriers = 4;

const inFlight = 16;
const settleLimitMs = 60_000;

/** Opens tickets by mail, each of a customer of its own, answers each once, and waits until all answers can be claimed. */
export async function answerTickets(agent: Client, connector: Client, count: number): Promise<void> {
  await secondsOf(count, inFlight, async (nth) => {
    const raw = mail({
      from: `Customer ${nth} <customer-${nth}@bench.example>`,
      messageId: `question-${nth}@bench.example`,
      subject: `Order ${nth}`,
      text: `Where is order ${nth}?`,
    });
    await connector.ask(
      'mutation BenchQuestion($raw: String!) { ingestEmail(input: { raw: $raw }) { duplicate } }',
      {
        raw: raw.toString('base64'),
      },
    );
  });
  await untilSettled(connector, settleLimitMs);
  const ids = await ticketIds(agent, count);
  await secondsOf(ids.length, inFlight, async (nth) => {
    const { replyToTicket } = await agent.ask<{ replyToTicket: { userErrors: unknown[] } }>(
      'mutation BenchAnswer($input: ReplyToTicketInput!) { replyToTicket(input: $input) { userErrors { code message } } }',
      { input: { ticketId: ids[nth] ?? '', text: 'It is on its way.' } },
    );
    if (replyToTicket.userErrors.length > 0) throw new Error(JSON.stringify(replyToTicket.userErrors));
  });
  await untilWaiting(connector, count);
}

async function ticketIds(agent: Client, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ids.length < count;) {
    const { tickets }: { tickets: TicketPage } = await agent.ask(
      `query BenchTickets($after: String) { tickets(first: 100, after: $after, filter: { channel: [EMAIL] }, orderBy: CREATED_DESC) {
         nodes { id } pageInfo { endCursor hasNextPage } } }`,
      { after },
    );
    ids.push(...tickets.nodes.map(({ id }) => id));
    if (!tickets.pageInfo.hasNextPage) break;
    after = tickets.pageInfo.endCursor;
  }
  if (ids.length < count) throw new Error(`only ${ids.length} tickets of ${count} mails`);
  return ids.slice(0, count);
}

interface TicketPage {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

async function untilWaiting(connector: Client, count: number): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const { channels } = await connector.ask<{ channels: { health: { pendingDeliveries: number } }[] }>(
      'query BenchWaiting { channels { health { pendingDeliveries } } }',
      {},
    );
    const waiting = channels.reduce((sum, { health }) => sum + health.pendingDeliveries, 0);
    if (waiting >= count) return;
    if (performance.now() - startedAt > settleLimitMs)
      throw new Error(`only ${waiting} answers of ${count} wait`);
    await pause(20);
  }
}

/**
 * Seconds that it takes to claim `count` waiting answers, with all that a connector sends of them, and to report each as
 * sent. Throws when others are left.
 */
export async function claimAndReport(connector: Client, count: number): Promise<number> {
  let reported = 0;
  const seconds = await secondsOf(carriers, carriers, async () => {
    for (;;) {
      const { claimDeliveries } = await connector.ask<{ claimDeliveries: { id: string }[] }>(
        `mutation BenchClaim($max: Int!) { claimDeliveries(max: $max, leaseSeconds: 600) {
           id to inDoubt content { subject text html headers attachments { url } } } }`,
        { max: claimSize },
      );
      // What is missing others have claimed.
      if (claimDeliveries.length === 0) return;
      for (const { id } of claimDeliveries) {
        await report(connector, id);
        reported += 1;
      }
    }
  });
  if (reported !== count) throw new Error(`${reported} answers of ${count} were carried out`);
  return seconds;
}

async function report(connector: Client, id: string): Promise<void> {
  const { reportDelivery } = await connector.ask<{ reportDelivery: { userErrors: unknown[] } }>(
    'mutation BenchReport($id: ID!) { reportDelivery(input: { deliveryId: $id, status: SENT }) { userErrors { code message } } }',
    { id },
  );
  if (reportDelivery.userErrors.length > 0) throw new Error(JSON.stringify(reportDelivery.userErrors));
}
