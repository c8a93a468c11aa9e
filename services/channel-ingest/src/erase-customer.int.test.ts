import type { EraseCustomerData, JobEnvelope } from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { readInbound } from './persistence/inbound-queries.ts';
import { migrations } from './persistence/migrations/index.ts';
import { seedChannels } from './seed.ts';
import { AnswerIds } from './use-cases/answer-ids.ts';
import type { Connector, Deps } from './use-cases/deps.ts';
import { eraseCustomer } from './use-cases/erase-customer.ts';
import { createUpload } from './use-cases/create-upload.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';
import { ingestMessage } from './use-cases/ingest-message.ts';
import { keepAttachments } from './use-cases/keep-attachments.ts';
import { processInbound } from './use-cases/process-inbound.ts';
import { retryInbound } from './use-cases/retry-inbound.ts';
import { buryInbound } from './use-cases/settle-inbound.ts';

const workspaceId = newId();
const channelId = newId();
const connector: Connector = { workspaceId, channelId, generation: 1, requestId: 'test-request' };
const log = createLogger('test', 'silent');
const mailbox = 'support@example.com';
let database: TestDatabase;
let system: pg.Pool;
let deps: Deps;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  system = createPool(database.url, systemRole, 'test', 2, log);
  await seedChannels(system, {
    workspace: { id: workspaceId },
    channels: [
      { id: channelId, kind: 'EMAIL', name: 'Mail', address: mailbox, teamId: newId(), tokenGeneration: 1 },
    ],
  });
  folder = mkdtempSync(join(tmpdir(), 'intake-files-'));
  deps = {
    pool: createPool(database.url, appRole, 'test', 10, log),
    systemPool: system,
    blobs: openBlobs({ BLOB_URL: pathToFileURL(folder).href }),
    links: new FileLinks('a key of at least thirty-two characters', undefined),
    answerIds: new AnswerIds('a key of at least thirty-two characters'),
    channelTokens: new ChannelTokens('a key of at least thirty-two characters'),
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

function job<P>(payload: P): JobEnvelope<P> {
  const cause = { requestId: 'r', eventId: null, depth: 0 };
  return { id: newId(), workspaceId, pos: 1, cause, at: new Date().toISOString(), payload };
}

async function ingest(raw: Buffer): Promise<string> {
  const result = await ingestEmail(deps, connector, { raw: raw.toString('base64'), receivedAt: null });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.message.id;
}

const mailFrom = (who: string, text: string): Buffer =>
  mail({ from: `${who}@example.org`, text, messageId: `${newId()}@example.org` });

const request = (who: string, parts: Partial<EraseCustomerData> = {}): JobEnvelope<EraseCustomerData> =>
  job({
    erasureId: newId(),
    part: 1,
    requestedAt: new Date().toISOString(),
    customerId: newId(),
    identities: [{ kind: 'EMAIL' as const, value: `${who}@example.org`, verified: true }],
    ticketIds: [],
    guestTicketIds: [],
    messageIds: [],
    ...parts,
  });

const erase = (who: string, parts: Partial<EraseCustomerData> = {}): Promise<void> =>
  eraseCustomer(deps, request(who, parts));

/** Everything that the database holds, bytes read as text. */
async function allText(): Promise<string> {
  const { rows } = await system.query<{ text: string }>(
    `select row_to_json(m)::text as text from inbound_message m union all
     select encode(raw, 'escape') from inbound_raw union all
     select row_to_json(k)::text from inbound_key k union all
     select row_to_json(s)::text from mail_seen s union all
     select row_to_json(u)::text from upload u union all
     select row_to_json(l)::text from event_log l union all
     select row_to_json(o)::text from outbox o`,
  );
  return rows.map(({ text }) => text).join('\n');
}

const dayMs = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();

async function storedOn(id: string, iso: string): Promise<string> {
  await system.query('update inbound_message set stored_at = $2 where id = $1', [id, iso]);
  return id;
}

const withFile = (who: string, content: string): Buffer =>
  mail({
    from: `${who}@example.org`,
    messageId: `${newId()}@example.org`,
    headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
    text: `--b\nContent-Type: text/plain\n\nSee file\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n${content}\n--b--`,
  });

async function neededBy(messageId: string): Promise<string[]> {
  const { rows } = await system.query<{ sha256: string }>(
    'select sha256 from message_blob where message_id = $1',
    [messageId],
  );
  return rows.map(({ sha256 }) => sha256);
}

/** The process ends right after a commit. */
const dying = (): Deps => ({
  ...deps,
  eventsWritten: () => {
    throw new Error('killed');
  },
});

/** A file that the connector has announced and handed in. */
async function upload(fileName: string, text: string): Promise<{ id: string; sha256: string }> {
  const bytes = Buffer.from(text);
  const content = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  const created = await createUpload(
    deps,
    { workspaceId, ownerId: channelId, requestId: 'r' },
    { fileName, mediaType: 'text/plain', ...content },
  );
  if (!created.ok) throw new Error(created.error.message);
  const { id, sha256 } = created.value.upload;
  await deps.blobs.put(workspaceId, content, Readable.from([bytes], { objectMode: true }));
  await system.query(
    `insert into event_log (workspace_id, pos, event_id, topic, payload, cause, at)
     select workspace_id, id, event_id, topic, payload, cause, now() from outbox where payload ->> 'id' = $1`,
    [id],
  );
  return { id, sha256 };
}

async function handIn(who: string, attachmentIds: string[]): Promise<string> {
  const result = await ingestMessage(deps, connector, {
    externalId: newId(),
    threadId: null,
    from: { email: `${who}@example.org` },
    subject: null,
    text: 'See file',
    html: null,
    attachmentIds,
    sentAt: null,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.message.id;
}

async function statusOf(id: string): Promise<string | undefined> {
  const [found] = await readInbound(deps.pool, workspaceId, [id]);
  return found?.status;
}

describe('erasing a customer from the intake', () => {
  test('what is on its way, held or dead of theirs is erased, and nothing of others', async () => {
    const [sent, dead, others] = [
      await ingest(mailFrom('gone', 'secretsent')),
      await ingest(mailFrom('gone', 'secretdead')),
      await ingest(mailFrom('stays', 'mentions gone@example.org')),
    ];
    const held = await ingest(Buffer.from('no mail at all, but gone@example.org secretheld'));
    for (const messageId of [sent, held, others]) await processInbound(deps, job({ messageId }));
    await buryInbound(deps, job({ messageId: dead }), 'failed for gone@example.org');

    await erase('gone');

    const text = await allText();
    for (const word of ['secretsent', 'secretdead', 'secretheld', 'failed for'])
      expect(text).not.toContain(word);
    expect(text).toContain('mentions gone@example.org');
    expect(await Promise.all([sent, dead, held, others].map(statusOf))).toEqual([
      'HELD',
      'DEAD_LETTER',
      'HELD',
      'RECEIVED',
    ]);
    const retried = await retryInbound(deps, { workspaceId, requestId: 'r' }, held);
    expect(retried.ok).toBe(false);
  });

  test('an item that is read after the erasure of its sender is erased then; a later one is not', async () => {
    const before = await ingest(mailFrom('late', 'secretlate'));
    await erase('late', { requestedAt: new Date(Date.now() + 1_000).toISOString() });

    await processInbound(deps, job({ messageId: before }));

    expect(await allText()).not.toContain('secretlate');
    expect(await statusOf(before)).toBe('HELD');
    await system.query(`update erased_sender set erased_at = now() - interval '1 minute'`);
    const after = await ingest(mailFrom('late', 'later words'));
    await processInbound(deps, job({ messageId: after }));
    expect(await statusOf(after)).toBe('RECEIVED');
    expect(await allText()).toContain('later words');
  });

  test('files that nothing else needs are deleted, those that another message needs stay', async () => {
    const [own, shared, others] = [
      await ingest(withFile('files', 'of their own')),
      await ingest(withFile('files', 'shared')),
      await ingest(withFile('friend', 'shared')),
    ];
    for (const messageId of [own, shared, others]) await processInbound(deps, job({ messageId }));
    const needed = async () => (await Promise.all([own, shared, others].map(neededBy))).flat();
    const before = [...new Set(await needed())];

    await erase('files', { messageIds: [own, shared] });

    const has = await Promise.all(before.map((sha256) => deps.blobs.has(workspaceId, sha256)));
    expect(before).toHaveLength(2);
    expect(has.filter((is) => is)).toHaveLength(1);
    expect(await needed()).toHaveLength(1);
  });

  test('an erasure that comes late leaves what was handed in after it was asked for', async () => {
    const each = async (word: string): Promise<string[]> => {
      const [sent, dead] = [
        await ingest(mailFrom('slow', `${word}sent`)),
        await ingest(mailFrom('slow', `${word}dead`)),
      ];
      const held = await ingest(Buffer.from(`no mail at all, but slow@example.org ${word}held`));
      for (const messageId of [sent, held]) await processInbound(deps, job({ messageId }));
      await buryInbound(deps, job({ messageId: dead }), 'failed');
      return [sent, dead, held];
    };
    for (const id of await each('before')) await storedOn(id, daysAgo(3));
    for (const id of await each('after')) await storedOn(id, daysAgo(1));

    await erase('slow', { requestedAt: daysAgo(2) });

    const text = await allText();
    for (const word of ['sent', 'dead', 'held']) {
      expect(text).not.toContain(`before${word}`);
      expect(text).toContain(`after${word}`);
    }
  });

  test('who was erased and writes anew keeps that when another is erased', async () => {
    await erase('anew', { requestedAt: daysAgo(6) });
    const dead = await ingest(mailFrom('anew', 'written anew'));
    await buryInbound(deps, job({ messageId: dead }), 'failed');
    await storedOn(dead, daysAgo(2));

    await erase('another', { requestedAt: daysAgo(1) });

    expect(await allText()).toContain('written anew');
    await erase('anew', { requestedAt: daysAgo(1) });
    expect(await allText()).not.toContain('written anew');
  });

  test('what a kill has left of an item that was erased while it was read goes with the next try', async () => {
    const id = await ingest(withFile('killed', 'secretkilled'));
    await erase('killed', { requestedAt: new Date(Date.now() + 1_000).toISOString() });
    const delivered = job({ messageId: id });

    await expect(processInbound(dying(), delivered)).rejects.toThrow('killed');
    const [sha256] = await neededBy(id);
    expect(await statusOf(id)).toBe('HELD');
    await processInbound(deps, delivered);

    expect(await neededBy(id)).toEqual([]);
    expect(await deps.blobs.has(workspaceId, sha256 ?? '')).toBe(false);
  });

  test('what a kill has left of a duplicate goes with the next try', async () => {
    const raw = withFile('double', 'secretdouble');
    const first = await ingest(raw);
    const again = await ingest(Buffer.concat([Buffer.from('Received: another way\r\n'), raw]));
    await processInbound(deps, job({ messageId: first }));
    const delivered = job({ messageId: again });

    await expect(processInbound(dying(), delivered)).rejects.toThrow('killed');
    expect(await statusOf(again)).toBe('DUPLICATE');
    await processInbound(deps, delivered);

    expect(await neededBy(again)).toEqual([]);
    expect(await neededBy(first)).toHaveLength(1);
  });

  test.each(['before', 'after'])(
    'files that a connector has uploaded for a message go with it, name and bytes, if it is read %s the erasure',
    async (when) => {
      const file = await upload('secretname.txt', `uploaded and read ${when}`);
      const messageId = await handIn(`uploads-${when}`, [file.id]);
      if (when === 'before') await processInbound(deps, job({ messageId }));

      await erase(`uploads-${when}`, { requestedAt: new Date(Date.now() + 1_000).toISOString() });
      if (when === 'after') await processInbound(deps, job({ messageId }));

      expect(await allText()).not.toContain('secretname');
      expect(await deps.blobs.has(workspaceId, file.sha256)).toBe(false);
    },
  );

  test('an upload of the same bytes that was announced for another message stays', async () => {
    const [file, other] = [
      await upload('one.txt', 'the same bytes'),
      await upload('othername.txt', 'the same bytes'),
    ];
    const id = await handIn('same', [file.id]);

    await erase('same', { messageIds: [id] });

    expect(await deps.blobs.has(workspaceId, file.sha256)).toBe(true);
    const answer = await handIn('other', [other.id]);
    expect(await neededBy(answer)).toEqual([file.sha256]);
  });

  test('a message is not taken while the upload that it names goes with another', async () => {
    const file = await upload('both.txt', 'of both');
    const id = await handIn('both', [file.id]);
    jest.spyOn(deps.blobs, 'has').mockImplementationOnce(async () => {
      await erase('both', { messageIds: [id] });
      return true;
    });

    await expect(handIn('friend', [file.id])).rejects.toThrow('attachmentIds');

    expect(await deps.blobs.has(workspaceId, file.sha256)).toBe(false);
  });

  test('the late word of the files of an erased answer revives none', async () => {
    const [erased, stays] = [newId(), newId()];
    const sha256s = ['ab'.repeat(32)];
    await keepAttachments(deps, job({ messageId: erased, sha256s }));
    await erase('answered', { messageIds: [erased] });

    await keepAttachments(deps, job({ messageId: erased, sha256s }));
    await keepAttachments(deps, job({ messageId: stays, sha256s }));

    expect(await neededBy(erased)).toEqual([]);
    expect(await neededBy(stays)).toEqual(sha256s);
  });

  test('a repeat answers once, and counts what is erased', async () => {
    const id = await ingest(mailFrom('twice', 'secrettwice'));
    const twice = request('twice', { part: 2, identities: [], messageIds: [id, newId()] });

    await eraseCustomer(deps, twice);
    await eraseCustomer(deps, twice);

    const { rows } = await system.query<{ payload: object }>(
      `select payload from outbox where topic = 'customer.data-erased' and payload ->> 'erasureId' = $1`,
      [twice.payload.erasureId],
    );
    expect(rows.map(({ payload }) => payload)).toEqual([
      {
        erasureId: twice.payload.erasureId,
        part: 2,
        service: 'channel-ingest',
        counts: { items: 1, deliveries: 0, files: 0 },
      },
    ]);
  });
});
