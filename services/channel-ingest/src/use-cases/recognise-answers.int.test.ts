import { answerKey } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MailDesk } from '../../test/mail-desk.ts';
import { ingestEmail } from './ingest-email.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(async () => {
  await desk.close();
});

describe('a reply', () => {
  test.each([
    ['an id with brackets', '<p-1@mail.provider.example>', '<p-1@mail.provider.example>'],
    ['an id without brackets', 'p-2@mail.provider.example', '<p-2@mail.provider.example>'],
    [
      'an id of Amazon',
      '0100018f0a1b2c3d-12345678-1234-1234-1234-123456789abc-000000',
      '<0100018f0a1b2c3d-12345678-1234-1234-1234-123456789abc-000000@eu-west-1.amazonses.com>',
    ],
  ])('to an answer that a provider gave %s names the answer', async (_name, externalId, inReplyTo) => {
    const sent = await desk.answer({}, externalId);

    const { normalised } = await desk.receive(
      mail({ messageId: newId(), inReplyTo, references: ['x@y', inReplyTo] }),
    );

    expect(normalised?.thread).toMatchObject({
      inReplyTo: [answerKey(sent.messageId)],
      references: ['mid:x@y', answerKey(sent.messageId)],
    });
  });

  test('scenario 23: of a machine to an answer belongs to it, and is a machine’s', async () => {
    const sent = await desk.answer();
    const raw = mail({
      messageId: newId(),
      subject: 'Out of office',
      inReplyTo: sent.content.headers['Message-ID']!,
      headers: { 'Auto-Submitted': 'auto-replied' },
    });

    const { normalised } = await desk.receive(raw, { envelopeFrom: '' });

    expect(normalised).toMatchObject({
      automatic: true,
      thread: { inReplyTo: [answerKey(sent.messageId)] },
    });
  });

  test('the same mail with another envelope is the same mail', async () => {
    const raw = mail({ messageId: newId() });
    const first = await desk.receive(raw, { envelopeTo: ['support@example.com'] });

    const second = await ingestEmail(desk.deps, desk.connector(), {
      raw: raw.toString('base64'),
      receivedAt: null,
      envelopeTo: ['sales@example.com'],
    });

    expect(second).toMatchObject({ ok: true, value: { duplicate: true, message: { id: first.item.id } } });
  });

  test('an envelope has a hundred recipients at most', async () => {
    const envelope = (count: number) => ({
      raw: mail({ messageId: newId() }).toString('base64'),
      receivedAt: null,
      envelopeTo: Array.from({ length: count }, (_, at) => `${at}@example.com`),
    });

    expect(await ingestEmail(desk.deps, desk.connector(), envelope(100))).toMatchObject({ ok: true });
    expect(await ingestEmail(desk.deps, desk.connector(), envelope(101))).toMatchObject({
      ok: false,
      error: { code: 'LIMIT_EXCEEDED', field: ['input', 'envelopeTo'] },
    });
  });
});

describe('a mail from a mailbox of ours', () => {
  const vouched = { 'Authentication-Results': 'mx.example.com; dmarc=pass header.from=example.com' };
  const from = 'Support <support@example.com>';

  test('in a conversation that is known is an agent’s, if the mail server vouches for it', async () => {
    const customers = `${newId()}@example.org`;
    await desk.receive(mail({ messageId: customers }));

    const outcome = await desk.receive(
      mail({ from, messageId: newId(), to: 'ada@example.org', inReplyTo: customers, headers: vouched }),
    );

    expect(outcome.normalised).toMatchObject({ fromAgent: true, automatic: false, senderTrust: 'PASS' });
  });

  test('that answers an answer of ours is an agent’s, too', async () => {
    const sent = await desk.answer();
    const inReplyTo = sent.content.headers['Message-ID']!;

    const outcome = await desk.receive(mail({ from, messageId: newId(), inReplyTo, headers: vouched }));

    expect(outcome.normalised).toMatchObject({ fromAgent: true });
  });

  test('that begins something is a mail like any other', async () => {
    const outcome = await desk.receive(mail({ from, messageId: newId(), headers: vouched }));

    expect(outcome.normalised).toMatchObject({ fromAgent: false });
  });

  test('is held when it is an answer of ours that has the id of its mail provider', async () => {
    await desk.answer({}, 'p-3@mail.provider.example');

    const outcome = await desk.receive(
      mail({ from, messageId: 'p-3@mail.provider.example', headers: vouched }),
    );

    expect(outcome).toMatchObject({ normalised: null, item: { status: 'HELD', ticketId: null } });
    expect(outcome.item.reason).toMatch(/^Our own mail came back\. /);
  });

  test('is held when nobody vouches for it', async () => {
    const outcome = await desk.receive(mail({ from, messageId: newId() }));

    expect(outcome.item).toMatchObject({
      status: 'HELD',
      reason: 'Our own mail came back. From support@example.com, an address of our own.',
    });
  });
});
