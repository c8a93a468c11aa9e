import { parseEnvelope, jobs, type JobEnvelope, type NormalisedMessage } from '@smart-tickets/contracts';
import type { BlobStore } from '@smart-tickets/kit/blob-store';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { FileLinks, FileTokens } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { isOutage } from '@smart-tickets/kit/outage';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { maxUploadBytes } from './domain/attachment.ts';
import { migrations } from './persistence/migrations/index.ts';
import { seedChannels } from './seed.ts';
import { createUpload, type Uploader, type UploadInput } from './use-cases/create-upload.ts';
import { AnswerIds } from './use-cases/answer-ids.ts';
import type { Connector, Deps } from './use-cases/deps.ts';
import { forgetAttachments } from './use-cases/forget-attachments.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';
import { ingestMessage, type MessageInput } from './use-cases/ingest-message.ts';
import { keepAttachments } from './use-cases/keep-attachments.ts';
import { processInbound } from './use-cases/process-inbound.ts';
import { forgetEndedUploads } from './use-cases/sweep-uploads.ts';

const key = 'a key of at least thirty-two characters';
const workspaceId = newId();
const channelId = newId();
const otherChannelId = newId();
const connector: Connector = { workspaceId, channelId, generation: 1, requestId: 'test-request' };
const uploader: Uploader = { workspaceId, ownerId: channelId, requestId: 'test-request' };
const log = createLogger('test', 'silent');
let folder: string;
let blobs: BlobStore;
let database: TestDatabase;
let system: pg.Pool;
let deps: Deps;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  folder = mkdtempSync(join(tmpdir(), 'attachments-'));
  blobs = openBlobs({ BLOB_URL: pathToFileURL(folder).href });
  system = createPool(database.url, systemRole, 'test', 2, log);
  const channel = { kind: 'API', name: 'A', address: null, teamId: newId(), tokenGeneration: 1 };
  await seedChannels(system, {
    workspace: { id: workspaceId },
    channels: [channelId, otherChannelId].map((id) => ({ id, ...channel })),
  });
  deps = {
    pool: createPool(database.url, appRole, 'test', 10, log),
    systemPool: system,
    blobs,
    links: new FileLinks(key, undefined),
    answerIds: new AnswerIds(key),
    channelTokens: new ChannelTokens(key),
    ratingLink: () => null,
    log,
    eventsWritten: () => undefined,
    deliveriesChanged: () => undefined,
    now: () => new Date(),
    newId,
  };
});
afterAll(async () => {
  await deps.pool.end();
  await system.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function job<P>(payload: P): JobEnvelope<P> {
  const cause = { requestId: 'r', eventId: null, depth: 0 };
  return { id: newId(), workspaceId, pos: 1, cause, at: new Date().toISOString(), payload };
}

async function put(bytes: Buffer): Promise<void> {
  const content = { sha256: hashOf(bytes), sizeBytes: bytes.length };
  await blobs.put(workspaceId, content, Readable.from([bytes], { objectMode: true }));
}

/** Announces a file and, unless told otherwise, hands in its bytes. */
async function upload(bytes: Buffer, of: Partial<Uploader> = {}, arrives = true): Promise<string> {
  const input = {
    fileName: 'a.txt',
    mediaType: 'text/plain',
    sizeBytes: bytes.length,
    sha256: hashOf(bytes),
  };
  const created = await createUpload(deps, { ...uploader, ...of }, input);
  if (!created.ok) throw new Error(created.error.message);
  if (arrives) await put(bytes);
  return created.value.upload.id;
}

async function age(uploadId: string, hours: number): Promise<void> {
  await system.query(`update upload set created_at = now() - make_interval(hours => $2) where id = $1`, [
    uploadId,
    hours,
  ]);
}

const message = (parts: Partial<MessageInput> = {}): MessageInput => ({
  externalId: newId(),
  threadId: null,
  from: { email: 'ada@example.org' },
  subject: null,
  text: 'Hello',
  html: null,
  attachmentIds: [],
  sentAt: null,
  ...parts,
});

/** Processes what was handed in, and gives back what goes to the ticket service, or null. */
async function process(messageId: string): Promise<NormalisedMessage | null> {
  await processInbound(deps, job({ messageId }));
  const { rows } = await system.query<{ payload: unknown }>(
    `select payload from outbox where topic = 'inbound.normalised' and payload->>'messageId' = $1`,
    [messageId],
  );
  return rows[0] === undefined ? null : parseEnvelope(jobs.receiveMessage, job(rows[0].payload)).payload;
}

async function read(sha256: string): Promise<Buffer | null> {
  const blob = await blobs.open(workspaceId, sha256);
  return blob === null ? null : buffer(blob.stream);
}

/** A mail of these parts, each a header block, an empty line, and a body. */
function multipart(parts: readonly string[], messageId = `${newId()}@x`): Buffer {
  const body = parts.map((part) => `--B\r\n${part.replaceAll(/\r?\n/g, '\r\n')}\r\n`).join('');
  return mail({
    messageId,
    headers: { 'Content-Type': 'multipart/mixed; boundary=B' },
    text: `${body}--B--`,
  });
}

async function handIn(raw: Buffer): Promise<string> {
  const result = await ingestEmail(deps, connector, { raw: raw.toString('base64'), receivedAt: null });
  if (!result.ok) throw new Error(result.error.code);
  return result.value.message.id;
}

describe('announcing a file', () => {
  const good: UploadInput = {
    fileName: '../../Größe\u202e.pdf',
    mediaType: 'Application/PDF; x=y',
    sizeBytes: 12,
    sha256: 'A'.repeat(64),
  };

  test('gives an id and a link for just these bytes, and tells the ticket service', async () => {
    const created = await createUpload(deps, uploader, good);

    if (!created.ok) throw new Error(created.error.message);
    const { upload: announced, uploadUrl } = created.value;
    const file = {
      fileName: 'Größe.pdf',
      mediaType: 'application/pdf',
      sizeBytes: 12,
      sha256: 'a'.repeat(64),
    };
    expect(announced).toEqual({ id: expect.any(String), ownerId: channelId, ...file });
    expect(new FileTokens(key).read(uploadUrl.split('/').at(-1) ?? '', Date.now())).toMatchObject({
      workspaceId,
      attachmentId: announced.id,
      ...file,
      purpose: 'UPLOAD',
    });
    const { rows } = await system.query<{ payload: unknown }>(
      `select payload from outbox where topic = 'upload.announced' and payload->>'id' = $1`,
      [announced.id],
    );
    expect(rows.map(({ payload }) => jobs.acceptUpload.payload.parse(payload))).toEqual([announced]);
  });

  test.each([
    ['fileName', { fileName: '../..' }, 'INVALID'],
    ['sizeBytes', { sizeBytes: 0 }, 'INVALID'],
    ['sizeBytes', { sizeBytes: -1 }, 'INVALID'],
    ['sizeBytes', { sizeBytes: maxUploadBytes + 1 }, 'LIMIT_EXCEEDED'],
    ['sha256', { sha256: 'a'.repeat(63) }, 'INVALID'],
    ['sha256', { sha256: `${'a'.repeat(63)}g` }, 'INVALID'],
  ])('refuses a %s as in %j', async (field, parts, code) => {
    expect(await createUpload(deps, uploader, { ...good, ...parts })).toMatchObject({
      ok: false,
      error: { code, field },
    });
  });

  test('takes the largest file', async () => {
    expect(await createUpload(deps, uploader, { ...good, sizeBytes: maxUploadBytes })).toMatchObject({
      ok: true,
    });
  });
});

describe('a message with files', () => {
  test('carries them to the ticket service, each once, in their order', async () => {
    const [one, two] = [await upload(Buffer.from('one')), await upload(Buffer.from('two'))];

    const result = await ingestMessage(
      deps,
      connector,
      message({ text: null, attachmentIds: [two, one.toUpperCase(), two] }),
    );

    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const normalised = await process(result.value.message.id);
    expect(normalised?.attachments.map(({ id, sha256 }) => [id, sha256])).toEqual([
      [two, hashOf(Buffer.from('two'))],
      [one, hashOf(Buffer.from('one'))],
    ]);
  });

  test('is refused when a file is another channel’s, has not come, is a day old, or is none', async () => {
    const old = await upload(Buffer.from('old'));
    await age(old, 25);
    const refused = [
      await upload(Buffer.from('other'), { ownerId: otherChannelId }),
      await upload(Buffer.from('not there'), {}, false),
      old,
      newId(),
      'nonsense',
    ];

    for (const id of refused) {
      expect(await ingestMessage(deps, connector, message({ attachmentIds: [id] }))).toMatchObject({
        ok: false,
        error: { code: 'INVALID', field: ['input', 'attachmentIds'] },
      });
    }
    const many = Array.from({ length: 101 }, newId);
    expect(await ingestMessage(deps, connector, message({ attachmentIds: many }))).toMatchObject({
      ok: false,
      error: { code: 'LIMIT_EXCEEDED' },
    });
  });
});

describe('a message that is handed in again', () => {
  test('gives the first result however late, when its uploads are long forgotten', async () => {
    const file = await upload(Buffer.from(newId()));
    const input = message({ attachmentIds: [file] });
    const first = await ingestMessage(deps, connector, input);
    const same = {
      ok: true,
      value: { duplicate: true, message: { id: first.ok ? first.value.message.id : '' } },
    };

    await age(file, 25);
    expect(await ingestMessage(deps, connector, input)).toMatchObject(same);
    await age(file, 49);
    await forgetEndedUploads(deps, log);
    expect(await ingestMessage(deps, connector, input)).toMatchObject(same);

    const replaced = { ...connector, generation: 0 };
    expect(await ingestMessage(deps, replaced, input)).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });
  });
});

