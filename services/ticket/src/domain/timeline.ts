import type {
  Actor,
  Attachment,
  Call,
  Cause,
  ChannelKind,
  ThreadReason,
  TicketChangeKind,
} from '@smart-tickets/contracts';

interface EntryBase {
  readonly id: string;
  readonly ticketId: string;
  /** Place in the ticket's own timeline, from 1; a split leaves gaps. */
  readonly seq: number;
  readonly at: string;
  readonly actor: Actor;
}

/** Something said between customer and house. */
export interface MessageEntry extends EntryBase {
  readonly type: 'MESSAGE';
  readonly direction: 'INBOUND' | 'OUTBOUND';
  readonly channel: ChannelKind;
  readonly text: string;
  readonly html: string | null;
  readonly to: string[];
  readonly cc: string[];
  readonly automatic: boolean;
  readonly threadReason: ThreadReason | null;
  readonly sentAt: string;
  readonly attachments: Attachment[];
  readonly call: Call | null;
  /** The subject that it came under, where that is a new one in its conversation. */
  readonly changedSubject: string | null;
}

/** A remark between agents. */
export interface NoteEntry extends EntryBase {
  readonly type: 'NOTE';
  readonly text: string;
  /** Ids of agents. */
  readonly mentions: string[];
}

/** A change of the ticket's own fields. */
export interface ChangeEntry extends EntryBase {
  readonly type: 'CHANGE';
  readonly kind: TicketChangeKind;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
  /** What led to it; null in an entry from before causes were kept. */
  readonly cause: Cause | null;
}

export type TimelineEntry = MessageEntry | NoteEntry | ChangeEntry;
