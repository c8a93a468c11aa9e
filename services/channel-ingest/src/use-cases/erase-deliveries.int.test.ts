import type { Attachment, CustomerDataErased, EraseCustomerData } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inboxes, IntakeDesk, sampleAnswer } from '../../test/intake-desk.ts';
import { carryAnswer } from './carry-answer.ts';
import { claimDeliveries } from './claim-deliveries.ts';
import { createUpload } from './create-upload.ts';
import { inTransaction } from './erase-events.ts';
import { eraseCustomer } from './erase-customer.ts';
import { noteBounce } from './note-bounce.ts';
import { redriveDelivery } from './redrive-delivery.ts';
import { reportDelivery } from './report-delivery.ts';
import { forgetEndedUploads } from './sweep-uploads.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

async function erase(
  messageIds: string[],
  identities: EraseCustomerData['identities'] = [],
): Promise<CustomerDataErased> {
  const request = desk.job({
    erasureId: newId(),
    part: 2,
    requestedAt: new Date().toISOString(),
    customerId: newId(),
    identities,
    ticketIds: [],
    guestTicketIds: [],
    messageIds,
  });
  await eraseCustomer(desk.deps, request);
  await eraseCustomer(desk.deps, request);
  const { rows } = await desk.system.query<{ payload: CustomerDataErased }>(
    `select payload from (select topic, payload from outbox union all select topic, payload from event_log) e
      where topic = 'customer.data-erased' and payload ->> 'erasureId' = $1 limit 1`,
    [request.payload.erasureId],
  );
  return rows[0]!.payload;
}

/** Everything that the database holds of answers on their way out. */
async function allText(): Promise<string> {
  const { rows } = await desk.system.query<{ text: string }>(
    `select row_to_json(d)::text as text from delivery d union all
     select row_to_json(c)::text from delivery_content c union all
     select row_to_json(l)::text from event_log l union all
     select row_to_json(o)::text from outbox o`,
  );
  return rows.map(({ text }) => text).join('\n');
}

const claim = () => claimDeliveries(desk.deps, desk.ours.connector(), { max: 100, leaseSeconds: 60 });
const report = (deliveryId: string, error: string) =>
  reportDelivery(desk.deps, desk.ours.connector(), {
    deliveryId,
    status: 'FAILED',
    externalId: null,
    error,
    permanent: true,
  });

/** A file that an agent has announced and handed in. */
async function upload(text: string): Promise<Attachment> {
  const bytes = Buffer.from(text);
  const content = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  const { workspaceId } = desk.ours;
  const created = await createUpload(
    desk.deps,
    { workspaceId, ownerId: newId(), requestId: 'r' },
    { fileName: 'a.txt', mediaType: 'text/plain', ...content },
  );
  if (!created.ok) throw new Error(created.error.message);
  await desk.deps.blobs.put(workspaceId, content, Readable.from([bytes], { objectMode: true }));
  const { id } = created.value.upload;
  return { id, fileName: 'a.txt', mediaType: 'text/plain', ...content, inline: false, contentId: null };
}

async function endUploads(): Promise<void> {
  await desk.system.query(`update upload set created_at = now() - interval '30 days'`);
  await forgetEndedUploads(desk.deps, desk.deps.log);
}

