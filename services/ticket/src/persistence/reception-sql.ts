import { ticketColumns } from './ticket-sql.ts';

/**
 * The statements of receiving. Each step is one statement, because every statement of its own costs both sides a write and
 * a reading of the socket. What has to be found is found by `lateral (… offset 0)`, which keeps the joins in the order
 * written. By case and not by coalesce, which behind row-level security reaches no index.
 */

/**
 * Takes locks, each in its turn, until the end of the transaction. The plans of the statements behind it are made for
 * values unknown and go by indexes: of a workspace that is newer than the statistics the planner expects no rows at all,
 * takes any index for as good as the right one, and walks all of the workspace's tickets for each message.
 */
export const lockSql = `
  with planned as materialized (
    select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true))
  select pg_advisory_xact_lock(n) from planned, unnest($1::bigint[]) as n`;

/** The tickets to which keys and a number lead: `k` the key, `leads` the ticket it is on, or that one's heir. */
const leadsOf = (keys: string, number: string): string => `
  (select k.key, k.kind, k.ticket_id, k.message_id
     from unnest(${keys}::text[]) as wanted(key)
    cross join lateral (select * from thread_key k where k.workspace_id = $1 and k.key = wanted.key offset 0) as k
    union all
   select '#' || n.number, 'NUMBER', n.id, null
     from (select number, id from ticket n where n.workspace_id = $1 and n.number = ${number}::integer offset 0) as n) as k
  cross join lateral (select case when h.heir_id is null then h.id else h.heir_id end as id
                        from ticket h where h.workspace_id = $1 and h.id = k.ticket_id offset 0) as leads`;

/**
 * Locks the customers that `holders` finds, then the tickets of the keys ($5) and the number ($6) in the order of ids: customers come before
 * tickets, as for whoever merges or erases them. That their number is asked for keeps this order.
 */
export const holdSql = (holders: string): string => `
  with holder as materialized (${holders}),
       held as materialized (
         select t.id
           from (select distinct leads.id from ${leadsOf('$5', '$6')}
                  where (select count(*) from holder) >= 0 order by leads.id) as leads
          cross join lateral (select t.id from ticket t where t.workspace_id = $1 and t.id = leads.id for update) as t)
  select array(select id from held) as "heldIds",
         (select case when count(*) = 0 then '[]'::json else json_agg(holder) end from holder) as holders`;

/** The verified holders of identities ($7, $8). */
const verifiedHolders = `
  select distinct c.id
    from unnest($7::text[], $8::text[]) as wanted(kind, value)
   cross join lateral (select i.customer_id from customer_identity i
                        where i.workspace_id = $1 and i.kind = wanted.kind and i.value = wanted.value
                          and i.verified offset 0) as i
   cross join lateral (select case when c.heir_id is null then c.id else c.heir_id end as id
                         from customer c where c.workspace_id = $1 and c.id = i.customer_id offset 0) as c`;

/** The tickets that senders have opened since an instant, `same` those of a subject; none when the instant is null. */
const openingsOf = (
  senders: string,
  of: { readonly since: string; readonly subject: string; readonly most: string },
): string => `
  select o.id as "ticketId", sender.id as "customerId", o.subject = ${of.subject} as same, o.created_at
    from (select * from ${senders} as s where ${of.since}::timestamptz is not null) as sender
   cross join lateral (select o.id, o.subject, o.created_at from ticket o
                        where o.workspace_id = $1 and o.customer_id = sender.id and o.created_at > ${of.since}
                          and o.heir_id is null and o.status <> 'CLOSED'
                        order by o.created_at desc, o.id desc limit ${of.most}) as o`;

/** The verified holders of the identities with everybody who was merged into them: by whose names they have written. */
const writers = `
  select w.id::text as id
    from (${verifiedHolders}) as sender
   cross join lateral (select sender.id union all
                       select m.id from customer m where m.workspace_id = $1 and m.heir_id = sender.id) as w`;

/** Whether the ticket `t`, or one merged into it, has a message of a writer, or one of the parties $12. */
const hasPart = `
  exists (
    select from (select t.id union all
                 select f.id from ticket f where f.workspace_id = $1 and f.heir_id = t.id) as f
     where exists (
             select from unnest($12::text[]) as wanted(party)
              cross join lateral (select from ticket_party p
                                   where p.workspace_id = $1 and p.ticket_id = f.id and p.party = wanted.party offset 0) as p)
        or exists (
             select from writer
              cross join lateral (select from timeline_entry e
                                   where e.workspace_id = $1 and e.actor_type = 'CUSTOMER' and e.actor_id = writer.id
                                     and e.ticket_id = f.id limit 1) as e))`;

/** How many mails of persons the ticket `t` has got since an instant ($9); its newest hundred entries tell it. */
const recentMails = `
  (select count(*)
     from (select e.at, e.direction, e.channel, e.automatic from timeline_entry e
            where e.workspace_id = $1 and e.ticket_id = t.id order by e.seq desc limit 100) as e
    where $9::timestamptz is not null and e.at > $9 and e.direction = 'INBOUND' and e.channel = 'EMAIL'
      and not e.automatic)`;

