import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerKey } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { mail, type MailParts } from '@smart-tickets/testing/mail';
import { MailDesk } from '../test/mail-desk.ts';
import { seedChannels } from './seed.ts';

let desk: MailDesk;
const agentId = newId();
beforeAll(async () => {
  desk = await MailDesk.open();
  const agents = [{ id: agentId, email: 'Kim@Example.com' }];
  await seedChannels(desk.deps.systemPool, { workspace: { id: desk.workspaceId }, channels: [], agents });
});
afterAll(() => desk.close());

const trusted = { 'Authentication-Results': 'mx.example.com; dmarc=pass' };
const forged = { 'Authentication-Results': 'mx.example.com; dmarc=fail' };
const away = { 'Auto-Submitted': 'auto-replied' };
const forwarded = `See below\n\n---------- Forwarded message ---------\nFrom: Ada Ex <ada@example.org>
Date: Mon, 2 Mar 2026\nSubject: Help\nTo: kim@example.com\n\nIt burns.`;

async function fromKim(parts: MailParts = {}) {
  const { normalised, item } = await desk.receive(
    mail({ from: 'Kim <kim@example.com>', messageId: `${newId()}@example.com`, ...parts }),
  );
  if (normalised === null) throw new Error(item.reason ?? '');
  return normalised;
}
/** The Message-ID of an answer of ours. */
async function answered(to = 'ada@example.org'): Promise<{ inReplyTo: string; key: string }> {
  const { content, messageId } = await desk.answer({ to: [to] });
  return { inReplyTo: content.headers['Message-ID'] ?? '', key: answerKey(messageId) };
}

describe('scenario 23: an agent who is away', () => {
  test('is the agent’s machine, where the mail server vouches for it', async () => {
    const { inReplyTo, key } = await answered();

    const said = await fromKim({ inReplyTo, headers: { ...away, ...trusted } });

    expect(said).toMatchObject({ fromAgent: true, automatic: true, agentId, thread: { inReplyTo: [key] } });
  });

  test('is for the house only, and nobody’s word, where nobody vouches', async () => {
    const { inReplyTo } = await answered();

    expect(await fromKim({ inReplyTo, headers: away })).toMatchObject({ fromAgent: true, agentId: null });
  });

  test('is anybody’s machine where the address is forged, or the mail belongs nowhere', async () => {
    const { inReplyTo } = await answered();

    const spoofed = await fromKim({ inReplyTo, headers: { ...away, ...forged } });
    const alone = await fromKim({ headers: { ...away, ...trusted } });

    expect([spoofed.fromAgent, spoofed.automatic, alone.fromAgent]).toEqual([false, true, false]);
  });
});

describe('an agent who answers from an address of their own', () => {
  test('speaks as the agent, where the mail server vouches for it', async () => {
    const { inReplyTo } = await answered();

    const said = await fromKim({ inReplyTo, headers: trusted });

    expect(said).toMatchObject({ fromAgent: true, agentId, automatic: false });
  });

  test.each([
    ['nobody vouches', {}],
    ['it is forged', forged],
  ])('is anybody where %s', async (_what, headers) => {
    const { inReplyTo } = await answered();

    expect(await fromKim({ inReplyTo, headers })).toMatchObject({ fromAgent: false, agentId: null });
  });

  test('is a customer where our answer went to them, or they have asked', async () => {
    const { inReplyTo } = await answered('KIM@example.com');
    const asked = await fromKim({ headers: trusted });
    const own = asked.thread.own?.replace('mid:', '') ?? '';

    expect((await fromKim({ inReplyTo, headers: trusted })).fromAgent).toBe(false);
    expect((await fromKim({ inReplyTo: own, headers: trusted })).fromAgent).toBe(false);
  });
});

describe('a mail that an agent forwards', () => {
  test('is its quoted sender’s, as a claim', async () => {
    const said = await fromKim({ subject: 'Fwd: Help', text: forwarded, headers: trusted });

    expect(said.from).toEqual({
      name: 'Ada Ex',
      identities: [{ kind: 'EMAIL', value: 'ada@example.org', verified: false }],
    });
    expect(said).toMatchObject({ fromAgent: false, senderTrust: 'NONE' });
    expect(said.text).toContain('It burns.');
  });

  test.each<[string, MailParts]>([
    ['nobody vouches for the agent', { subject: 'Fwd: Help', text: forwarded }],
    ['it names no sender', { subject: 'Fwd: Help', text: 'It burns', headers: trusted }],
    ['its subject does not say so', { subject: 'Help', text: forwarded, headers: trusted }],
  ])('is the agent’s where %s', async (_what, parts) => {
    const { from } = await fromKim(parts);

    expect(from.identities).toEqual([{ kind: 'EMAIL', value: 'kim@example.com', verified: true }]);
  });

  test('is the agent’s where the channel says so', async () => {
    await desk.deps.systemPool.query(
      `update channel set settings = settings || '{"agentForwards": "AS_IS"}' where id = $1`,
      [desk.mailboxId],
    );

    const { from } = await fromKim({ subject: 'Fwd: Help', text: forwarded, headers: trusted });

    expect(from.identities[0]?.value).toBe('kim@example.com');
  });
});
