import type { ChangeEntry, MessageEntry, NoteEntry, TimelineEntry } from '../domain/timeline.ts';

/** A row of `entryColumns`: the fields of all kinds of entries, those of the other kinds null. */
export type EntryRow = Omit<MessageEntry, 'type'> &
  Omit<NoteEntry, 'type'> &
  Omit<ChangeEntry, 'type'> & { type: TimelineEntry['type'] };

/** The entry of a row, with the fields of its kind. */
export function entryOf(row: EntryRow): TimelineEntry {
  const { type, id, ticketId, seq, at, actor } = row;
  const common = { id, ticketId, seq, at, actor };
  if (type === 'CHANGE') {
    const { kind, before, after, cause } = row;
    return { type, ...common, kind, before, after, cause };
  }
  if (type === 'NOTE') return { type, ...common, text: row.text, mentions: row.mentions };
  const { direction, channel, text, html, to, cc, automatic, threadReason, sentAt } = row;
  const { attachments, call, changedSubject } = row;
  const said = { text, html, to, cc, automatic, threadReason, sentAt, attachments, call, changedSubject };
  return { type, ...common, direction, channel, ...said };
}
