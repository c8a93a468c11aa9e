import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { answerAll, failAfter, person, rowsWith, saying } from '../../test/erasing.ts';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { acceptUpload } from './accept-upload.ts';
import { createTicket } from './create-ticket.ts';
import { eraseCustomer, finishErasure } from './erase-customer.ts';
import { replyToTicket } from './reply-to-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

async function reply(
  ticketId: string,
  cc: string[],
  attachmentIds: string[] = [],
  text = 'An answer.',
): Promise<void> {
  const result = await replyToTicket(desk.deps, desk.ours.caller, {
    ticketId,
    text,
    html: null,
    attachmentIds,
    cc,
    idempotencyKey: null,
    expectedLastMessageId: (await desk.ticket(ticketId)).lastMessageId,
    status: 'PENDING',
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
}

const give = async (id: string, customerId: string | null) => {
  const result = await updateTicket(desk.deps, desk.ours.caller, { id, customerId: customerId ?? '' });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
};

const recipientsOf = async (ticketId: string) => {
  const { rows } = await desk.system.query(
    `select to_addresses as "to", cc_addresses as cc from timeline_entry
      where ticket_id = $1 and direction = 'OUTBOUND' order by seq`,
    [ticketId],
  );
  return rows;
};

test('on tickets that were given to somebody else no answer keeps an address of the former customer', async () => {
  const [former, present] = [person(), person()];
  const { customerId: heir } = await desk.receive(saying(present, `mid:${newId()}`));
  const written = await desk.receive(saying(former, `mid:${newId()}`));
  const silent = await createTicket(desk.deps, desk.ours.caller, {
    idempotencyKey: null,
    subject: 'We write first',
    text: 'Hello',
    html: null,
    customerId: written.customerId,
    customerEmail: null,
    priority: 'NORMAL',
    teamId: null,
    assigneeId: null,
    tags: [],
    fields: [],
  });
  if (!silent.ok) throw new Error(JSON.stringify(silent.error));
  await updateTicket(desk.deps, desk.ours.caller, { id: written.id, subject: 'Of both' });
  await reply(written.id, ['third@example.net', 'fourth@example.net']);
  for (const id of [written.id, silent.value.id]) await give(id, heir);
  await reply(written.id, ['third@example.net', former.address, 'fourth@example.net']);

  await eraseCustomer(desk.deps, desk.ours.caller, written.customerId ?? '');
  await answerAll(desk, written.customerId);

  const left = await rowsWith(desk, former.word);
  // What a ticket of somebody else was called before stays, as it is theirs now.
  expect(left.filter((row) => row.includes(former.address))).toEqual([]);
  expect(await recipientsOf(written.id)).toEqual([
    { to: [], cc: ['third@example.net', 'fourth@example.net'] },
    { to: [present.address], cc: ['third@example.net', 'fourth@example.net'] },
  ]);
  expect(await recipientsOf(silent.value.id)).toEqual([{ to: [], cc: [] }]);
});

test('on tickets that were given to somebody else what was said to the former customer alone is erased', async () => {
  const [former, present] = [person(), person()];
  const { customerId: heir } = await desk.receive(saying(present, `mid:${newId()}`));
  const own = `mid:${newId()}`;
  const { id, customerId } = await desk.receive(saying(former, own));
  await updateTicket(desk.deps, desk.ours.caller, { id, subject: 'Of both' });
  const [alone, shared] = [newId(), newId()];
  await reply(id, [], [], `Dear you, ${alone}`);
  const [answered] = await rowsWith(desk, alone);
  await give(id, heir);
  await reply(id, [former.address], [], `Dear both, ${shared}`);

  await eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');

  expect(answered).toBeDefined();
  expect(await rowsWith(desk, alone)).toEqual([]);
  const left = (await rowsWith(desk, shared)).map((row) => row.split(':')[0]);
  expect(left).toContain('timeline_entry');
  const { rows: asked } = await desk.system.query<{ messageIds: string[] }>(
    `select payload -> 'messageIds' as "messageIds" from outbox
      where topic = 'customer.erasure-requested' and payload ->> 'customerId' = $1
     union all
     select payload -> 'messageIds' from event_log
      where topic = 'customer.erasure-requested' and payload ->> 'customerId' = $1`,
    [customerId],
  );
  // Their own message, and the answer to them alone.
  expect(new Set(asked.flatMap(({ messageIds }) => messageIds)).size).toBe(2);
});

test('an address that they merely claimed, and somebody else has, stays where it is', async () => {
  const [guest, owner] = [person(), person()];
  const own = `mid:${newId()}`;
  const claim = { kind: 'EMAIL', value: owner.address, verified: false } as const;
  const { customerId } = await desk.receive({
    from: { ...guest.from, identities: [...guest.from.identities, claim] },
  });
  const ticket = await desk.receive(saying(owner, own, [], guest));
  await desk.receive(saying(guest, `mid:${newId()}`, [own]));
  await reply(ticket.id, [guest.address]);

  await eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');

  expect(await recipientsOf(ticket.id)).toEqual([{ to: [owner.address], cc: [] }]);
});

test('the addresses are kept as long as an erasure is under way, and no longer', async () => {
  const { word, from } = person();
  const { customerId } = await desk.receive({ from });
  const kept = async () => (await rowsWith(desk, word)).filter((row) => row.startsWith('erasure:')).length;

  await expect(
    eraseCustomer({ ...desk.deps, newId: failAfter(2) }, desk.ours.caller, customerId ?? ''),
  ).rejects.toThrow('power cut');
  const meanwhile = await kept();
  await finishErasure(desk.deps, desk.ours.workspaceId, customerId ?? '', 'test');

  expect([meanwhile, await kept()]).toEqual([1, 0]);
});

test('files that agents announced for answers to them are forgotten, others are not', async () => {
  const [who, other] = [person(), person()];
  const [theirs, others] = [
    await desk.receive(saying(who, `mid:${newId()}`)),
    await desk.receive(saying(other, `mid:${newId()}`)),
  ];
  const announce = async (fileName: string) => {
    const [id, ownerId, bytes] = [newId(), desk.ours.agentId, Buffer.from(fileName)];
    const content = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
    await desk.deps.blobs.put(desk.ours.workspaceId, content, Readable.from([bytes], { objectMode: true }));
    const file = { id, ownerId, fileName, mediaType: 'text/plain', ...content };
    await acceptUpload(desk.deps, desk.job(file));
    return id;
  };
  await reply(theirs.id, [], [await announce(`${who.word}.txt`)]);
  await reply(others.id, [], [await announce(`${other.word}.txt`)]);

  await eraseCustomer(desk.deps, desk.ours.caller, theirs.customerId ?? '');
  await answerAll(desk, theirs.customerId);

  expect(await rowsWith(desk, who.word)).toEqual([]);
  expect((await rowsWith(desk, `${other.word}.txt`)).some((row) => row.startsWith('upload:'))).toBe(true);
});
