/** The ticket's columns under their field names, for `select` lists; `t` is the table's alias. */
export const ticketColumns = `
  t.id, t.number, t.subject, t.status, t.priority, t.channel, t.channel_id as "channelId",
  t.customer_id as "customerId", t.assignee_id as "assigneeId", t.team_id as "teamId", t.tags, t.language,
  t.awaiting_reply_since as "awaitingReplySince", t.created_at as "createdAt", t.updated_at as "updatedAt",
  t.first_replied_at as "firstRepliedAt", t.resolved_at as "resolvedAt", t.version,
  t.message_count as "messageCount", t.last_message_id as "lastMessageId", t.fields,
  t.snoozed_until as "snoozedUntil", t.heir_id as "mergedIntoId", t.rating`;

/** The timeline entry's columns under their field names; `e` is the table's alias. */
export const entryColumns = `
  e.type, e.id, e.ticket_id as "ticketId", e.seq, e.at,
  jsonb_build_object('type', e.actor_type, 'id', e.actor_id, 'name', e.actor_name) as actor,
  e.direction, e.channel, e.text, e.html, e.to_addresses as "to", e.cc_addresses as cc, e.automatic,
  e.thread_reason as "threadReason", e.sent_at as "sentAt", e.change_kind as kind, e.before, e.after,
  e.mentions, e.attachments, e.call, e.changed_subject as "changedSubject", e.cause`;

/** The same without what can be large beside the text: as if a message had no HTML, no attachments and no call. */
export const briefEntryColumns = entryColumns
  .replace('e.html', 'null::text as html')
  .replace('e.attachments', `'[]'::jsonb as attachments`)
  .replace('e.call', 'null::jsonb as call');

/** The customer's columns under their field names; `c` is the table's alias. */
export const customerColumns = `
  c.id, c.name, c.company, c.language, c.time_zone as "timeZone", c.groups, c.fields, c.notes,
  c.created_at as "createdAt", c.heir_id as "mergedIntoId", c.erased_at as "erasedAt"`;
