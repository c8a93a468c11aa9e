import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MailDesk } from '../../test/mail-desk.ts';
import { ingestEmail, keptOfOversized, maxMailBytes, type EmailInput } from './ingest-email.ts';
import { retryInbound } from './retry-inbound.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(() => desk.close());

const beginning = () =>
  mail({ messageId: `${newId()}@example.org`, from: 'large@example.org', text: 'x'.repeat(300_000) });

function handIn(raw: Buffer, parts: Partial<EmailInput>) {
  return ingestEmail(desk.deps, desk.connector(), {
    raw: raw.toString('base64'),
    receivedAt: null,
    ...parts,
  });
}

async function keptOf(id: string): Promise<number | undefined> {
  const { rows } = await desk.deps.systemPool.query<{ bytes: number }>(
    'select octet_length(raw) as bytes from inbound_raw where id = $1',
    [id],
  );
  return rows[0]?.bytes;
}

test('scenario 3: the beginning of a mail that is too large is held, with how large it is, and is a repeat ever after', async () => {
  const raw = beginning();
  const sizeBytes = 200 * 1024 * 1024;

  const { item, normalised } = await desk.receive(raw, {
    sizeBytes,
    envelopeFrom: 'bounces@example.org',
    envelopeTo: ['support@example.com'],
  });

  expect(item).toMatchObject({
    status: 'HELD',
    sizeBytes,
    reason: expect.stringMatching(/^OVERSIZED: the mail has 209715200 bytes/),
  });
  expect(normalised).toBeNull();
  expect(await keptOf(item.id)).toBe(keptOfOversized);
  expect(await handIn(raw, { sizeBytes })).toMatchObject({
    ok: true,
    value: { duplicate: true, message: { id: item.id } },
  });
  const caller = { workspaceId: desk.workspaceId, requestId: 'test' };
  await retryInbound(desk.deps, caller, item.id);
  expect((await desk.read(item.id)).item).toMatchObject({ status: 'HELD', reason: item.reason });
});

test('scenario 3: a whole mail of one byte too much is held as its beginning would be', async () => {
  const raw = Buffer.concat([beginning(), Buffer.alloc(maxMailBytes)]).subarray(0, maxMailBytes + 1);

  const { item } = await desk.receive(raw);

  expect(item).toMatchObject({ status: 'HELD', sizeBytes: maxMailBytes + 1 });
  expect(await handIn(raw.subarray(0, keptOfOversized + 1), { sizeBytes: raw.length })).toMatchObject({
    ok: true,
    value: { duplicate: true, message: { id: item.id } },
  });
});

test('a mail that may be handed in whole is not taken in part', async () => {
  const raw = beginning();

  const part = await handIn(raw, { sizeBytes: maxMailBytes });
  const lessThanThere = await handIn(raw, { sizeBytes: raw.length - 1 });
  const whole = await handIn(raw, { sizeBytes: raw.length });

  const fault = { ok: false, error: { code: 'INVALID', field: ['input', 'sizeBytes'] } };
  expect(part).toMatchObject(fault);
  expect(lessThanThere).toMatchObject(fault);
  expect(whole).toMatchObject({
    ok: true,
    value: { duplicate: false, message: { sizeBytes: raw.length } },
  });
});