describe('erasing a customer', () => {
  test('erases what answers said, to whom, and what became of them in words; how many there were stays', async () => {
    const marked = (word: string) => ({
      to: [`${word}to@example.org`],
      cc: [`${word}cc@example.org`],
      subject: `${word}subject`,
      text: `${word}text`,
    });
    const [failed, waiting, others] = [
      await desk.carry(marked('secret')),
      await desk.carry(marked('secret')),
      await desk.carry(marked('other')),
    ];
    await claim();
    await report(failed.messageId, '550 secretword');
    await report(others.messageId, '550 otherword');

    const { counts } = await erase([failed.messageId, waiting.messageId, newId()]);

    const text = await allText();
    expect(text).not.toContain('secret');
    for (const word of ['otherto', 'othercc', 'othertext', 'otherword']) expect(text).toContain(word);
    expect(counts).toEqual({ items: 0, deliveries: 2, files: 0 });
    expect(await desk.delivery(waiting.messageId)).toMatchObject({
      status: 'FAILED',
      erased: true,
      attempts: 1,
      recipients: [
        { address: 'erased', status: 'FAILED', error: null },
        { address: 'erased', status: 'FAILED', error: null },
      ],
    });
  });

  test('takes who was only on copy out of answers to others, sent or still to be sent, and leaves the others', async () => {
    const to = { to: ['keep@example.org'], cc: ['Copied@example.org', 'stay@example.org'] };
    const sent = await desk.carry(to);
    await claim();
    await report(sent.messageId, '550 no');
    const open = await desk.carry(to);
    const alone = await desk.carry({ to: ['copied@example.org'], text: 'for copied alone' });

    await erase([], [{ kind: 'EMAIL', value: 'copied@example.org', verified: true }]);

    const { rows } = await desk.system.query<{ text: string }>(
      `select d.recipients::text || c.content::text as text from delivery d join delivery_content c using (workspace_id, id)
        where d.id = any($1)`,
      [[sent.messageId, open.messageId, alone.messageId]],
    );
    const text = rows.map((row) => row.text).join('\n');
    expect(text.toLowerCase()).not.toContain('copied');
    const recipientsOf = async (id: string) =>
      (await desk.delivery(id)).recipients.map(({ address }) => address);
    expect(await recipientsOf(sent.messageId)).toEqual(['keep@example.org', 'erased', 'stay@example.org']);
    expect(await recipientsOf(open.messageId)).toEqual(['keep@example.org', 'stay@example.org']);
    expect(text.match(/"Cc": "stay@example.org"/g)).toHaveLength(2);
    expect(await desk.delivery(alone.messageId)).toMatchObject({ status: 'FAILED', erased: true });
    // The next test finds nothing to claim but its own.
    await erase([open.messageId]);
  });

  test('ends an answer that was to be sent: nobody claims it, tries it again, or says a word of it', async () => {
    const { messageId, ticketId } = await desk.carry();
    await erase([messageId]);

    const claimed = await claim();
    const reported = await report(messageId, 'secretlate');
    const redriven = await redriveDelivery(desk.deps, { workspaceId: desk.ours.workspaceId }, messageId);
    const bounced = {
      recipient: null,
      status: null,
      action: 'FAILED',
      permanent: true,
      diagnostic: 'secretlate',
    } as const;
    const noted = await inTransaction(desk.deps, desk.ours.workspaceId, (tx) =>
      noteBounce(desk.deps, tx, {
        messageId,
        recipients: [bounced],
        cause: { requestId: 'r', eventId: null, depth: 0 },
      }),
    );

    expect(claimed).toEqual([]);
    expect(reported).toMatchObject({ ok: true, value: { status: 'FAILED' } });
    expect(redriven).toEqual({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(noted).toEqual({ ticketId });
    expect(await allText()).not.toContain('secretlate');
  });

  test('an answer that is handed over after the erasure is not kept', async () => {
    const answer = sampleAnswer({ channelId: desk.ours.mailboxId, text: 'secretafter' });
    await erase([answer.messageId]);

    await carryAnswer(desk.deps, desk.job(answer));

    await expect(desk.delivery(answer.messageId)).rejects.toThrow('no delivery');
    expect(await allText()).not.toContain('secretafter');
  });

  test('an answer without a channel that is handed over after the erasure is not told of', async () => {
    const nowhere = new Inboxes();
    const answer = sampleAnswer({ to: ['secretnowhere@example.org'] });
    await eraseCustomer(
      desk.deps,
      desk.job(
        {
          erasureId: newId(),
          part: 2,
          requestedAt: new Date().toISOString(),
          customerId: newId(),
          identities: [],
          ticketIds: [],
          guestTicketIds: [],
          messageIds: [answer.messageId],
        },
        nowhere,
      ),
    );

    await carryAnswer(desk.deps, desk.job(answer, nowhere));

    expect(await allText()).not.toContain('secretnowhere');
  });
});

describe('the files of an answer', () => {
  test('stay while it is to be sent, however long that takes and whatever becomes of the word of its files', async () => {
    const [used, unused] = [await upload('of an answer'), await upload('of none')];
    await desk.carry({ attachments: [used] });

    await endUploads();

    const has = ({ sha256 }: Attachment) => desk.deps.blobs.has(desk.ours.workspaceId, sha256);
    expect([await has(used), await has(unused)]).toEqual([true, false]);
  });

  test('go with its erasure', async () => {
    const file = await upload('to be erased');
    const { messageId } = await desk.carry({ attachments: [file] });
    await endUploads();

    const { counts } = await erase([messageId]);

    expect(counts).toEqual({ items: 0, deliveries: 1, files: 1 });
    expect(await desk.deps.blobs.has(desk.ours.workspaceId, file.sha256)).toBe(false);
  });
});
