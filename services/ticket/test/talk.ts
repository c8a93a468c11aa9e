import { answerKey, type NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import type { Ticket } from '../src/domain/ticket.ts';
import { readLinks } from '../src/persistence/link-queries.ts';
import { replyToTicket } from '../src/use-cases/reply-to-ticket.ts';
import type { TicketDesk } from './ticket-desk.ts';

/** Parts of a message in which it differs from the usual. */
export type Parts = Partial<NormalisedMessage>;

/** From a mail address; `verified` unless it was typed in. */
export const from = (address: string, verified = true): Parts => ({
  from: { name: null, identities: [{ kind: 'EMAIL', value: address, verified }] },
});
/** In a mail thread, under an id of its own. */
export const thread = (parts: Partial<NormalisedMessage['thread']> = {}): Parts => ({
  thread: { own: `mid:${newId()}`, inReplyTo: [], references: [], conversation: null, ...parts },
});

let serial = 0;
/** An address that nobody else has. */
export const address = (): string => {
  serial += 1;
  return `person-${serial}@example.org`;
};

/** A customer's mail on its ticket, and our answer to it. */
export interface Talk {
  readonly customer: string;
  readonly ticket: Ticket;
  /** Of the customer's mail. */
  readonly key: string;
  /** Of our answer to it. */
  readonly answer: string;
}

/** A customer's mail and our answer to it. */
export async function talkAt(desk: TicketDesk, parts: Parts = {}, cc: string[] = []): Promise<Talk> {
  const customer = address();
  const key = `mid:${newId()}`;
  const { id } = await desk.receive({ ...from(customer), ...thread({ own: key }), ...parts });
  const messageId = await answerAt(desk, id, cc);
  return { customer, ticket: await desk.ticket(id), key, answer: answerKey(messageId) };
}

/** An agent's answer; gives back the id of its message. */
export async function answerAt(desk: TicketDesk, ticketId: string, cc: string[] = []): Promise<string> {
  const asked = {
    ticketId,
    text: 'Here you are',
    html: null,
    attachmentIds: [],
    cc,
    idempotencyKey: null,
    expectedLastMessageId: (await desk.ticket(ticketId)).lastMessageId,
    status: 'PENDING',
  } as const;
  const replied = await replyToTicket(desk.deps, desk.ours.caller, asked);
  if (!replied.ok) throw new Error(replied.error.code);
  return replied.value.message.id;
}

/** Why the last message of a ticket is on it. */
export async function reasonAt(desk: TicketDesk, { lastMessageId }: Ticket): Promise<string | undefined> {
  const { rows } = await desk.system.query<{ reason: string }>(
    'select thread_reason as reason from timeline_entry where id = $1',
    [lastMessageId],
  );
  return rows[0]?.reason;
}

/** The links of a ticket, as kind and id. */
export const linksAt = async (desk: TicketDesk, id: string): Promise<string[]> =>
  (await readLinks(desk.deps.pool, desk.ours.workspaceId, [id])).map(
    ({ kind, otherId }) => `${kind} ${otherId}`,
  );
