import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MailDesk } from '../../test/mail-desk.ts';
import { AnswerIds } from './answer-ids.ts';
import { eraseCustomer } from './erase-customer.ts';
import { retryInbound } from './retry-inbound.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(async () => {
  await desk.close();
});

let reports = 0;
function report(action: string, code: string, original: string | null, to = 'support@example.com'): string {
  reports += 1;
  return `Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@mx.example.org>
To: ${to}
Subject: Returned mail: see transcript for details
Message-ID: <report-${reports}@mx.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx

The following address had problems: ada@example.org

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ada@example.org
Action: ${action}
Status: ${code}

--xx
Content-Type: message/rfc822

From: support@example.com
${original === null ? 'X-Cut: yes' : `Message-ID: ${original}`}
Subject: Re: Printer on fire

We are on it.
--xx--
`;
}

describe('a mail server’s report on an answer of ours', () => {
  test('scenario 20: is noted on the answer, and ends there: no ticket, nobody answered', async () => {
    const sent = await desk.answer();

    const { item, normalised } = await desk.receive(
      report('failed', '5.1.1', sent.content.headers['Message-ID']!),
    );

    expect(normalised).toBeNull();
    expect(item).toMatchObject({
      status: 'HELD',
      ticketId: sent.ticketId,
      reason:
        'A mail server reports that an answer of ours could not be delivered to ada@example.org (5.1.1).',
    });
    expect(await desk.stateOf(sent)).toEqual({ status: 'BOUNCED', failures: 1 });
  });

  test('that cuts the mail off is known by the token in the address that it was sent to', async () => {
    const sent = await desk.answer();
    const raw = report('failed', '5.2.2', null, sent.content.headers['Reply-To']);

    expect((await desk.receive(raw)).item).toMatchObject({ status: 'HELD', ticketId: sent.ticketId });
    expect(await desk.stateOf(sent)).toMatchObject({ status: 'BOUNCED' });
  });

  test('is known by the token in its envelope', async () => {
    const sent = await desk.answer();
    const envelopeTo = [sent.content.headers['Reply-To']!];

    const { item } = await desk.receive(report('failed', '5.1.1', null), { envelopeFrom: '', envelopeTo });

    expect(item).toMatchObject({ status: 'HELD', ticketId: sent.ticketId });
  });

  test('is known by the id that a provider put in place of ours', async () => {
    const sent = await desk.answer({}, '<provider-1@mail.provider.example>');

    const { item } = await desk.receive(report('failed', '5.1.1', '<provider-1@mail.provider.example>'));

    expect(item).toMatchObject({ status: 'HELD', ticketId: sent.ticketId });
  });

  test('of a delay changes nothing of the answer', async () => {
    const sent = await desk.answer();

    const { item } = await desk.receive(report('delayed', '4.4.1', sent.content.headers['Message-ID']!));

    expect(item).toMatchObject({
      status: 'HELD',
      ticketId: sent.ticketId,
      reason: 'A mail server reports that an answer of ours is delayed to ada@example.org (4.4.1).',
    });
    expect(await desk.stateOf(sent)).toEqual({ status: 'SENT', failures: 0 });
  });

  test('tells once, however often it comes or is tried again', async () => {
    const sent = await desk.answer();
    const id = sent.content.headers['Message-ID']!;
    const { item } = await desk.receive(report('failed', '5.1.1', id));
    await desk.receive(report('failed', '5.1.1', id));

    await retryInbound(desk.deps, { workspaceId: desk.workspaceId, requestId: 'r' }, item.id);
    const again = await desk.read(item.id);

    expect(again).toMatchObject({ item: { status: 'HELD', ticketId: sent.ticketId }, normalised: null });
    expect(await desk.stateOf(sent)).toEqual({ status: 'BOUNCED', failures: 1 });
  });

  test('is erased with the customer of whom it speaks', async () => {
    const sent = await desk.answer();
    const { item } = await desk.receive(report('failed', '5.1.1', sent.content.headers['Message-ID']!));

    await eraseCustomer(
      desk.deps,
      desk.job({
        erasureId: newId(),
        part: 1,
        requestedAt: new Date().toISOString(),
        customerId: newId(),
        identities: [{ kind: 'EMAIL', value: 'ada@example.org', verified: true }],
        ticketIds: [],
        guestTicketIds: [],
        messageIds: [],
      }),
    );

    const { rowCount } = await desk.deps.systemPool.query('select from inbound_raw where id = $1', [item.id]);
    expect(rowCount).toBe(0);
    expect((await desk.read(item.id)).item.reason ?? '').not.toContain('ada@example.org');
  });

  test('keeps no files of its own', async () => {
    const sent = await desk.answer();
    const { item } = await desk.receive(report('failed', '5.1.1', sent.content.headers['Message-ID']!));

    const { rowCount } = await desk.deps.systemPool.query('select from message_blob where message_id = $1', [
      item.id,
    ]);
    expect(rowCount).toBe(0);
  });

  test('scenario 56: on a report, or with a forged id, is a machine’s mail like any other', async () => {
    const other = new AnswerIds(`${desk.key}!`);
    const sent = await desk.answer();
    const forged = `<${other.messageId(desk.workspaceId, sent.messageId, 'example.com')}>`;

    const outcome = await desk.receive(report('failed', '5.1.1', forged));

    expect(outcome.normalised).toMatchObject({ automatic: true, report: true, tokens: [] });
    expect(outcome.normalised?.thread.inReplyTo[0]).toBe(`mid:${forged.slice(1, -1)}`);
    expect(await desk.stateOf(sent)).toEqual({ status: 'SENT', failures: 0 });
  });
});
