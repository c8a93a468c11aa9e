import type { UploadAnnounced } from '@smart-tickets/contracts';
import { FileTokens } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { TicketDesk, type Workplace } from '../../test/ticket-desk.ts';
import { readUploads } from '../persistence/upload-store.ts';
import { acceptUpload } from './accept-upload.ts';
import { replyToTicket, type ReplyInput } from './reply-to-ticket.ts';
import { takeUploads } from './take-uploads.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An upload as the intake announces it; of our first agent, with bytes that have come, unless told otherwise. */
async function upload(
  text: string,
  { ownerId = desk.ours.agentId, of = desk.ours, arrives = true, accepted = true } = {},
): Promise<UploadAnnounced> {
  const file = { fileName: `${text}.txt`, mediaType: 'text/plain', sizeBytes: text.length };
  const announced = { id: newId(), ownerId, sha256: hashOf(text), ...file };
  if (arrives) {
    const bytes = Readable.from([Buffer.from(text)], { objectMode: true });
    await desk.deps.blobs.put(of.workspaceId, announced, bytes);
  }
  if (accepted) await accept(announced, of);
  return announced;
}

const accept = (announced: UploadAnnounced, of: Workplace = desk.ours): Promise<void> =>
  acceptUpload(desk.deps, desk.job(announced, of));

const answerTo = (ticketId: string, parts: Partial<ReplyInput> = {}): ReplyInput => ({
  ticketId,
  text: 'Here it is.',
  html: null,
  attachmentIds: [],
  cc: [],
  idempotencyKey: null,
  expectedLastMessageId: null,
  status: 'PENDING',
  ...parts,
});

describe('files of an answer', () => {
  test('stand on its message, and the intake is told to keep their bytes', async () => {
    const ticket = await desk.receive();
    const [one, two] = [await upload('one'), await upload('two')];

    const attachmentIds = [two.id, one.id.toUpperCase(), two.id];
    const result = await replyToTicket(desk.deps, desk.ours.caller, answerTo(ticket.id, { attachmentIds }));

    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const { message } = result.value;
    expect(message.attachments).toEqual(
      [two, one].map(({ ownerId: _owner, ...file }) => ({ ...file, inline: false, contentId: null })),
    );
    const { rows } = await desk.system.query<{ payload: unknown }>(
      `select payload from (select topic, payload from outbox union all select topic, payload from event_log) e
        where topic = 'ticket.attachments-used' and payload->>'messageId' = $1`,
      [message.id],
    );
    expect(rows).toEqual([{ payload: { messageId: message.id, sha256s: [two.sha256, one.sha256] } }]);
  });

  test('can be fetched by a link that is good for an hour', async () => {
    const ticket = await desk.receive();
    const file = await upload('three');
    await replyToTicket(desk.deps, desk.ours.caller, answerTo(ticket.id, { attachmentIds: [file.id] }));

    const { ticket: found } = await desk.data<{
      ticket: { lastMessage: { attachments: { id: string; fileName: string; url: string }[] } };
    }>(
      `query ($id: ID!) { ticket(id: $id) { lastMessage { attachments { id fileName mediaType sizeBytes inline url } } } }`,
      { id: ticket.id },
    );

    const [attachment] = found.lastMessage.attachments;
    expect(attachment).toMatchObject({ id: file.id, fileName: 'three.txt', sizeBytes: 5, inline: false });
    const token = attachment?.url.replace(/^\/files\//, '') ?? '';
    const claims = new FileTokens(desk.key).read(token, Date.now());
    expect(claims).toMatchObject({
      purpose: 'DOWNLOAD',
      workspaceId: desk.ours.workspaceId,
      sha256: file.sha256,
      mediaType: 'text/plain',
    });
    expect((claims?.expiresAt ?? 0) * 1_000 - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

  test('may go out with several answers', async () => {
    const { id } = await upload('often');

    for (let round = 0; round < 2; round += 1) {
      const ticket = await desk.receive();
      const input = answerTo(ticket.id, { attachmentIds: [id] });
      expect(await replyToTicket(desk.deps, desk.ours.caller, input)).toMatchObject({
        ok: true,
        value: { message: { attachments: [{ id }] } },
      });
    }
  });

  test('do not change the first result of an answer that is repeated when they are too old', async () => {
    const ticket = await desk.receive();
    const { id } = await upload('repeat');
    const input = answerTo(ticket.id, { attachmentIds: [id], idempotencyKey: newId() });
    const first = await replyToTicket(desk.deps, desk.ours.caller, input);

    await desk.system.query(`update upload set created_at = now() - interval '25 hours' where id = $1`, [id]);
    const again = await replyToTicket(desk.deps, desk.ours.caller, input);

    expect(first.ok && again.ok && again.value.message.id === first.value.message.id).toBe(true);
    expect(await takeUploads(desk.deps, desk.ours.caller, [id])).toMatchObject({ ok: false });
  });
});

describe('an upload', () => {
  test('that is still on its way here is waited for', async () => {
    const announced = await upload('late', { accepted: false });

    const taken = takeUploads(desk.deps, desk.ours.caller, [announced.id]);
    expect(
      await readUploads(desk.deps.pool, desk.ours.workspaceId, desk.ours.agentId, [announced.id]),
    ).toEqual([]);
    await accept(announced);
    await accept(announced);

    expect(await taken).toMatchObject({ ok: true, value: [{ id: announced.id }] });
  });

  test('of another agent or workspace, without its bytes, or that is none, is refused', async () => {
    const foreign = await upload('foreign', { of: desk.theirs });
    const refused = [
      (await upload('another’s', { ownerId: desk.ours.otherAgentId })).id,
      foreign.id,
      (await upload('without bytes', { arrives: false })).id,
      newId(),
      'nonsense',
    ];

    const results = await Promise.all(refused.map((id) => takeUploads(desk.deps, desk.ours.caller, [id])));

    for (const result of results) {
      expect(result).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'attachmentIds' } });
    }
    expect(JSON.stringify(results[2])).toContain('PUT them to the uploadUrl');
  });

  test.each([
    [100, 'INVALID'],
    [101, 'LIMIT_EXCEEDED'],
  ])('among %i ids is answered with %s', async (count, code) => {
    const ids = Array.from({ length: count }, () => 'nonsense');

    expect(await takeUploads(desk.deps, desk.ours.caller, ids)).toMatchObject({
      ok: false,
      error: { code },
    });
  });
});