/** Marks the job as done. */
const marked = (job: string): string => `
  marked as (
    insert into inbox (workspace_id, consumer, event_id) values ($1, 'ticket.receive-message', ${job})
    on conflict do nothing returning true)`;

/** What is known whichever ticket the message is for. */
const factsOf = (of: {
  readonly message: string;
  readonly hashes: string;
  readonly agent: string;
  readonly openings: string;
}): string => `
  exists (select from marked) as fresh,
  (select ticket_id from timeline_entry where workspace_id = $1 and id = ${of.message}) as "filedOn",
  (select max(e.erased_at) from unnest(${of.hashes}::bytea[]) as wanted(hash)
    cross join lateral (select erased_at from erased_identity
                         where workspace_id = $1 and hash = wanted.hash offset 0) as e) as "erasedAt",
  (select json_agg(json_build_object('key', key, 'label', label, 'type', type, 'options', options,
                                     'required', required, 'default', default_value,
                                     'appliesTo', applies_to, 'archived', archived)
                   order by created_at, applies_to desc, key)
     from custom_field where workspace_id = $1) as definitions,
  exists (select from assignable where workspace_id = $1 and kind = 'AGENT' and id = ${of.agent}) as "agentKnown",
  (select json_agg(opening order by created_at desc, "ticketId" desc) from (${of.openings}) as opening) as openings`;

/**
 * Marks the job as done and reads all that the decision needs, behind the locks: one row for every key that leads to a
 * ticket, at least one, each with all the rest.
 */
export const lookSql = `
  with ${marked('$2')},
  writer as materialized (${writers}),
  fact as materialized (
    select ${factsOf({ message: '$3', hashes: '$4', agent: '$13', openings: openingsOf(`(${verifiedHolders})`, { since: '$9', subject: '$10', most: '$5' }) })})
  select row_to_json(fact) as fact, found.*
    from fact left join lateral (
         select k.key, k.kind as "keyKind", k.ticket_id as "holderId", k.message_id as "leftBy", ${ticketColumns}, t.entry_count as "entryCount", t.heard_subject as "heardSubject",
                ${hasPart} as "hasPart", ${recentMails} as "recentMails"
           from ${leadsOf('$6', '$11')}
          cross join lateral (select * from ticket t where t.workspace_id = $1 and t.id = leads.id offset 0) as t
       ) as found on true`;

/**
 * The same for a message that points to no other, and locks the customers that `holders` ($1 to $4) finds. Whether a key
 * ($7) that it leaves leads to a ticket is all that it says of tickets. Most of what a statement costs is to set up its plan,
 * however little of it is run: this one is a fourth of the others.
 */
export const lookFirstSql = (holders: string): string => `
  with ${marked('$5')},
  holder as materialized (${holders})
  select ${factsOf({ message: '$6', hashes: '$8', agent: '$9', openings: openingsOf('(select distinct "customerId" as id from holder)', { since: '$10', subject: '$11', most: '$12' }) })},
         exists (select from unnest($7::text[]) as wanted(key)
                  cross join lateral (select from thread_key k
                                       where k.workspace_id = $1 and k.key = wanted.key offset 0) as k) as pointed,
         (select case when count(*) = 0 then '[]'::json else json_agg(holder) end from holder) as holders`;

const record = `
  id uuid, subject text, status text, priority text, channel text, "channelId" uuid, "customerId" uuid, "assigneeId" uuid,
  "teamId" uuid, tags text[], language text, "awaitingReplySince" timestamptz, "createdAt" timestamptz,
  "updatedAt" timestamptz, "firstRepliedAt" timestamptz, "resolvedAt" timestamptz, version integer,
  "messageCount" integer, "lastMessageId" uuid, fields jsonb, "snoozedUntil" timestamptz, "mergedIntoId" uuid, rating jsonb`;

/** The entries of $3, the message among them of the sender $13. */
const said = `
  said as (
    insert into timeline_entry (workspace_id, id, ticket_id, seq, type, at, actor_type, actor_id, actor_name, direction,
                                channel, text, html, to_addresses, cc_addresses, automatic, thread_reason, sent_at,
                                change_kind, before, after, cause, attachments, call, mentions, changed_subject, sender)
    select $1, e.id, e."ticketId", e.seq, e.type, e.at, e.actor->>'type', e.actor->>'id', e.actor->>'name', e.direction,
           e.channel, e.text, e.html, e."to", e.cc, e.automatic, e."threadReason", e."sentAt", e.kind, e.before, e.after,
           nullif(e.cause, 'null'), e.attachments, nullif(e.call, 'null'), e.mentions, e."changedSubject", case when e.direction = 'INBOUND' then $13::text end
      from jsonb_to_recordset($3::jsonb) as e(
           id uuid, "ticketId" uuid, seq integer, type text, at timestamptz, actor jsonb, direction text, channel text,
           text text, html text, "to" text[], cc text[], automatic boolean, "threadReason" text, "sentAt" timestamptz,
           kind text, before jsonb, after jsonb, cause jsonb, attachments jsonb, call jsonb, mentions uuid[],
           "changedSubject" text))`;