describe('a mail with files', () => {
  test('fault 19: keeps every part as it is, under a safe name, and unpacks none', async () => {
    const zip = Buffer.from('UEsDBBQAAAAIAAAAAAAAAAAA', 'base64');
    const raw = multipart([
      'Content-Type: text/html\n\n<p>See <img src="cid:pic@x"> <script>x</script></p>',
      'Content-Type: image/png\nContent-ID: <pic@x>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\niVBORw0K',
      'Content-Type: image/png; name=logo.png\nContent-ID: <unused@x>\nContent-Transfer-Encoding: base64\n\niVBORw0K',
      'Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR',
      'Content-Type: message/rfc822\n\nFrom: z@example.org\nSubject: inner\n\nwithin',
      'Content-Type: application/ms-tnef; name="winmail.dat"\n\nTNEF',
      `Content-Type: APPLICATION/ZIP; name="../../bomb.zip"\nContent-Transfer-Encoding: base64\n\n${zip.toString('base64')}`,
      "Content-Type: not a type\nContent-Disposition: attachment; filename*=UTF-8''invoice%E2%80%AEfdp.exe\n\nMZ",
      'Content-Type: text/html; name=".html"\nContent-Disposition: attachment\n\n<script>1</script>',
      'Content-Type: application/pdf; name=empty.pdf\n\n',
    ]);

    const normalised = await process(await handIn(raw));

    expect(
      normalised?.attachments.map(({ fileName, mediaType, inline }) => [fileName, mediaType, inline]),
    ).toEqual([
      ['attachment-1.png', 'image/png', true],
      ['logo.png', 'image/png', false],
      ['attachment-3.ics', 'text/calendar', false],
      ['attachment-4.eml', 'message/rfc822', false],
      ['winmail.dat', 'application/ms-tnef', false],
      ['bomb.zip', 'application/zip', false],
      ['invoicefdp.exe', expect.any(String), false],
      ['html', 'text/html', false],
      ['empty.pdf', 'application/pdf', false],
    ]);
    expect(normalised?.attachments[0]?.contentId).toBe('pic@x');
    expect(normalised?.html).not.toMatch(/script|<img (?!src="cid:)/);
    for (const { sha256, sizeBytes } of normalised?.attachments ?? []) {
      const bytes = await read(sha256);
      expect([bytes?.length, hashOf(bytes ?? Buffer.alloc(0))]).toEqual([sizeBytes, sha256]);
    }
    expect(await read(hashOf(zip))).toEqual(zip);
  });

  test('keeps a hundred of them', async () => {
    const part = (n: number): string => `Content-Type: application/octet-stream; name=f${n}\n\n${n}`;

    const normalised = await process(await handIn(multipart(Array.from({ length: 120 }, (_, n) => part(n)))));

    expect(normalised?.attachments).toHaveLength(100);
  });

  test('waits, unprocessed, while the blob store is away, and then goes its way', async () => {
    const raw = multipart(['Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nhere']);
    const id = await handIn(raw);
    const full = (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC' }));
    const away: BlobStore = { put: full, open: full, has: full, delete: full, tidy: full };

    const fault: unknown = await processInbound({ ...deps, blobs: away }, job({ messageId: id })).catch(
      (error: unknown) => error,
    );
    expect(isOutage(fault)).toBe(true);

    expect((await process(id))?.attachments).toMatchObject([{ fileName: 'a.txt', sizeBytes: 4 }]);
  });

  test('is another mail than one of the same words and id with another file', async () => {
    const part = (text: string): string =>
      `Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\n${text}`;
    const id = `${newId()}@x`;

    expect(await process(await handIn(multipart([part('one')], id)))).not.toBeNull();
    expect(await process(await handIn(multipart([part('two')], id)))).not.toBeNull();
    const again = Buffer.concat([Buffer.from('Received: another way\r\n'), multipart([part('two')], id)]);
    const repeat = await handIn(again);
    expect(await process(repeat)).toBeNull();
    const { rows } = await system.query('select from message_blob where message_id = $1', [repeat]);
    expect(rows).toHaveLength(0);
    expect(await read(hashOf(Buffer.from('two')))).not.toBeNull();
  });
});

describe('bytes', () => {
  test('that a message took, in or out, stay when their upload is forgotten', async () => {
    const [coming, going] = [Buffer.from(newId()), Buffer.from(newId())];
    const ids = [await upload(coming), await upload(going)];
    await ingestMessage(deps, connector, message({ attachmentIds: [ids[0]!] }));
    await keepAttachments(deps, job({ messageId: newId(), sha256s: [hashOf(going)] }));

    for (const id of ids) await age(id, 49);
    await forgetEndedUploads(deps, log);

    expect(await read(hashOf(coming))).toEqual(coming);
    expect(await read(hashOf(going))).toEqual(going);
  });

  test('go with the last message that needs them, and only then', async () => {
    const [shared, own] = [newId(), newId()];
    const part = (text: string): string => `Content-Type: application/pdf; name=a.pdf\n\n${text}`;
    const first = await handIn(multipart([part(shared), part(own)]));
    const second = await handIn(multipart([part(shared)]));
    await process(first);
    await process(second);

    expect(await forgetAttachments(deps, newId(), [first, second])).toBe(0);
    expect(await forgetAttachments(deps, workspaceId, [first])).toBe(1);
    expect(await read(hashOf(Buffer.from(own)))).toBeNull();
    expect(await read(hashOf(Buffer.from(shared)))).toEqual(Buffer.from(shared));

    expect(await forgetAttachments(deps, workspaceId, [first, second])).toBe(1);
    expect(await forgetAttachments(deps, workspaceId, [first, second])).toBe(0);
    expect(await read(hashOf(Buffer.from(shared)))).toBeNull();
  });

  test('that come again while they are being forgotten are there afterwards', async () => {
    const text = newId();
    const raw = () => multipart([`Content-Type: application/pdf; name=a.pdf\n\n${text}`]);
    let kept = await handIn(raw());
    await process(kept);

    for (let round = 0; round < 10; round += 1) {
      const next = await handIn(raw());
      await Promise.all([forgetAttachments(deps, workspaceId, [kept]), process(next)]);
      expect(await read(hashOf(Buffer.from(text)))).toEqual(Buffer.from(text));
      kept = next;
    }
  });
});
