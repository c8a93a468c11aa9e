import type { NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { IntakeDesk } from '../test/intake-desk.ts';
import type { Connector } from './use-cases/deps.ts';
import { ingestCall, type CallInput } from './use-cases/ingest-call.ts';
import { processInbound } from './use-cases/process-inbound.ts';
import type { Ingested, IngestFault } from './use-cases/store-inbound.ts';
import type { Result } from '@smart-tickets/kit/result';

let desk: IntakeDesk;
let line: Connector;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());
beforeEach(async () => {
  const channelId = newId();
  await desk.system.query(
    `insert into channel (workspace_id, id, kind, name, address) values ($1, $2, 'PHONE', 'Line', null)`,
    [desk.ours.workspaceId, channelId],
  );
  line = desk.ours.connector(channelId);
});

const call = (parts: Partial<CallInput> = {}): CallInput => ({
  externalId: newId(),
  from: '+49 30 1234567',
  to: '+49 30 7654321',
  event: 'RINGING',
  agentId: null,
  durationSeconds: null,
  recordingUrl: null,
  transcript: null,
  at: '2026-03-02T09:00:00.000Z',
  ...parts,
});

async function take(parts: Partial<CallInput>): Promise<Ingested> {
  const result = await ingestCall(desk.deps, line, call(parts));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** What the ticket service is told of it. */
async function told(parts: Partial<CallInput>): Promise<NormalisedMessage> {
  const { message } = await take(parts);
  await processInbound(desk.deps, desk.job({ messageId: message.id }));
  const [content] = await desk.eventsOf<NormalisedMessage>('inbound.normalised', message.id);
  if (content === undefined) throw new Error('nothing was told');
  return content;
}

describe('the events of a call', () => {
  test('are one conversation of one caller', async () => {
    const externalId = newId();
    const agentId = newId();
    const recordingUrl = 'https://pbx.example/recording.mp3';

    const ringing = await told({ externalId });
    const answered = await told({ externalId, event: 'ANSWERED', agentId });
    const ended = await told({ externalId, event: 'ENDED', durationSeconds: 61, recordingUrl });
    const another = await told({});

    const identities = [{ kind: 'PHONE', value: '+49301234567', verified: true }];
    expect([ringing, answered, ended].map(({ from }) => from.identities)).toEqual([
      identities,
      identities,
      identities,
    ]);
    expect(new Set([ringing, answered, ended].map(({ thread }) => thread.conversation)).size).toBe(1);
    expect(another.thread.conversation).not.toBe(ringing.thread.conversation);
    expect(ringing).toMatchObject({ call: null, automatic: false, sentAt: '2026-03-02T09:00:00.000Z' });
    expect(answered).toMatchObject({ call: { outcome: 'ANSWERED' }, agentId, automatic: false });
    expect(ended).toMatchObject({
      call: { outcome: 'ANSWERED', durationSeconds: 61, recordingUrl, transcript: null },
      automatic: true,
    });
  });

  test('out of order change nothing wrongly', async () => {
    const externalId = newId();

    const ended = await told({ externalId, event: 'ENDED', durationSeconds: 61 });
    const answered = await told({ externalId, event: 'ANSWERED' });
    const ringing = await told({ externalId, event: 'RINGING' });

    expect(ended).toMatchObject({ call: { outcome: 'ANSWERED' }, automatic: false });
    expect(answered).toMatchObject({ call: { outcome: 'ANSWERED' }, automatic: true });
    expect(ringing).toMatchObject({ call: null, automatic: true });
  });

  test('come once each, however often and with whatever they are repeated', async () => {
    const input = call({ event: 'ENDED', durationSeconds: 5 });

    const results = await Promise.all(Array.from({ length: 50 }, () => take(input)));
    const late = await take({ ...input, durationSeconds: 9, at: '2027-01-01T00:00:00.000Z' });
    const ringing = await take({ ...input, event: 'RINGING' });

    expect(new Set([...results, late].map(({ message }) => message.id)).size).toBe(1);
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect([late.duplicate, ringing.duplicate]).toEqual([true, false]);
  });

  test('of a withheld number are somebody new with each call', async () => {
    const externalId = newId();

    const one = await told({ externalId, from: 'anonymous' });
    const same = await told({ externalId, from: '', event: 'MISSED' });
    const other = await told({ from: 'anonymous' });

    expect(same.from.identities).toEqual(one.from.identities);
    expect(other.from.identities).not.toEqual(one.from.identities);
    expect(one.from.identities).toEqual([
      { kind: 'EXTERNAL', value: expect.stringMatching(/^withheld:/), verified: true },
    ]);
  });
});

test('a call is taken on a phone line only', async () => {
  const result = await ingestCall(desk.deps, desk.ours.connector(), call());

  expect(result.ok ? null : result.error.code).toBe('FORBIDDEN');
  const { rows } = await desk.system.query(`select from inbound_message where channel_id = $1`, [
    desk.ours.mailboxId,
  ]);
  expect(rows).toEqual([]);
});

test.each<[string, Partial<CallInput>, IngestFault['code']]>([
  ['no id', { externalId: ' ' }, 'INVALID'],
  ['an id that is too long', { externalId: 'x'.repeat(401) }, 'LIMIT_EXCEEDED'],
  ['a caller that is too long', { from: '1'.repeat(321) }, 'LIMIT_EXCEEDED'],
  ['an agent who can be none', { agentId: 'kim' }, 'INVALID'],
  ['less than no time', { durationSeconds: -1 }, 'INVALID'],
  ['more than a week', { durationSeconds: 604_801 }, 'INVALID'],
  ['a recording in the open', { recordingUrl: 'http://pbx.example/1.mp3' }, 'INVALID'],
  ['a recording that is a script', { recordingUrl: 'javascript:alert(1)' }, 'INVALID'],
  ['a recording with a password', { recordingUrl: 'https://a:b@pbx.example/1.mp3' }, 'INVALID'],
  ['a transcript that is too long', { transcript: 'x'.repeat(1_000_001) }, 'LIMIT_EXCEEDED'],
])('a call with %s is refused', async (_what, parts, code) => {
  const result: Result<Ingested, IngestFault> = await ingestCall(desk.deps, line, call(parts));

  expect(result.ok ? null : result.error.code).toBe(code);
});
