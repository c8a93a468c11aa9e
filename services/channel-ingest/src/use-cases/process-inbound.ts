import type { JobEnvelope, NormalisedMessage, ProcessInbound } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok, type Result } from '@smart-tickets/kit/result';
import { InboundStore, type InboundWork } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';
import { resumeWaiting } from './resume-waiting.ts';
import { parseMail } from './mail/parse-mail.ts';
import { normaliseStored } from './normalise-message.ts';

type Content = Omit<NormalisedMessage, 'messageId' | 'channelId' | 'channelKind' | 'channelTeamId'>;

interface Read {
  readonly content: Content;
  readonly digest: string | null;
}

/** A mail waits this long for the mails that it answers, where those are on their way; then it goes on without them. */
const patienceMs = 600_000;

function parentsOf(content: Content): string[] {
  return [...new Set([...content.thread.inReplyTo, ...content.thread.references])];
}

/**
 * Reads a raw item and sends it on to the ticket service, or ends its way here: held when nothing can be made of it,
 * duplicate when the same mail has come another way. A mail whose parent came with it and is not yet on its ticket waits
 * for it, so that an answer never opens a ticket beside the question's. The raw item stays as it is whatever becomes of it.
 */
export async function processInbound(deps: Deps, job: JobEnvelope<ProcessInbound>): Promise<void> {
  const { messageId } = job.payload;
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    const store = new InboundStore(tx);
    const [fresh, work] = await Promise.all([
      markConsumed(tx, 'channel-ingest.process-inbound', job.id),
      store.lockWork(messageId),
    ]);
    if (!fresh || work === null) return ok(undefined);
    const now = deps.now();
    const nowIso = now.toISOString();
    const read = await readRaw(work);
    if (!read.ok) {
      store.settle(messageId, 'HELD', null, read.error, nowIso);
      await resumeWaiting(deps, tx, job, messageId);
      return ok(undefined);
    }
    const { content, digest } = read.value;
    if (digest !== null && content.thread.own !== null) {
      const first = await store.firstOfMail(work.channel.id, content.thread.own, digest, messageId);
      if (first !== messageId) {
        store.settle(messageId, 'DUPLICATE', null, `The same mail came before, as ${first}.`, nowIso);
        await resumeWaiting(deps, tx, job, messageId);
        return ok(undefined);
      }
    }
    store.settle(messageId, 'RECEIVED', null, null, nowIso);
    const patient = now.getTime() - Date.parse(work.storedAt) < patienceMs;
    if (patient && (await store.awaits(messageId, parentsOf(content)))) return ok(undefined);
    appendEvents(tx, [
      {
        id: deps.newId(),
        topic: 'inbound.normalised',
        payload: {
          messageId,
          channelId: work.channel.id,
          channelKind: work.channel.kind,
          channelTeamId: work.channel.teamId,
          ...content,
        },
        cause: { requestId: job.cause.requestId, eventId: job.id, depth: job.cause.depth + 1 },
      },
    ]);
    return ok(undefined);
  });
  deps.eventsWritten();
}

async function readRaw(work: InboundWork): Promise<Result<Read, string>> {
  const receivedAt = new Date(work.message.receivedAt).toISOString();
  if (work.format === 'MAIL') return parseMail(work.raw, receivedAt);
  const content = normaliseStored(work.raw, work.channel, receivedAt);
  return content.ok ? ok({ content: content.value, digest: null }) : content;
}
