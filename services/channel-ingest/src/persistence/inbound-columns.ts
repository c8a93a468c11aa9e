/** A message's columns under field names; `m` is the table's alias. */
export const inboundColumns = `
  m.id, m.channel_id as "channelId", m.external_id as "externalId", m.status, m.ticket_id as "ticketId", m.reason,
  m.received_at as "receivedAt", m.processed_at as "processedAt", m.attempts, m.size_bytes as "sizeBytes"`;
