import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MailDesk } from '../../test/mail-desk.ts';
import { readLedger } from '../persistence/ledger.ts';
import { seedChannels } from '../seed.ts';
import { eraseItems } from './erase-items.ts';
import { ingestEmail } from './ingest-email.ts';
import { ingestMessage } from './ingest-message.ts';
import { processInbound } from './process-inbound.ts';
import { settleInbound } from './settle-inbound.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(() => desk.close());

const message = (externalId: string, text = 'Hello') =>
  ingestMessage(desk.deps, desk.connector(desk.chatId), {
    externalId,
    threadId: null,
    from: { email: 'gone@example.org' },
    subject: null,
    text,
    html: null,
    attachmentIds: [],
    sentAt: null,
  });

async function bytesOf({ item }: { readonly item: { readonly id: string } }): Promise<number> {
  const { rows } = await desk.deps.systemPool.query<{ many: number }>(
    'select count(*)::int as many from inbound_raw where id = $1',
    [item.id],
  );
  return rows[0]?.many ?? 0;
}

test('scenario 7: an erased mail that comes again by another way is a duplicate, and its bytes go', async () => {
  const raw = mail({ messageId: `${newId()}@example.org`, from: 'gone@example.org', text: 'Forget me' });
  const { item } = await desk.receive(raw);
  await eraseItems(desk.deps, desk.job({}), [item.id]);

  const same = await desk.receive(raw);
  const another = await desk.receive(Buffer.concat([Buffer.from('Received: by mx\r\n'), raw]));
  const newer = await desk.receive(
    mail({ messageId: `${newId()}@example.org`, from: 'gone@example.org', text: 'A new start' }),
  );

  expect(same.item).toMatchObject({ id: item.id, reason: 'The data of its sender were erased.' });
  expect(another).toMatchObject({
    item: {
      status: 'DUPLICATE',
      reason: 'The same mail came before. The data of its sender were erased.',
    },
    normalised: null,
  });
  expect(another.item.id).not.toBe(item.id);
  expect(await bytesOf(another)).toBe(0);
  expect(newer.normalised).toMatchObject({ text: 'A new start' });
});

test('copies of an erased mail in other mailboxes go with it, and those that come later, too', async () => {
  const salesId = newId();
  await seedChannels(desk.deps.systemPool, {
    workspace: { id: desk.workspaceId },
    channels: [
      {
        id: salesId,
        kind: 'EMAIL',
        name: 'Sales',
        address: 'sales@example.com',
        teamId: null,
        tokenGeneration: 1,
      },
    ],
  });
  const raw = mail({ messageId: `${newId()}@example.org`, from: 'gone@example.org', text: 'To all of you' });
  const take = async (bytes: Buffer): Promise<string> => {
    const input = { raw: bytes.toString('base64'), receivedAt: null };
    const taken = await ingestEmail(desk.deps, desk.connector(salesId), input);
    return taken.ok ? taken.value.message.id : '';
  };
  const { item } = await desk.receive(raw);
  const copyId = await take(raw);
  await processInbound(desk.deps, desk.job({ messageId: copyId }));
  const same = { messageId: copyId, outcome: 'DUPLICATE', ticketId: newId(), reason: 'SAME_MAIL' } as const;
  await settleInbound(desk.deps, desk.job(same));

  await eraseItems(desk.deps, desk.job({}), [item.id]);
  const left = await bytesOf({ item: { id: copyId } });
  const late = await desk.read(await take(Buffer.concat([Buffer.from('Received: by mx\r\n'), raw])));

  expect([left, await bytesOf({ item }), await bytesOf(late)]).toEqual([0, 0, 0]);
  expect([late.item.status, late.normalised]).toEqual(['DUPLICATE', null]);
});

test('scenario 7: an erased message is a repeat under its external id, which is kept as a hash alone', async () => {
  const externalId = `account-${newId()}`;
  const first = await message(externalId);
  const id = first.ok ? first.value.message.id : '';
  await eraseItems(desk.deps, desk.job({}), [id]);
  const before = await readLedger(desk.deps.pool, desk.workspaceId, null);

  const again = await message(externalId, 'Hello again');
  const other = await message(`account-${newId()}`);

  expect(again).toMatchObject({
    ok: true,
    value: { duplicate: true, message: { id, externalId: `erased:${id}`, status: 'HELD' } },
  });
  expect(other).toMatchObject({ ok: true, value: { duplicate: false } });
  const { received } = await readLedger(desk.deps.pool, desk.workspaceId, null);
  expect(received).toBe(before.received + 1);
  const { rows } = await desk.deps.systemPool.query<{ keys: string[] }>(
    'select array_agg(external_id) as keys from inbound_key where message_id = $1',
    [id],
  );
  expect(rows[0]?.keys).toEqual([`erased:${id}`]);
});
