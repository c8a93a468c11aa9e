import { jobs } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MailDesk } from '../test/mail-desk.ts';
import { readInbound, readMailStarts } from './persistence/inbound-queries.ts';
import type { Deps } from './use-cases/deps.ts';
import { eraseItems } from './use-cases/erase-items.ts';
import { expireRaws, forgetRaw } from './use-cases/forget-raw.ts';
import { followWorkspace } from './use-cases/follow-workspace.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';
import { ingestMessage } from './use-cases/ingest-message.ts';
import { noteMissed } from './use-cases/reconcile-inbound.ts';
import { retryInbound } from './use-cases/retry-inbound.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(() => desk.close());
beforeEach(() => desk.deps.systemPool.query('delete from inbound_audit'));

const at = (days: number): Deps => {
  const then = new Date(Date.now() + days * 86_400_000);
  return { ...desk.deps, now: () => then };
};
const question = (parts: object = {}) => mail({ messageId: `${newId()}@example.org`, ...parts });

async function hasRaw(id: string): Promise<boolean> {
  const { rowCount } = await desk.deps.systemPool.query('select from inbound_raw where id = $1', [id]);
  return rowCount === 1;
}

/** What the ticket service has been asked about, and is to tell of. */
async function asked(): Promise<string[]> {
  const { rows } = await desk.deps.systemPool.query<{ payload: unknown }>(
    `select payload from outbox where topic = 'inbound.audited'`,
  );
  return rows
    .map(({ payload }) => jobs.confirmMessages.payload.parse(payload))
    .flatMap(({ tellKept, messageIds }) => (tellKept ? messageIds : []));
}

/** As the ticket service tells that it has messages. */
const kept = (...messageIds: string[]) => forgetRaw(desk.deps, desk.job({ messageIds }));

async function retain(retentionDays: number): Promise<void> {
  const settings = { name: 'x', timeZone: 'UTC', closeResolvedAfterDays: 7, retentionDays };
  await followWorkspace(desk.deps, desk.job(settings));
}

describe('what is on a ticket', () => {
  test('is asked about when its time is over, and not before; it goes when the ticket service has it', async () => {
    const { item } = await desk.receive(question());

    await expireRaws(at(6.9), desk.workspaceId);
    expect(await asked()).not.toContain(item.id);
    await expireRaws(at(8), desk.workspaceId);
    expect(await asked()).toContain(item.id);
    expect(await hasRaw(item.id)).toBe(true);
    await kept(item.id, newId());
    await kept(item.id);

    expect(await hasRaw(item.id)).toBe(false);
    expect(await readMailStarts(desk.deps.pool, desk.workspaceId, [item.id], 10)).toEqual([]);
    expect(await readInbound(desk.deps.pool, desk.workspaceId, [item.id])).toMatchObject([
      { status: 'ON_TICKET', sizeBytes: item.sizeBytes },
    ]);
  });

  test('is kept as long as the workspace wants', async () => {
    const { item } = await desk.receive(question());
    await retain(30);
    await expireRaws(at(29), desk.workspaceId);
    expect(await asked()).not.toContain(item.id);

    await retain(1);
    await expireRaws(at(30), desk.workspaceId);
    expect(await asked()).toContain(item.id);
    await retain(7);
  });

  test('is asked about again a day later, while the ticket service says nothing', async () => {
    const { item } = await desk.receive(question());

    for (const days of [10, 10.5, 11.1]) await expireRaws(at(days), desk.workspaceId);

    expect((await asked()).filter((id) => id === item.id)).toHaveLength(2);
  });

  test('goes on page by page', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 120; count += 1) ids.push((await desk.receive(question())).item.id);

    await expireRaws(at(9), desk.workspaceId);

    expect(await asked()).toEqual(expect.arrayContaining(ids));
  });

  test('and was lost there, is kept and can be tried again', async () => {
    const { item } = await desk.receive(question());
    await noteMissed(desk.deps, desk.job({ messageIds: [item.id] }));

    await kept(item.id);
    await expireRaws(at(9), desk.workspaceId);

    expect(await hasRaw(item.id)).toBe(true);
    expect(await asked()).not.toContain(item.id);
    const caller = { workspaceId: desk.workspaceId, requestId: 'test' };
    expect(await retryInbound(desk.deps, caller, item.id)).toMatchObject({ ok: true });
  });

  test('and is lost there later, cannot be tried again, and says so', async () => {
    const { item } = await desk.receive(question());
    await kept(item.id);
    await noteMissed(desk.deps, desk.job({ messageIds: [item.id] }));

    const caller = { workspaceId: desk.workspaceId, requestId: 'test' };
    expect(await retryInbound(desk.deps, caller, item.id)).toEqual({
      ok: false,
      error: { code: 'NOT_FOUND_OR_NOT_HELD' },
    });
    expect(await readInbound(desk.deps.pool, desk.workspaceId, [item.id])).toMatchObject([
      { status: 'DEAD_LETTER' },
    ]);
  });

  test('stays a repeat when it is handed in again', async () => {
    const raw = question();
    const { item } = await desk.receive(raw);
    await kept(item.id);

    const input = { raw: raw.toString('base64'), receivedAt: null };
    expect(await ingestEmail(desk.deps, desk.connector(), input)).toMatchObject({
      ok: true,
      value: { duplicate: true, message: { id: item.id } },
    });
    expect(await hasRaw(item.id)).toBe(false);
  });
});

