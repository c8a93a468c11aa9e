import type { TicketStatus } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { appendEvents } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { createHash } from 'node:crypto';
import { nextVersion, type Ticket } from '../domain/ticket.ts';
import type { ChangeEntry, MessageEntry, TimelineEntry } from '../domain/timeline.ts';
import { changesBetween } from '../domain/update.ts';
import { IdempotencyStore } from '../persistence/idempotency-store.ts';
import { readEntries, readTickets } from '../persistence/ticket-queries.ts';
import { TicketStore, type LockedTicket } from '../persistence/ticket-store.ts';
import type { Caller, Deps } from './deps.ts';
import { ticketEvent } from './ticket-event.ts';

/** Longest answer, in characters. */
export const maxReplyLength = 200_000;

export interface ReplyInput {
  readonly ticketId: string;
  readonly text: string;
  readonly idempotencyKey: string | null;
  readonly expectedLastMessageId: string | null;
  readonly status: TicketStatus;
}

export interface Reply {
  readonly message: MessageEntry;
  readonly ticket: Ticket;
}

export type ReplyFault =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'INVALID'; readonly field: string; readonly message: string }
  | { readonly code: 'LIMIT_EXCEEDED' }
  | { readonly code: 'NOT_ALLOWED_IN_STATUS'; readonly status: TicketStatus }
  | { readonly code: 'CONFLICT'; readonly lastMessageId: string | null }
  | { readonly code: 'KEY_REUSED' };

/**
 * Puts an agent's answer on a ticket. The same idempotency key with the same input gives the first result again, and
 * nothing is written; of any number of calls at the same time with the same expected last message, one answers.
 */
export async function replyToTicket(
  deps: Deps,
  caller: Caller,
  raw: ReplyInput,
): Promise<Result<Reply, ReplyFault>> {
  const input = { ...raw, text: storable(raw.text) };
  const fault = faultOf(input);
  if (fault !== null) return err(fault);
  const result = await inWorkspace<Reply | { readonly repeatOf: string }, ReplyFault>(
    deps.pool,
    caller.workspaceId,
    async (tx) => {
      const messageId = deps.newId();
      if (input.idempotencyKey !== null) {
        const claim = await new IdempotencyStore(tx).claim(
          caller.agentId,
          input.idempotencyKey,
          requestHash(input),
          messageId,
        );
        if (claim.state === 'OTHER_INPUT') return err({ code: 'KEY_REUSED' });
        if (claim.state === 'REPEAT') return ok({ repeatOf: claim.resultId });
      }
      const locked = await new TicketStore(tx).lock(input.ticketId);
      const refusal = refusalOf(locked, input);
      if (locked === null || refusal !== null) return err(refusal ?? { code: 'NOT_FOUND' });
      return ok(write(deps, tx, caller, locked, input, messageId));
    },
  );
  deps.eventsWritten();
  if (!result.ok) return result;
  return 'repeatOf' in result.value ? firstResult(deps, caller, result.value.repeatOf) : ok(result.value);
}

function faultOf(input: ReplyInput): ReplyFault | null {
  if (!isId(input.ticketId)) return { code: 'NOT_FOUND' };
  if (input.text.trim() === '')
    return { code: 'INVALID', field: 'text', message: 'An answer must have a text.' };
  if (input.text.length > maxReplyLength) return { code: 'LIMIT_EXCEEDED' };
  if (input.status === 'NEW') {
    return { code: 'INVALID', field: 'status', message: 'An answered ticket cannot be NEW.' };
  }
  if (input.idempotencyKey !== null && !/^[\x20-\x7e]{1,200}$/.test(input.idempotencyKey)) {
    return {
      code: 'INVALID',
      field: 'idempotencyKey',
      message: 'A key is 1 to 200 printable ASCII characters.',
    };
  }
  return null;
}

function refusalOf(locked: LockedTicket | null, input: ReplyInput): ReplyFault | null {
  if (locked === null) return { code: 'NOT_FOUND' };
  const { status, lastMessageId } = locked.ticket;
  if (status === 'CLOSED' || status === 'SPAM') return { code: 'NOT_ALLOWED_IN_STATUS', status };
  if (input.expectedLastMessageId !== null && input.expectedLastMessageId !== lastMessageId) {
    return { code: 'CONFLICT', lastMessageId };
  }
  return null;
}

function requestHash(input: ReplyInput): string {
  const { ticketId, text, expectedLastMessageId, status } = input;
  return createHash('sha256')
    .update(JSON.stringify([ticketId, text, expectedLastMessageId, status]))
    .digest('base64url');
}

function write(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  locked: LockedTicket,
  input: ReplyInput,
  messageId: string,
): Reply {
  const nowIso = deps.now().toISOString();
  const actor = { type: 'AGENT', id: caller.agentId, name: null } as const;
  const old = locked.ticket;
  const settled = input.status === 'RESOLVED' || input.status === 'CLOSED';
  const ticket = nextVersion(
    old,
    {
      status: input.status,
      messageCount: old.messageCount + 1,
      lastMessageId: messageId,
      awaitingReplySince: null,
      firstRepliedAt: old.firstRepliedAt ?? nowIso,
      resolvedAt: settled ? (old.resolvedAt ?? nowIso) : null,
    },
    nowIso,
  );
  const seq = locked.entryCount + 1;
  const common = { ticketId: ticket.id, at: nowIso, actor };
  const message: MessageEntry = {
    type: 'MESSAGE',
    id: messageId,
    seq,
    ...common,
    direction: 'OUTBOUND',
    channel: ticket.channel,
    text: input.text,
    html: null,
    to: [],
    cc: [],
    automatic: false,
    threadReason: null,
    sentAt: nowIso,
  };
  const changes = changesBetween(old, ticket).map((change, index): ChangeEntry => ({
    type: 'CHANGE',
    id: deps.newId(),
    seq: seq + 1 + index,
    ...common,
    ...change,
  }));
  const entries: TimelineEntry[] = [message, ...changes];
  const tickets = new TicketStore(tx);
  tickets.save(ticket, locked.entryCount + entries.length);
  tickets.append(entries);
  const event = ticketEvent({
    id: deps.newId(),
    kind: 'MESSAGE_ADDED',
    old,
    ticket,
    entry: message,
    actor,
    channelTeamId: null,
    cause: { requestId: caller.requestId, eventId: null, depth: 0 },
  });
  appendEvents(tx, [event]);
  return { message, ticket };
}

async function firstResult(
  deps: Deps,
  caller: Caller,
  messageId: string,
): Promise<Result<Reply, ReplyFault>> {
  const [entry] = await readEntries(deps.pool, caller.workspaceId, [messageId]);
  if (entry?.type !== 'MESSAGE') throw new Error(`the first result ${messageId} is gone`);
  const [ticket] = await readTickets(deps.pool, caller.workspaceId, [entry.ticketId]);
  if (ticket === undefined) throw new Error(`the ticket of ${messageId} is gone`);
  return ok({ message: entry, ticket });
}
