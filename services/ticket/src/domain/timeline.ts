import type { Actor, ChannelKind, ThreadReason, TicketChangeKind } from '@smart-tickets/contracts';

/** Something said between customer and house. */
export interface MessageEntry {
  readonly type: 'MESSAGE';
  readonly id: string;
  readonly ticketId: string;
  /** Place in the ticket's timeline, from 1 without gaps. */
  readonly seq: number;
  readonly at: string;
  readonly actor: Actor;
  readonly direction: 'INBOUND' | 'OUTBOUND';
  readonly channel: ChannelKind;
  readonly text: string;
  readonly html: string | null;
  readonly to: string[];
  readonly cc: string[];
  readonly automatic: boolean;
  readonly threadReason: ThreadReason | null;
  readonly sentAt: string;
}

/** A change of the ticket's own fields. */
export interface ChangeEntry {
  readonly type: 'CHANGE';
  readonly id: string;
  readonly ticketId: string;
  readonly seq: number;
  readonly at: string;
  readonly actor: Actor;
  readonly kind: TicketChangeKind;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
}

export type TimelineEntry = MessageEntry | ChangeEntry;
