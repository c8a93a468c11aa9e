import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { MailDesk } from '../test/mail-desk.ts';
import { ingestEmail, type EmailInput } from './use-cases/ingest-email.ts';
import type { CheckSender } from './use-cases/mail/sender-checks.ts';
import { processInbound } from './use-cases/process-inbound.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(() => desk.close());

const dkim = { method: 'dkim', result: 'pass', properties: new Map([['header.d', 'example.org']]) };
const check = jest.fn<CheckSender>(() => Promise.resolve({ authservId: 'dns', results: [dkim] }));

async function trustOf(parts: Partial<EmailInput> = {}): Promise<unknown> {
  const raw = mail({ from: 'ada@example.org', messageId: `${newId()}@example.org` });
  const taken = await ingestEmail(desk.deps, desk.connector(), {
    raw: raw.toString('base64'),
    receivedAt: null,
    ...parts,
  });
  if (!taken.ok) return taken.error;
  const { id: messageId } = taken.value.message;
  await processInbound({ ...desk.deps, checkSender: check }, desk.job({ messageId }));
  const { rows } = await desk.deps.systemPool.query<{ trust: string }>(
    `select payload ->> 'senderTrust' as trust from outbox
      where topic = 'inbound.normalised' and payload ->> 'messageId' = $1`,
    [messageId],
  );
  return rows[0]?.trust;
}

test('senders are checked where the channel names no mail server that does, by what the connector tells', async () => {
  const named = await trustOf();
  const calls = check.mock.calls.length;
  await desk.deps.systemPool.query(`update channel set settings = settings - 'mailServer' where id = $1`, [
    desk.mailboxId,
  ]);

  const envelope = { envelopeFrom: 'bounces@example.org', clientIp: '2001:db8::7', helo: 'mx.example.org' };
  const unnamed = await trustOf(envelope);

  expect([named, calls, unnamed]).toEqual(['NONE', 0, 'PASS']);
  expect(check.mock.calls).toEqual([
    [
      expect.any(Buffer),
      { from: 'bounces@example.org', to: [], clientIp: '2001:db8::7', helo: 'mx.example.org' },
    ],
  ]);
});

test('what is no address of a machine is refused', async () => {
  expect(await trustOf({ clientIp: 'mx.example.org' })).toMatchObject({
    code: 'INVALID',
    field: ['input', 'clientIp'],
  });
});
