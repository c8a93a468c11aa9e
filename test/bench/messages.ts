import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';

const ingestDocument = `mutation BenchIngest($input: IngestMessageInput!) {
  ingestMessage(input: $input) { inboundMessage { id } userErrors { code message } }
}`;

const sentence =
  'The parcel with order number has not arrived yet, although the tracking page says otherwise. ';

function messageOf(name: string): object {
  return {
    externalId: name,
    from: { name: `Customer ${name}`, email: `${name}@bench.example`, externalId: name },
    subject: `Order ${name}`,
    text: `${name}: ${sentence.repeat(6)}`,
  };
}

/** Hands in one message of a customer of its own and gives its inbound id. `name` must be new. */
export async function ingest(connector: Client, name: string): Promise<string> {
  const { ingestMessage } = await connector.ask<{
    ingestMessage: { inboundMessage: { id: string } | null; userErrors: unknown };
  }>(ingestDocument, { input: messageOf(name) });
  if (ingestMessage.inboundMessage !== null) return ingestMessage.inboundMessage.id;
  throw new Error(`a message was refused: ${JSON.stringify(ingestMessage.userErrors)}`);
}

/** Hands in `count` such messages at once. `name` must be new. */
export async function ingestBatch(connector: Client, name: string, count: number): Promise<void> {
  const { ingestMessages } = await connector.ask<{ ingestMessages: { userErrors: unknown[] }[] }>(
    `mutation BenchIngestMany($input: [IngestMessageInput!]!) {
       ingestMessages(input: $input) { inboundMessage { id } userErrors { code message } } }`,
    { input: Array.from({ length: count }, (_, nth) => messageOf(`${name}-${nth}`)) },
  );
  const errors = ingestMessages.flatMap(({ userErrors }) => userErrors);
  if (errors.length > 0) throw new Error(`messages were refused: ${JSON.stringify(errors)}`);
}

/** Waits until no message of the connector's channel is in work any more. Throws after `limitMs`, and on dead letters. */
export async function untilSettled(connector: Client, limitMs: number): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const { inboundLedger } = await connector.ask<{ inboundLedger: { inWork: number; deadLetter: number } }>(
      'query BenchLedger { inboundLedger { inWork deadLetter } }',
      {},
    );
    if (inboundLedger.deadLetter > 0)
      throw new Error(`${inboundLedger.deadLetter} messages could not be processed`);
    if (inboundLedger.inWork === 0) return;
    if (performance.now() - startedAt > limitMs) {
      throw new Error(`${inboundLedger.inWork} messages are still in work after ${limitMs} ms`);
    }
    await pause(20);
  }
}
