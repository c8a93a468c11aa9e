import type { NormalisedMessage } from '@smart-tickets/contracts';
import { storable } from '@smart-tickets/kit/text';
import { callerNumber, callEvents, entryOf, type CallEvent } from '../domain/call.ts';
import type { InboundWork } from '../persistence/inbound-store.ts';
import { earlierKeys } from '../persistence/inbound-queries.ts';
import type { Deps } from './deps.ts';
import { callEventKey, storedCallSchema } from './ingest-call.ts';
import { languageOf } from './mail/parse-mail.ts';
import type { Content } from './read-stored.ts';
import { lineOf } from './sender-line.ts';

/** Reads back what `ingestCall` stored, in the form that the ticket service takes. All events of a call are one conversation. */
export async function normaliseCall(deps: Deps, workspaceId: string, work: InboundWork): Promise<Content> {
  const { channel } = work;
  const stored = storedCallSchema.parse(JSON.parse(work.raw.toString('utf8')));
  const keys = new Map(callEvents.map((event) => [callEventKey(stored.callId, event), event]));
  const before = await earlierKeys(deps.pool, workspaceId, work.message, [...keys.keys()]);
  const known = before.map((key) => keys.get(key)).filter((event): event is CallEvent => event !== undefined);
  const report = {
    ...stored,
    from: storable(stored.from),
    to: storable(stored.to),
    transcript: stored.transcript === null ? null : storable(stored.transcript).trim() || null,
  };
  const entry = entryOf(report, new Set(known));
  const callKey = lineOf({ kind: 'EXTERNAL', value: `call:${channel.id}:${stored.callId}` });
  const to = channel.address ?? report.to.trim();
  return {
    from: { name: null, identities: [callerOf(report.from, callKey)] },
    to: to === '' ? [] : [to],
    cc: [],
    subject: entry.subject,
    text: entry.text,
    html: null,
    language: report.transcript === null ? null : languageOf(report.transcript),
    automatic: entry.automatic,
    senderTrust: 'NONE',
    sentAt: stored.at,
    attachments: [],
    call: entry.call,
    fromAgent: false,
    agentId: stored.agentId,
    fields: {},
    tokens: [],
    subjectNumber: null,
    others: [],
    list: null,
    report: false,
    sameMail: null,
    thread: { own: null, inReplyTo: [], references: [], conversation: `call:${channel.id}:${callKey}` },
  };
}

/** Who calls: somebody new for each call whose number is withheld, so that no two strangers become one customer. */
function callerOf(from: string, callKey: string): NormalisedMessage['from']['identities'][number] {
  const number = callerNumber(from);
  return number === null
    ? { kind: 'EXTERNAL', value: `withheld:${callKey}`, verified: true }
    : { kind: 'PHONE', value: number, verified: true };
}
