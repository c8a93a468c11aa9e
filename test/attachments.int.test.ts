import { openBlobs } from '@smart-tickets/kit/blobs';
import { createLogger } from '@smart-tickets/kit/logger';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createGateway, type Gateway } from '../gateway/src/app.ts';
import { Services } from './support/services.ts';

let services: Services;
let gateway: Gateway;

beforeAll(async () => {
  const [backend] = queueBackends;
  if (backend === undefined) throw new Error('there is no queue backend');
  services = await Services.start(backend.open);
  gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphFile: fileURLToPath(new URL('../supergraph.graphql', import.meta.url)),
    subgraphUrls: {
      ticket: services.url('ticket'),
      'channel-ingest': services.url('channel-ingest'),
      routing: services.url('routing'),
      search: services.url('search'),
    },
    internalTokenKey: services.key,
    authenticate: () => Promise.resolve({ ok: false, error: 'NO_TOKEN' }),
    blobs: openBlobs({ BLOB_URL: services.blobUrl }),
    introspection: false,
    log: createLogger('gateway', 'silent'),
  });
});
afterAll(async () => {
  await gateway.stop();
  await services.stop();
});

interface Message {
  readonly id: string;
  readonly attachments: readonly { fileName: string; mediaType: string; inline: boolean; url: string }[];
}

const origin = (): string => `http://127.0.0.1:${gateway.port}`;

/** The ticket of what was handed in, with its last message, when it has got there. */
async function ticketOf(inboundId: string): Promise<{ id: string; lastMessage: Message }> {
  let ticketId = '';
  await eventually(async () => {
    const { inboundMessage } = await services.data<{ inboundMessage: { ticket: { id: string } | null } }>(
      'channel-ingest',
      services.viewer('ADMIN'),
      'query ($id: ID!) { inboundMessage(id: $id) { ticket { id } } }',
      { id: inboundId },
    );
    ticketId = inboundMessage.ticket?.id ?? '';
    expect(ticketId).not.toBe('');
  });
  const { ticket } = await services.data<{ ticket: { id: string; lastMessage: Message } }>(
    'ticket',
    services.viewer('ADMIN'),
    `query ($id: ID!) { ticket(id: $id) { id lastMessage { id attachments { fileName mediaType inline url } } } }`,
    { id: ticketId },
  );
  return ticket;
}

async function upload(role: 'ADMIN' | 'CONNECTOR', fileName: string, bytes: string): Promise<string> {
  const { createUpload } = await services.data<{
    createUpload: { attachmentId: string; uploadUrl: string; userErrors: unknown[] };
  }>(
    'channel-ingest',
    services.viewer(role),
    `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
       attachmentId uploadUrl userErrors { code message field } } }`,
    {
      input: {
        fileName,
        mediaType: 'text/plain',
        sizeBytes: Buffer.byteLength(bytes),
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    },
  );
  expect(createUpload.userErrors).toEqual([]);
  const put = await fetch(origin() + createUpload.uploadUrl, { method: 'PUT', body: bytes });
  expect(put.status).toBe(204);
  return createUpload.attachmentId;
}

async function fetchText(url = ''): Promise<string> {
  return (await fetch(origin() + url)).text();
}

test('a file of a mail, one of a connector and one of an answer are each fetched by the link on their message', async () => {
  const part =
    'Content-Type: text/plain; name="../log.txt"\r\nContent-Disposition: attachment\r\n\r\nfrom the mail';
  const raw = mail({
    headers: { 'Content-Type': 'multipart/mixed; boundary=B' },
    text: `--B\r\n\r\nSee the log.\r\n--B\r\n${part}\r\n--B--`,
  });
  const { id, lastMessage } = await ticketOf((await services.ingestMail(raw)).id);
  expect(lastMessage.attachments).toMatchObject([{ fileName: 'log.txt', inline: false }]);
  expect(await fetchText(lastMessage.attachments[0]?.url)).toBe('from the mail');

  const answerFile = await upload('ADMIN', 'manual.txt', 'from the agent');
  const { replyToTicket } = await services.data<{
    replyToTicket: { message: Message | null; userErrors: unknown[] };
  }>(
    'ticket',
    services.viewer('ADMIN'),
    `mutation ($input: ReplyToTicketInput!) { replyToTicket(input: $input) {
       message { id attachments { fileName mediaType inline url } } userErrors { code message field } } }`,
    { input: { ticketId: id, text: 'Read this.', attachmentIds: [answerFile] } },
  );
  expect(replyToTicket.userErrors).toEqual([]);
  expect(await fetchText(replyToTicket.message?.attachments[0]?.url)).toBe('from the agent');

  const sent = await upload('CONNECTOR', 'photo.txt', 'from the connector');
  const { ingestMessage } = await services.data<{
    ingestMessage: { inboundMessage: { id: string } | null; userErrors: unknown[] };
  }>(
    'channel-ingest',
    services.viewer('CONNECTOR'),
    `mutation ($input: IngestMessageInput!) { ingestMessage(input: $input) {
       inboundMessage { id } userErrors { code message field } } }`,
    { input: { externalId: 'm1', from: { email: 'kim@example.org' }, attachmentIds: [sent] } },
  );
  expect(ingestMessage.userErrors).toEqual([]);
  const other = await ticketOf(ingestMessage.inboundMessage?.id ?? '');
  expect(await fetchText(other.lastMessage.attachments[0]?.url)).toBe('from the connector');
});

test('a viewer announces no files', async () => {
  const answer = await services.ask(
    'channel-ingest',
    services.viewer('VIEWER'),
    `mutation { createUpload(input: { fileName: "a", mediaType: "a/b", sizeBytes: 1, sha256: "${'a'.repeat(64)}" }) {
       attachmentId } }`,
  );

  expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
});
