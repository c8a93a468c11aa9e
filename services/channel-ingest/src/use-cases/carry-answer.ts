import {
  causedBy,
  jobs,
  type AnswerGiven,
  type DeliveryFailed,
  type JobEnvelope,
} from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import { readSettings } from '../domain/channel-settings.ts';
import { chooseChannel } from '../domain/choose-channel.ts';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import { AnswerOrder } from '../persistence/answer-order.ts';
import { DeliveryStore, type CarrierRow } from '../persistence/delivery-store.ts';
import { ErasureStore } from '../persistence/erasure-store.ts';
import { composeAnswer } from './compose-answer.ts';
import type { Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';
import { readAnswered } from './read-answered.ts';

/** So long an answer waits for the one before it on its ticket, should that never come. */
export const followLimitMs = 15 * 60_000;

/**
 * Takes an answer over to be carried out: chooses the channel, fixes what is sent, and queues it for the channel's connector.
 * Where no channel can carry it, nothing is kept and the ticket service is told that it failed. An answer
 * that comes before the one that its ticket has before it waits for that one. A repeat changes nothing, and of an answer that was erased meanwhile nothing is kept.
 */
export async function carryAnswer(deps: Deps, job: JobEnvelope<AnswerGiven>): Promise<void> {
  const channelId = await inTransaction(deps, job.workspaceId, async (tx) => {
    const order = new AnswerOrder(tx);
    order.lock(job.payload.ticketId);
    if (!(await markConsumed(tx, jobs.carryAnswer.name, job.id))) return null;
    order.release(job.payload.messageId, deps.now().toISOString());
    if (await new ErasureStore(tx).isErased(job.payload.messageId)) return null;
    return takeOver(deps, tx, job);
  });
  if (channelId === null) deps.eventsWritten();
  else deps.deliveriesChanged(job.workspaceId, channelId);
}

/** Queues the answer; the channel that carries it, or null where none does. */
async function takeOver(deps: Deps, tx: Tx, job: JobEnvelope<AnswerGiven>): Promise<string | null> {
  const answer = job.payload;
  const store = new DeliveryStore(tx);
  const carriers = await store.carriers(answer.answersMessageId, answer.channelId, [
    answer.channelKind,
    'EMAIL',
  ]);
  const channel = chooseChannel(carriers, {
    answeredChannelId: carriers.find(({ answered }) => answered)?.id ?? null,
    ticketChannelId: answer.channelId,
    kind: answer.channelKind,
    teamId: answer.teamId,
  });
  if (channel === null) {
    appendEvents(tx, [failedEvent(deps, job, noChannel)]);
    return null;
  }
  await queue(deps, tx, job, channel);
  return channel.id;
}

async function queue(deps: Deps, tx: Tx, job: JobEnvelope<AnswerGiven>, channel: CarrierRow): Promise<void> {
  const { workspaceId, pos, payload: answer } = job;
  const store = new DeliveryStore(tx);
  const now = deps.now();
  const composed = composeAnswer(deps.answerIds, {
    workspaceId,
    answer,
    channel: { ...channel, settings: readSettings(channel.kind, channel.settings) },
    answered: answer.answersMessageId === null ? null : await readAnswered(tx, answer.answersMessageId),
    earlierIds: await store.earlierMailIds(answer.ticketId, pos),
    ratingUrl:
      answer.customerId === null
        ? null
        : deps.ratingLink(
            { workspaceId, ticketId: answer.ticketId, customerId: answer.customerId },
            now.getTime(),
          ),
  });
  if (composed.faults.length > 0) {
    const { messageId } = answer;
    deps.log.warn({ workspaceId, messageId, channelId: channel.id, faults: composed.faults }, templateFault);
  }
  const sha256s = answer.attachments.map(({ sha256 }) => sha256);
  if (sha256s.length > 0) {
    // The same line as of the word of the files, which may come later or fail: no sweep takes what is still to be sent.
    const attachments = new AttachmentStore(tx);
    await attachments.lock(sha256s);
    attachments.need(answer.messageId, sha256s);
  }
  const follows = await precedingOf(deps, tx, job);
  const dueMs = now.getTime() + (follows === null ? 0 : followLimitMs);
  store.add(
    {
      claimableAt: new Date(dueMs).toISOString(),
      follows,
      id: answer.messageId,
      channelId: channel.id,
      ticketId: answer.ticketId,
      pos,
      recipients: recipientsOf(answer),
      content: composed.content,
      mailId: composed.messageId,
    },
    now.toISOString(),
  );
}

/** The answer before this one on its ticket if it has not come yet. */
async function precedingOf(deps: Deps, tx: Tx, job: JobEnvelope<AnswerGiven>): Promise<string | null> {
  const { messageId, ticketId, followsMessageId } = job.payload;
  if (followsMessageId === null || (await new AnswerOrder(tx).hasCome(followsMessageId))) return null;
  deps.log.warn(
    { workspaceId: job.workspaceId, ticketId, messageId, followsMessageId },
    'an answer has come before the one that it follows, and waits for it',
  );
  return followsMessageId;
}

const templateFault = 'a part of an answer could not be rendered and was left out';
const noChannel =
  'There is no channel to send it by: none of the ticket’s kind is switched on, and no mailbox either.';

function recipientsOf(answer: AnswerGiven): string[] {
  return [...new Set([...answer.to, ...answer.cc])];
}

function failedEvent(deps: Deps, job: JobEnvelope<AnswerGiven>, error: string) {
  const answer = job.payload;
  const payload: DeliveryFailed = {
    messageId: answer.messageId,
    ticketId: answer.ticketId,
    status: 'FAILED',
    error,
    recipients: recipientsOf(answer).map((address) => ({ address, dead: false, error: null })),
    at: deps.now().toISOString(),
  };
  const cause = causedBy(job);
  return { id: deps.newId(), topic: 'delivery.failed' as const, payload, cause };
}

/** Tells the ticket service of an answer that could not be taken over after all tries; nothing carries it out any more. */
export async function buryAnswer(deps: Deps, job: JobEnvelope<AnswerGiven>): Promise<void> {
  await inTransaction(deps, job.workspaceId, async (tx) => {
    const { messageId, ticketId } = job.payload;
    const order = new AnswerOrder(tx);
    order.lock(ticketId);
    // The last try may have done its work and only failed to say so.
    if (!(await markConsumed(tx, jobs.carryAnswer.name, job.id))) return;
    order.release(messageId, deps.now().toISOString());
    if (await new ErasureStore(tx).isErased(messageId)) return;
    appendEvents(tx, [failedEvent(deps, job, 'It could not be made ready to be sent.')]);
  });
  deps.eventsWritten();
}
