import { erasedKeyHash } from './erased-key.ts';
import { inboundColumns } from './inbound-columns.ts';
import type { NewInbound } from './inbound-store.ts';

/**
 * Stores items ($5, their bytes one after the other in $6) on a channel and gives those that are new. The parts
 * read what was there before the statement, so who stands before an item in its own batch is told by the batch.
 */
export const storeSql = `
  with given as (
    select * from jsonb_to_recordset($5::jsonb) as g(
      nth integer, external_id text, id uuid, event_id uuid, format text, received_at timestamptz, starts integer,
      length integer, size integer, own_key text, envelope jsonb, lines jsonb)),
  door as materialized (
    select c.workspace_id, c.id, c.kind from channel c
     where c.workspace_id = $1 and c.id = $2 and c.enabled and c.token_generation = $3
       and ($4::text is null or c.kind = $4)),
  key as (
    insert into inbound_key (workspace_id, channel_id, external_id, message_id)
    select door.workspace_id, door.id, g.external_id, g.id from door, given g
      left join lateral (select true as erased from erased_key e
                          where g.format <> 'MAIL' and e.workspace_id = $1
                            and e.hash = ${erasedKeyHash('$1', '$2', 'g.external_id')} offset 0) as e on true
     where e.erased is null
     order by g.nth
    on conflict do nothing returning message_id),
  fresh as (
    select g.*, coalesce(g.lines ->> door.kind, g.lines ->> '*') as sender
      from key join given g on g.id = key.message_id, door),
  line as materialized (
    select f.*, lag(f.id) over (partition by f.sender order by f.nth) as before from fresh f),
  ahead as materialized (
    select l.id, a.id as before from line l
     cross join lateral (select m.id from inbound_message m
                          where m.workspace_id = $1 and m.channel_id = $2 and m.sender = l.sender
                            and m.status = 'RECEIVED'
                          order by m.turn desc limit 1 for share) as a
     where l.sender is not null and l.before is null),
  placed as materialized (
    select l.*, case when l.sender is not null then coalesce(l.before, ahead.before) end as behind
      from line l left join ahead on ahead.id = l.id),
  message as (
    insert into inbound_message as m (workspace_id, id, channel_id, external_id, format, status, received_at, size_bytes,
                                 own_key, sender)
    select $1, p.id, $2, p.external_id, p.format, 'RECEIVED', p.received_at, p.size, p.own_key, p.sender
      from placed p order by p.nth
    returning ${inboundColumns}),
  raw as (
    insert into inbound_raw (workspace_id, id, raw, envelope)
    select $1, p.id, substring($6::bytea from p.starts for p.length), nullif(p.envelope, 'null') from placed p),
  waiting as (
    insert into inbound_waiting (workspace_id, key, message_id)
    select $1, 'turn:' || p.behind, p.id from placed p where p.behind is not null),
  told as (
    insert into outbox (workspace_id, event_id, topic, payload, cause)
    select $1, p.event_id, 'inbound.received', jsonb_build_object('messageId', p.id), $7::jsonb
      from placed p where p.behind is null order by p.nth)
  select * from message`;

/** The parameters $5 and $6 of `storeSql`. */
export function itemsOf(inbound: readonly NewInbound[]): [string, Buffer] {
  let starts = 1;
  const items = inbound.map(({ raw, externalId, eventId, receivedAt, ownKey, ...item }, index) => {
    const from = starts;
    starts += raw.length;
    return {
      nth: index,
      external_id: externalId,
      id: item.id,
      event_id: eventId,
      format: item.format,
      received_at: receivedAt,
      starts: from,
      length: raw.length,
      size: item.sizeBytes ?? raw.length,
      own_key: ownKey,
      envelope: item.envelope ?? null,
      lines: item.lines,
    };
  });
  const [first] = inbound;
  const bytes =
    inbound.length === 1 && first !== undefined ? first.raw : Buffer.concat(inbound.map(({ raw }) => raw));
  return [JSON.stringify(items), bytes];
}