describe('an answer to what is kept no longer', () => {
  test('by mail goes into its conversation as before', async () => {
    const raw = question({
      subject: 'AW: Größe \u0000',
      references: ['root@example.org'],
      headers: { 'Thread-Topic': 'Size', 'Thread-Index': 'AdZ1234567890123456789012345678=' },
    });
    const { item } = await desk.receive(raw);
    const answer = { ticketId: newId(), answersMessageId: item.id };
    const { content: before } = await desk.answer(answer);

    await kept(item.id);
    const { content: after } = await desk.answer({ ...answer, ticketId: newId() });

    const { 'Message-ID': _before, 'Reply-To': _address, ...headers } = before.headers;
    expect(after).toMatchObject({ subject: before.subject, headers });
    expect(headers).toMatchObject({ References: expect.stringMatching(/^<root@example\.org> </) });
  });

  test('by chat bears the conversation that the platform named', async () => {
    const stored = await ingestMessage(desk.deps, desk.connector(desk.chatId), {
      externalId: newId(),
      threadId: 'room 7',
      from: { chatVisitorId: newId() },
      subject: null,
      text: 'Hello?',
      html: null,
      attachmentIds: [],
      sentAt: null,
    });
    const id = stored.ok ? stored.value.message.id : '';
    await desk.read(id);
    await kept(id);

    const answer = { channelId: desk.chatId, channelKind: 'CHAT' as const, answersMessageId: id };
    expect((await desk.answer(answer)).content.threadKey).toBe('room 7');
    expect(await hasRaw(id)).toBe(false);
  });

  test('that is erased then begins a conversation of its own', async () => {
    const { item } = await desk.receive(question({ subject: 'My secret' }));
    await kept(item.id);

    await eraseItems(desk.deps, desk.job({}), [item.id]);

    const { content } = await desk.answer({ answersMessageId: item.id });
    expect(content.subject).toBe('Re: Help');
    const { rows } = await desk.deps.systemPool.query('select answered from inbound_message where id = $1', [
      item.id,
    ]);
    expect(rows).toEqual([{ answered: null }]);
  });
});

test('a repeat goes by itself; what was held stays until somebody decides', async () => {
  const raw = question();
  const { item } = await desk.receive(raw);
  const copy = await desk.receive(Buffer.concat([Buffer.from('Received: by mx\r\n'), raw]));
  const held = await desk.receive('no header here\n\nat all');
  expect([copy.item.status, held.item.status]).toEqual(['DUPLICATE', 'HELD']);

  await expireRaws(at(9), desk.workspaceId);

  expect(await Promise.all([item, copy.item, held.item].map(({ id }) => hasRaw(id)))).toEqual([
    true,
    false,
    true,
  ]);
  expect(await asked()).not.toContain(held.item.id);
});

test('another workspace goes by its own time', async () => {
  const { item } = await desk.receive(question());

  await expireRaws(at(9), newId());

  expect(await asked()).not.toContain(item.id);
});
