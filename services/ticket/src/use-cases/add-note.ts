import { isId } from '@smart-tickets/kit/ids';
import { appendEvents } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { InputFault } from '../domain/input-fault.ts';
import { nextVersion } from '../domain/ticket.ts';
import type { NoteEntry } from '../domain/timeline.ts';
import { AgentStore } from '../persistence/agent-store.ts';
import { readEntries } from '../persistence/ticket-queries.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { noteText } from './answer-text.ts';
import type { Caller, Deps } from './deps.ts';
import { doOnce } from './do-once.ts';
import { ticketEvent } from './ticket-event.ts';
import { agentOf, causeOf } from './update-ticket.ts';

/** Most agents that one note mentions. */
export const maxMentions = 50;

export interface NoteInput {
  readonly ticketId: string;
  readonly text: string;
  readonly mentionAgentIds: readonly string[];
  readonly idempotencyKey: string | null;
}

type Asked = Omit<NoteInput, 'idempotencyKey'>;

/**
 * Puts a remark between agents on a ticket, in whatever status it is: who waits for whom and since when stays as it is,
 * and nothing of it goes to the customer. The same idempotency key with the same input gives the first result again.
 */
export async function addNote(
  deps: Deps,
  caller: Caller,
  raw: NoteInput,
): Promise<Result<NoteEntry, InputFault>> {
  const { ticketId, idempotencyKey } = raw;
  if (!isId(ticketId)) return err(noTicket);
  const text = noteText(raw.text);
  if (!text.ok) return text;
  const mentionAgentIds = [...new Set(raw.mentionAgentIds)];
  if (mentionAgentIds.length > maxMentions) {
    const message = `A note mentions at most ${maxMentions} agents.`;
    return err({ code: 'LIMIT_EXCEEDED', field: 'mentionAgentIds', message });
  }
  const asked = { ticketId, text: text.value, mentionAgentIds };
  return doOnce<NoteEntry, InputFault>(
    deps,
    caller,
    { mutation: 'addNote', key: idempotencyKey, input: asked },
    (tx, noteId) => write(deps, tx, caller, asked, noteId),
    (noteId) => firstResult(deps, caller, noteId),
  );
}

const noTicket: InputFault = { code: 'NOT_FOUND', field: 'ticketId', message: 'There is no such ticket.' };

async function write(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  asked: Asked,
  noteId: string,
): Promise<Result<NoteEntry, InputFault>> {
  const tickets = new TicketStore(tx);
  const [known, locked] = await Promise.all([
    new AgentStore(tx).known(asked.mentionAgentIds),
    tickets.lock(asked.ticketId),
  ]);
  if (locked === null) return err(noTicket);
  const old = locked.ticket;
  if (old.mergedIntoId !== null) {
    const message = `This ticket was merged into ${old.mergedIntoId}: add the note there.`;
    return err({ code: 'NOT_ALLOWED_IN_STATUS', field: 'ticketId', message });
  }
  if (asked.mentionAgentIds.some((id) => !known.has(id))) {
    const message = 'Only agents of this workspace can be mentioned.';
    return err({ code: 'NOT_FOUND', field: 'mentionAgentIds', message });
  }
  const ticket = nextVersion(old, {}, deps.now().toISOString());
  const actor = agentOf(caller);
  const note: NoteEntry = {
    type: 'NOTE',
    id: noteId,
    ticketId: ticket.id,
    seq: locked.entryCount + 1,
    at: ticket.updatedAt,
    actor,
    text: asked.text,
    mentions: [...asked.mentionAgentIds],
  };
  tickets.save(ticket, locked.entryCount + 1);
  tickets.append([note]);
  const event = ticketEvent({
    id: deps.newId(),
    kind: 'NOTE_ADDED',
    old,
    ticket,
    entry: note,
    actor,
    channelTeamId: null,
    cause: causeOf(caller),
  });
  appendEvents(tx, [event]);
  return ok(note);
}

async function firstResult(deps: Deps, caller: Caller, noteId: string): Promise<NoteEntry> {
  const [entry] = await readEntries(deps.pool, caller.workspaceId, [noteId]);
  if (entry?.type !== 'NOTE') throw new Error(`the first result ${noteId} is gone`);
  return entry;
}
