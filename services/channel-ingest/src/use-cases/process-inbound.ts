import { causedBy, type JobEnvelope, type ProcessInbound } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { NotNow } from '@smart-tickets/kit/outage';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok } from '@smart-tickets/kit/result';
import { ErasureStore } from '../persistence/erasure-store.ts';
import { InboundStore, type InboundWork } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';
import { eraseItems, eraseTraces } from './erase-items.ts';
import { asAgentWrote } from './from-agent.ts';
import { forgetAttachments } from './forget-attachments.ts';
import { keepFiles } from './keep-attachments.ts';
import { resumeWaiting } from './resume-waiting.ts';
import { readStored, type Content } from './read-stored.ts';
import { endHere, recogniseAnswers } from './recognise-answers.ts';

/** A mail waits this long for the mails that it answers, where those are on their way; then it goes on without them. */
const patienceMs = 600_000;

/**
 * Of items with more bytes one at a time is sent on in a process: until then each takes several times its size of memory. The
 * others come again later, so that they do not keep small ones waiting.
 */
const largeBytes = 4 * 1024 * 1024;
let largeUnderWay = false;

function parentsOf(content: Content): string[] {
  return [...new Set([...content.thread.inReplyTo, ...content.thread.references])];
}

/**
 * Reads a raw item and sends it on to the ticket service, or ends its way here: held when nothing can be made of it, or when
 * it reports what became of an answer of ours, which is noted there; duplicate when the same mail has come another way. A
 * mail whose parent came with it and is not yet on its ticket waits for it, so that an answer never opens a ticket beside the
 * question's. The raw item stays as it is whatever becomes of it. Throws `NotNow` for a large item while another is read.
 */
export async function processInbound(deps: Deps, job: JobEnvelope<ProcessInbound>): Promise<void> {
  const work = await findWork(deps, job, largeBytes);
  if (work !== 'LARGER') return sendOn(deps, job, work);
  if (largeUnderWay) throw new NotNow('another large message is being read');
  largeUnderWay = true;
  try {
    const large = await findWork(deps, job, Infinity);
    if (large !== 'LARGER') await sendOn(deps, job, large);
  } finally {
    largeUnderWay = false;
  }
}

async function sendOn(deps: Deps, job: JobEnvelope<ProcessInbound>, work: InboundWork | null): Promise<void> {
  const { messageId } = job.payload;
  if (work === null) return finishDeadEnd(deps, job.workspaceId, messageId);
  // No row is locked while a mail is parsed and its files are on their way to the blob store.
  const read = await readStored(deps, job.workspaceId, work, deps.checkSender);
  if (read.ok) await keepFiles(deps, job.workspaceId, messageId, read.value.files);
  const ended = await inWorkspace<'SETTLED' | 'ENDED' | 'DEAD_END', 'FROM_ERASED' | 'ERASED_BEFORE'>(
    deps.pool,
    job.workspaceId,
    async (tx) => {
      const store = new InboundStore(tx);
      const [fresh, waits, erased] = await Promise.all([
        markConsumed(tx, 'channel-ingest.process-inbound', job.id),
        store.lockWaiting(messageId),
        read.ok
          ? new ErasureStore(tx).erasedBefore(read.value.content.from.identities, read.value.content.sameMail)
          : null,
      ]);
      // Its sender may have been erased, and the item with them, while its files were on their way.
      if (!fresh || !waits) return ok('DEAD_END');
      const now = deps.now();
      const nowIso = now.toISOString();
      if (!read.ok) {
        store.settle(messageId, 'HELD', null, read.error, nowIso);
        await resumeWaiting(deps, tx, job, messageId);
        return ok('SETTLED');
      }
      const { content: said, digest } = read.value;
      // What comes later is a new customer's.
      if (erased?.at != null && work.storedAt <= erased.at) return err('FROM_ERASED');
      if (erased?.mail === true) return err('ERASED_BEFORE');
      if (digest !== null && said.thread.own !== null) {
        const first = await store.firstOfMail(work.channel.id, said.thread.own, digest, messageId);
        if (first !== messageId) {
          store.settle(messageId, 'DUPLICATE', null, `The same mail came before, as ${first}.`, nowIso);
          await resumeWaiting(deps, tx, job, messageId);
          return ok('DEAD_END');
        }
      }
      const cause = causedBy(job);
      const recognised = await recogniseAnswers(tx, work.channel.id, read.value);
      const end = await endHere(deps, tx, read.value, recognised, cause);
      const { settings } = work.channel;
      const content = work.format === 'MAIL' ? await asAgentWrote(tx, recognised, settings) : recognised;
      if (end !== null) {
        store.settle(messageId, 'HELD', end.ticketId, end.reason, nowIso);
        await resumeWaiting(deps, tx, job, messageId);
        return ok('ENDED');
      }
      store.settle(messageId, 'RECEIVED', null, null, nowIso);
      const patient = now.getTime() - Date.parse(work.storedAt) < patienceMs;
      if (patient && (await store.awaits(messageId, parentsOf(content)))) {
        // Those may stand behind it in its sender's line.
        store.leaveLine(messageId);
        await resumeWaiting(deps, tx, job, messageId, 'turn');
        return ok('SETTLED');
      }
      appendEvents(tx, [
        {
          id: deps.newId(),
          topic: 'inbound.normalised',
          payload: {
            messageId,
            channelId: work.channel.id,
            channelKind: work.channel.kind,
            channelTeamId: work.channel.teamId,
            scope: work.scope,
            strangersJoin: settings.strangers === 'JOIN',
            ...content,
          },
          cause,
        },
      ]);
      return ok('SETTLED');
    },
  );
  if (!ended.ok) {
    await eraseItems(deps, job, [messageId], ended.error === 'ERASED_BEFORE' ? 'DUPLICATE' : 'HELD');
    return;
  }
  deps.eventsWritten();
  // Its files are no message's.
  if (ended.value === 'ENDED') await forgetAttachments(deps, job.workspaceId, [messageId]);
  if (ended.value === 'DEAD_END') await finishDeadEnd(deps, job.workspaceId, messageId);
}

/** Erases what is left of an item that is erased, and forgets the files of a duplicate: they are those of the mail before. */
async function finishDeadEnd(deps: Deps, workspaceId: string, messageId: string): Promise<void> {
  const end = await inTransaction(deps, workspaceId, (tx) => new InboundStore(tx).deadEndOf(messageId));
  if (end === 'ERASED') await eraseTraces(deps, workspaceId, [messageId]);
  if (end === 'DUPLICATE') await forgetAttachments(deps, workspaceId, [messageId]);
}

function findWork(
  deps: Deps,
  job: JobEnvelope<ProcessInbound>,
  mostBytes: number,
): Promise<InboundWork | 'LARGER' | null> {
  return inTransaction(deps, job.workspaceId, (tx) =>
    new InboundStore(tx).readWorkUpTo(mostBytes, job.payload.messageId),
  );
}