/** The parties $12 have a part in the ticket from now on. Most messages bring none: what writes them is left out then. */
const company = (some: boolean): string =>
  some
    ? `
  company as (
    insert into ticket_party (workspace_id, ticket_id, party)
    select $1, $11, party from unnest($12::text[]) as party on conflict do nothing)`
    : 'company as (select $12::text[])';

/**
 * The conversation keys ($7, of them $8 the message's own), left on the ticket. A key keeps the ticket it has, with two
 * exceptions: the key of a message leads to where that message is, whatever has merely named it before, and wherever it was
 * before it was lost; and a follow-up takes the conversation over from the closed ticket and from those that were merged
 * into it, and a copy from one that was lost ($9).
 */
const leaveKeys = `
  insert into thread_key as k (workspace_id, key, kind, ticket_id, message_id)
  select $1, key, case when key = any($8::text[]) then 'OWN' else 'NAMED' end, $11, $10 from unnest($7::text[]) as key
  on conflict (workspace_id, key) do update
     set kind = case when excluded.kind = 'OWN' then 'OWN' else k.kind end,
         ticket_id = excluded.ticket_id, message_id = excluded.message_id
   where k.ticket_id = any($9::uuid[]) or k.message_id = any($9::uuid[]) or k.message_id = excluded.message_id or (excluded.kind = 'OWN' and k.kind = 'NAMED')`;

/** The new customer of $14, with what they are known and found by. */
const sender = `
  sender as (
    insert into customer (workspace_id, id, name, created_at, fields)
    select $1, c.id, c.name, c."createdAt", c.fields
      from jsonb_to_record($14::jsonb) as c(id uuid, name text, "createdAt" timestamptz, fields jsonb)
    returning id, created_at),
  known_by as (
    insert into customer_identity (workspace_id, kind, value, customer_id, verified, created_at)
    select $1, i.kind, i.value, sender.id, i.verified, sender.created_at
      from sender, jsonb_to_recordset($14::jsonb -> 'identities') as i(kind text, value text, verified boolean)),
  found_by as (
    insert into customer_word (workspace_id, customer_id, word, owner_id)
    select $1, sender.id, word, sender.id from sender, jsonb_array_elements_text($14::jsonb -> 'words') as word)`;

/**
 * Makes a ticket, that of the event $2, with everything that comes along. Postgres runs the parts from the last to the
 * first: the number, for which all new tickets of a workspace wait, is taken last. They wait in a queue: if all waited for
 * the counter's row, every commit would wake all of them.
 */
export const openSql = (newSender: boolean, others: boolean): string => `
  with counter as (
    insert into ticket_number as n (workspace_id, last)
    select $1, 1 from (select pg_advisory_xact_lock(hashtextextended('number of ' || $1::uuid, 0)) offset 0) as turn
    on conflict (workspace_id) do update set last = n.last + 1 returning last),
  made as (
    insert into ticket (workspace_id, id, number, subject, status, priority, channel, channel_id, customer_id,
                        assignee_id, team_id, tags, language, awaiting_reply_since, created_at, updated_at,
                        first_replied_at, resolved_at, version, message_count, entry_count, last_message_id, fields)
    select $1, t.id, counter.last, t.subject, t.status, t.priority, t.channel, t."channelId", t."customerId",
           t."assigneeId", t."teamId", t.tags, t.language, t."awaitingReplySince", t."createdAt", t."updatedAt",
           t."firstRepliedAt", t."resolvedAt", t.version, t."messageCount", $6, t."lastMessageId", t.fields
      from counter, jsonb_to_record($2::jsonb -> 'ticket') as t(${record})),
  told as (
    insert into outbox (workspace_id, event_id, topic, payload, cause)
    select $1, $4, 'ticket.changed', jsonb_set($2::jsonb, '{ticket,number}', to_jsonb(counter.last)), $5::jsonb
      from counter),
  ${said}, ${company(others)}${newSender ? `,${sender}` : ''}
  ${leaveKeys}`;

/** Writes the next version of a locked ticket, that of the event $2, with everything that comes along. */
export const appendSql = (others: boolean): string => `
  with changed as (
    update ticket t
       set subject = n.subject, status = n.status, priority = n.priority, assignee_id = n."assigneeId",
           team_id = n."teamId", tags = n.tags, language = n.language, awaiting_reply_since = n."awaitingReplySince",
           updated_at = n."updatedAt", first_replied_at = n."firstRepliedAt", resolved_at = n."resolvedAt",
           version = n.version, message_count = n."messageCount", last_message_id = n."lastMessageId", entry_count = $6,
           customer_id = n."customerId", fields = n.fields, snoozed_until = n."snoozedUntil",
           rating = nullif(n.rating, 'null'), heir_id = n."mergedIntoId"
      from jsonb_to_record($2::jsonb -> 'ticket') as n(${record})
     where t.workspace_id = $1 and t.id = $11 and t.version = n.version - 1),
  told as (
    insert into outbox (workspace_id, event_id, topic, payload, cause)
    values ($1, $4, 'ticket.changed', $2::jsonb, $5::jsonb)),
  ${said}, ${company(others)}
  ${leaveKeys}`;
