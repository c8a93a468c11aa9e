import { newId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MailDesk } from '../../test/mail-desk.ts';
import { eraseItems } from './erase-items.ts';
import { ingestMessage } from './ingest-message.ts';
import { readAnswered } from './read-answered.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(async () => {
  await desk.close();
});

describe('an answer', () => {
  test('goes into the conversation of the mail that it answers, behind the answers before it', async () => {
    const customers = `${newId()}@example.org`;
    const ticketId = newId();
    const raw = mail({
      messageId: customers,
      subject: 'AW: Größe',
      references: ['root@example.org'],
      headers: {
        'Thread-Topic': '=?utf-8?Q?Gr=C3=B6=C3=9Fe?=',
        'Thread-Index': 'AdZ1234567890123456789012345678=',
      },
    });
    const { item } = await desk.receive(raw);
    const before = await desk.answer(
      { ticketId, answersMessageId: item.id },
      'provider-2@mail.provider.example',
    );

    const { content } = await desk.answer({ ticketId, answersMessageId: item.id });

    expect(content).toMatchObject({
      subject: 'Re: Größe',
      text: 'Here you are\n\n-- \nYours, Kim',
      html: null,
      threadKey: null,
      headers: {
        From: '"Support" <support@example.com>',
        'In-Reply-To': `<${customers}>`,
        References: `<root@example.org> ${before.content.headers['Message-ID']} <provider-2@mail.provider.example> <${customers}>`,
        'Thread-Topic': 'Größe',
        'Thread-Index': 'AdZ1234567890123456789012345678=',
      },
    });
  });

  test('by chat bears the conversation that the platform named, and no headers', async () => {
    const stored = await ingestMessage(desk.deps, desk.connector(desk.chatId), {
      externalId: newId(),
      threadId: 'room 7',
      from: { chatVisitorId: 'v' },
      subject: null,
      text: 'Hello?',
      html: null,
      attachmentIds: [],
      sentAt: null,
    });
    if (!stored.ok) throw new Error(JSON.stringify(stored.error));

    const { content } = await desk.answer({
      channelId: desk.chatId,
      channelKind: 'CHAT',
      html: '<p>Here you are</p>',
      answersMessageId: stored.value.message.id,
    });

    expect(content).toEqual({
      subject: null,
      text: 'Here you are',
      html: null,
      headers: {},
      threadKey: 'room 7',
      attachments: [],
    });
  });

  test('to a message that was erased begins a conversation of its own', async () => {
    const { item } = await desk.receive(mail({ messageId: newId() }));
    await eraseItems(desk.deps, desk.job({}), [item.id]);

    const read = await inWorkspace(desk.deps.pool, desk.workspaceId, async (tx) =>
      ok(await readAnswered(tx, item.id)),
    );

    expect(read).toEqual({ ok: true, value: null });
  });
});
