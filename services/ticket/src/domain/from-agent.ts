import type { NormalisedMessage } from '@smart-tickets/contracts';
import type { CustomerIdentity } from './customer.ts';
import { enter, mayMove } from './lifecycle.ts';
import { mailAddress } from './mail-address.ts';
import { kindsOf } from './recipients.ts';
import { changeInstant, nextVersion, type Ticket } from './ticket.ts';

/**
 * To whom an agent wrote who wrote outside: the first address that is none of ours. None where the message names nobody
 * but us, as one that was forwarded to us does, and on platforms, which tell the conversation instead.
 */
export function writtenTo({
  channelKind,
  others,
}: Pick<NormalisedMessage, 'channelKind' | 'others'>): CustomerIdentity[] {
  const [value] = others.map(mailAddress).filter((address) => address !== null);
  return value === undefined || !kindsOf(channelKind).includes('EMAIL')
    ? []
    : [{ kind: 'EMAIL', value, verified: true }];
}

/**
 * The message as it is to be taken: who writes in an agent's name and is found not to be the agent by the mail server is
 * anybody.
 */
export function unmasked(message: NormalisedMessage): NormalisedMessage {
  return message.senderTrust === 'FAIL' && message.fromAgent ? { ...message, fromAgent: false } : message;
}

/**
 * A ticket after an agent has answered it outside: as after an answer from here, it is the customer's turn. What a
 * machine of the agent says, such as that they are away, or what nobody hears is for the house only and changes nothing.
 */
export function answeredOutside(
  message: Pick<NormalisedMessage, 'messageId' | 'automatic'>,
  ticket: Ticket,
  nowIso: string,
): Ticket {
  if (!isSpoken(message, ticket.customerId)) return nextVersion(ticket, {}, nowIso);
  const said = { messageCount: ticket.messageCount + 1, lastMessageId: message.messageId };
  if (ticket.status === 'SPAM') return nextVersion(ticket, said, nowIso);
  const moved = mayMove(ticket.status, 'PENDING', 'AGENT') ? enter(ticket, 'PENDING', nowIso) : ticket;
  const firstRepliedAt = ticket.firstRepliedAt ?? changeInstant(ticket, nowIso);
  return nextVersion(ticket, { ...moved, ...said, awaitingReplySince: null, firstRepliedAt }, nowIso);
}

/**
 * A new ticket that begins with an agent's words: to a customer, whose turn it is then, or a remark within the house where
 * there is none or where a machine speaks for the agent.
 */
export function openedByAgent(ticket: Ticket, message: Pick<NormalisedMessage, 'automatic'>): Ticket {
  const spoken = isSpoken(message, ticket.customerId);
  return {
    ...ticket,
    status: spoken ? 'PENDING' : 'OPEN',
    awaitingReplySince: null,
    messageCount: spoken ? 1 : 0,
    lastMessageId: spoken ? ticket.lastMessageId : null,
  };
}

/** Whether an agent's words from outside are a message to the customer; else they are a note. */
export function isSpoken(message: Pick<NormalisedMessage, 'automatic'>, customerId: string | null): boolean {
  return !message.automatic && customerId !== null;
}
