import type { TicketLinkKind } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { FamilyTicket } from '../domain/family.ts';
import { inverseLink, isAgentLink, maxLinks, maxParents, type AgentLinkKind } from '../domain/links.ts';
import { mergedFault } from '../domain/lifecycle.ts';
import type { Refusal } from '../domain/refusal.ts';
import { nextVersion, type Ticket } from '../domain/ticket.ts';
import { FamilyStore } from '../persistence/family-store.ts';
import { LinkStore } from '../persistence/link-store.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';
import { agentOf, causeOf } from './update-ticket.ts';

interface Link {
  readonly ticketId: string;
  readonly otherId: string;
  /** What the other ticket is to this one. */
  readonly kind: AgentLinkKind;
}

/**
 * Links two tickets, so that both show it, and gives the first one back. A link that is there already changes nothing;
 * a ticket that was merged away takes no new one.
 * Parents never go in a circle, whatever is linked at the same time.
 */
export async function linkTickets(
  deps: Deps,
  caller: Caller,
  input: { readonly ticketId: string; readonly otherId: string; readonly kind: TicketLinkKind },
): Promise<Result<Ticket, Refusal>> {
  const { kind } = input;
  if (!isAgentLink(kind)) {
    return refuse(
      'INVALID',
      'kind',
      `Links of the kind ${kind} come about by themselves: take PARENT, CHILD or RELATED.`,
    );
  }
  const link = { ticketId: input.ticketId.toLowerCase(), otherId: input.otherId.toLowerCase(), kind };
  if (!isId(link.ticketId)) return refuse('NOT_FOUND', 'ticketId', 'There is no such ticket.');
  if (!isId(link.otherId)) return refuse('NOT_FOUND', 'otherId', 'There is no such ticket.');
  if (link.ticketId === link.otherId)
    return refuse('INVALID', 'otherId', 'A ticket cannot be linked to itself.');
  const result = await inWorkspace<Ticket, Refusal>(deps.pool, caller.workspaceId, async (tx) => {
    const store = new LinkStore(tx);
    if (kind !== 'RELATED') store.lockHierarchy();
    const locked = await new FamilyStore(tx).lock([link.ticketId, link.otherId]);
    const [ticket, other] = [locked.get(link.ticketId), locked.get(link.otherId)];
    if (ticket === undefined) return refuse('NOT_FOUND', 'ticketId', 'There is no such ticket.');
    if (other === undefined) return refuse('NOT_FOUND', 'otherId', 'There is no such ticket.');
    if (await store.exists(link.ticketId, kind, link.otherId)) return ok(ticket.ticket);
    const merged = mergedAway(ticket, 'ticketId') ?? mergedAway(other, 'otherId');
    if (merged !== null) return err(merged);
    const fault = await faultOf(store, link);
    if (fault !== null) return err(fault);
    return ok(write(deps, tx, caller, ticket, other, kind));
  });
  deps.eventsWritten();
  return result;
}

function refuse(code: Refusal['code'], field: string, message: string): Result<never, Refusal> {
  return err({ code, field, message });
}

/** Why a ticket at one end takes no link; null when it stands for itself. */
function mergedAway({ ticket }: FamilyTicket, field: string): Refusal | null {
  const fault = mergedFault(ticket);
  if (fault === null) return null;
  const message = `Ticket #${ticket.number} was merged into ${fault.heirId ?? ''}: link that one, or unmerge this one first.`;
  return { code: fault.code, field, message };
}

async function faultOf(store: LinkStore, { ticketId, otherId, kind }: Link): Promise<Refusal | null> {
  const [own, others] = await Promise.all([store.count(ticketId, maxLinks), store.count(otherId, maxLinks)]);
  if (own >= maxLinks || others >= maxLinks) {
    const field = own >= maxLinks ? 'ticketId' : 'otherId';
    return { code: 'LIMIT_EXCEEDED', field, message: `A ticket has at most ${maxLinks} links.` };
  }
  if (kind === 'RELATED') return null;
  const [child, parent] = kind === 'PARENT' ? [ticketId, otherId] : [otherId, ticketId];
  const { steps, meets } = await store.climb(parent, child, maxParents);
  if (meets) {
    const message = 'The tickets would be parents of themselves: the one is above the other already.';
    return { code: 'CONFLICT', field: 'otherId', message };
  }
  if (steps >= maxParents) {
    const message = `At most ${maxParents} parents can stand above each other.`;
    return { code: 'LIMIT_EXCEEDED', field: 'otherId', message };
  }
  return null;
}

function write(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  ticket: FamilyTicket,
  other: FamilyTicket,
  kind: AgentLinkKind,
): Ticket {
  const nowIso = deps.now().toISOString();
  const linked = nextVersion(ticket.ticket, {}, nowIso);
  const ends = [
    { old: ticket, now: linked, kind, to: other },
    { old: other, now: nextVersion(other.ticket, {}, nowIso), kind: inverseLink[kind], to: ticket },
  ];
  new TicketStore(tx).link(ticket.id, kind, other.id, nowIso);
  for (const end of ends) {
    const after = { kind: end.kind, linkedId: end.to.id, linkedNumber: end.to.ticket.number };
    writeChange(
      deps,
      tx,
      end.old,
      { ticket: end.now, changes: [{ kind: 'LINKED', before: {}, after }] },
      agentOf(caller),
      causeOf(caller),
    );
  }
  return linked;
}
