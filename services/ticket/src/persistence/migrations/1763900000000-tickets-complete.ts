import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const newTables = {
  ticket_link: `create table ticket_link (
     workspace_id uuid not null,
     ticket_id uuid not null,
     kind text not null,
     other_id uuid not null,
     created_at timestamptz(3) not null,
     constraint ticket_link_pk primary key (workspace_id, ticket_id, kind, other_id),
     constraint ticket_link_ticket foreign key (workspace_id, ticket_id) references ticket (workspace_id, id),
     constraint ticket_link_other foreign key (workspace_id, other_id) references ticket (workspace_id, id),
     constraint ticket_link_kind check (kind in ('FOLLOW_UP_OF', 'FOLLOWED_UP_BY', 'MERGED_FROM', 'SPLIT_FROM',
                                                 'SPLIT_INTO', 'PARENT', 'CHILD', 'RELATED'))
   )`,
  // The tags of tickets once more, to be looked up: row-level security keeps an index on an array from being used. A
  // trigger keeps it, whoever writes tickets.
  ticket_tag: `create table ticket_tag (
     workspace_id uuid not null,
     tag text not null,
     ticket_id uuid not null,
     constraint ticket_tag_pk primary key (workspace_id, tag, ticket_id)
   )`,
  // Presence is worth nothing after a crash: unlogged.
  ticket_viewer: `create unlogged table ticket_viewer (
     workspace_id uuid not null,
     ticket_id uuid not null,
     agent_id uuid not null,
     since timestamptz(3) not null,
     seen_at timestamptz(3) not null,
     writing boolean not null,
     constraint ticket_viewer_pk primary key (workspace_id, ticket_id, agent_id)
   )`,
  // The last message of a ticket that an agent's client was given.
  ticket_seen: `create unlogged table ticket_seen (
     workspace_id uuid not null,
     agent_id uuid not null,
     ticket_id uuid not null,
     ticket_version integer not null,
     last_message_id uuid,
     at timestamptz(3) not null,
     constraint ticket_seen_pk primary key (workspace_id, agent_id, ticket_id)
   )`,
  custom_field: `create table custom_field (
     workspace_id uuid not null,
     applies_to text not null,
     key text not null,
     label text not null,
     type text not null,
     options text[],
     required boolean not null,
     default_value jsonb,
     archived boolean not null,
     created_at timestamptz(3) not null,
     constraint custom_field_pk primary key (workspace_id, applies_to, key),
     constraint custom_field_owner check (applies_to in ('TICKET', 'CUSTOMER')),
     constraint custom_field_type check (type in ('TEXT', 'NUMBER', 'BOOLEAN', 'ENUM', 'DATE'))
   )`,
  // What a merge of customers moved, so that it can be taken back.
  customer_merge: `create table customer_merge (
     workspace_id uuid not null,
     from_id uuid not null,
     into_id uuid not null,
     at timestamptz(3) not null,
     ticket_ids uuid[] not null,
     constraint customer_merge_pk primary key (workspace_id, from_id),
     constraint customer_merge_from foreign key (workspace_id, from_id) references customer (workspace_id, id),
     constraint customer_merge_into foreign key (workspace_id, into_id) references customer (workspace_id, id)
   )`,
  erasure: `create table erasure (
     workspace_id uuid not null,
     customer_id uuid not null,
     id uuid not null,
     requested_by text not null,
     requested_at timestamptz(3) not null,
     completed_at timestamptz(3),
     -- The last ticket that was erased, in the order of ids; how many requests went out, and how many they are in all.
     reached uuid not null,
     sent integer not null,
     parts integer,
     -- By what the customers were known, until it is taken out of what others were sent.
     addresses text[],
     constraint erasure_pk primary key (workspace_id, customer_id),
     constraint erasure_id unique (workspace_id, id)
   )`,
  erasure_part: `create table erasure_part (
     workspace_id uuid not null,
     erasure_id uuid not null,
     service text not null,
     part integer not null,
     erased_at timestamptz(3) not null,
     counts jsonb not null,
     constraint erasure_part_pk primary key (workspace_id, erasure_id, service, part)
   )`,
  // By whom a message on its way is known that was handed in before its sender was erased.
  erased_identity: `create table erased_identity (
     workspace_id uuid not null,
     hash bytea not null,
     erased_at timestamptz(3) not null,
     constraint erased_identity_pk primary key (workspace_id, hash)
   )`,
  // What a customer is found by: the name from each of its words on, and every identity. `owner_id` is whose it is,
  // `customer_id` who stands for that customer since a merge.
  customer_word: `create table customer_word (
     workspace_id uuid not null,
     customer_id uuid not null,
     word text collate "C" not null,
     owner_id uuid not null,
     constraint customer_word_pk primary key (workspace_id, customer_id, word, owner_id),
     constraint customer_word_owner foreign key (workspace_id, owner_id) references customer (workspace_id, id)
   )`,
  // Files that were announced for upload, until an answer takes them.
  upload: `create table upload (
     workspace_id uuid not null,
     id uuid not null,
     owner_id text not null,
     file_name text not null,
     media_type text not null,
     size_bytes integer not null,
     sha256 text not null,
     created_at timestamptz(3) not null default now(),
     constraint upload_pk primary key (workspace_id, id)
   )`,
};

const priorityRank = `(case priority when 'URGENT' then 0 when 'HIGH' then 1 when 'NORMAL' then 2 else 3 end)`;
const waitingSince = `coalesce(awaiting_reply_since, timestamptz '9999-12-31 00:00:00+00')`;

const changes = [
  `create index upload_by_age on upload (created_at)`,
  `alter table workspace add column close_resolved_after_days integer not null default 4,
                         add column retention_days integer not null default 7`,
  `alter table ticket add column fields jsonb not null default '{}',
                      add column snoozed_until timestamptz(3),
                      add column rating jsonb,
                      -- The ticket it was merged into, and the one at the end of the chain of such merges.
                      add column merged_into uuid,
                      add column heir_id uuid,
                      add column status_before_merge text,
                      add column awaiting_before_merge timestamptz(3),
                      add column snoozed_before_merge timestamptz(3),
                      add constraint ticket_merged_into foreign key (workspace_id, merged_into) references ticket (workspace_id, id),
                      add constraint ticket_heir foreign key (workspace_id, heir_id) references ticket (workspace_id, id),
                      add constraint ticket_merge_whole check ((merged_into is null) = (heir_id is null))`,
  `insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
   select workspace_id, id, 'FOLLOW_UP_OF', follow_up_of, created_at from ticket where follow_up_of is not null
   union all
   select workspace_id, follow_up_of, 'FOLLOWED_UP_BY', id, created_at from ticket where follow_up_of is not null`,
  `alter table ticket drop column follow_up_of`,
  `create index ticket_of_heir on ticket (workspace_id, heir_id) where heir_id is not null`,
  // The message that left the key: where a split moves the message, its keys go along.
  `alter table thread_key add column message_id uuid`,
  `create index ticket_by_waiting on ticket
     (workspace_id, ${waitingSince}, id)`,
  `create index ticket_by_priority on ticket
     (workspace_id, ${priorityRank}, created_at, id)`,
  // What is worked on is a small part of a workspace's tickets, and the newest: without indexes of their own, orders that
  // begin with the oldest would walk past all that is closed.
  ...(
    [
      ['creation', 'created_at'],
      ['priority', `${priorityRank}, created_at`],
      ['waiting', waitingSince],
    ] as const
  ).map(
    ([name, columns]) => `create index ticket_active_by_${name} on ticket (workspace_id, ${columns}, id)
       where status in ('NEW', 'OPEN', 'PENDING', 'ON_HOLD') or awaiting_reply_since is not null`,
  ),
  `create function keep_ticket_tags() returns trigger language plpgsql as $$
   begin
     if tg_op = 'UPDATE' then
       delete from ticket_tag g using unnest(old.tags) as gone(tag)
        where g.workspace_id = old.workspace_id and g.tag = gone.tag and g.ticket_id = old.id and gone.tag <> all (new.tags);
     end if;
     insert into ticket_tag (workspace_id, tag, ticket_id) select new.workspace_id, tag, new.id from unnest(new.tags) as tag
     on conflict do nothing;
     return null;
   end $$`,
  `create trigger ticket_tagged after insert on ticket
     for each row when (new.tags <> '{}') execute function keep_ticket_tags()`,
  `create trigger ticket_retagged after update of tags on ticket
     for each row when (new.tags is distinct from old.tags) execute function keep_ticket_tags()`,
  `insert into ticket_tag (workspace_id, tag, ticket_id)
   select distinct workspace_id, tag, id from ticket, unnest(tags) as tag`,
  `create index ticket_resolved on ticket (workspace_id, resolved_at, id) where status = 'RESOLVED'`,
  // Serves all workspaces at once: what has to wake now.
  `create index ticket_waking on ticket (snoozed_until, id) where snoozed_until is not null`,
  `alter table timeline_entry add column mentions uuid[],
                              add column attachments jsonb,
                              add column call jsonb,
                              drop constraint timeline_entry_type,
                              add constraint timeline_entry_type check (type in ('MESSAGE', 'NOTE', 'CHANGE'))`,
  `update timeline_entry set attachments = '[]' where type = 'MESSAGE'`,
  `create index timeline_entry_by_time on timeline_entry (workspace_id, ticket_id, at, seq)`,
  `alter table customer add column company text,
                        add column language text,
                        add column time_zone text,
                        add column groups text[] not null default '{}',
                        add column fields jsonb not null default '{}',
                        add column notes text,
                        add column merged_into uuid,
                        add column heir_id uuid,
                        add column erased_at timestamptz(3),
                        add constraint customer_heir foreign key (workspace_id, heir_id) references customer (workspace_id, id)`,
  `create index customer_of_heir on customer (workspace_id, heir_id) where heir_id is not null`,
  // A claim may be made by many; what is verified belongs to one.
  `alter table customer_identity add column verified boolean not null default true,
                                 drop constraint customer_identity_pk,
                                 add constraint customer_identity_pk primary key (workspace_id, kind, value, customer_id)`,
  `create unique index customer_identity_verified on customer_identity (workspace_id, kind, value) where verified`,
  `create index customer_by_creation on customer (workspace_id, created_at, id) where heir_id is null and erased_at is null`,
  `create index customer_word_search on customer_word (workspace_id, word, customer_id)`,
  `with named as (
     select workspace_id, id, string_to_array(trim(regexp_replace(lower(normalize(name, nfkc)), '\\s+', ' ', 'g')), ' ') as words
       from customer where name is not null)
   insert into customer_word (workspace_id, customer_id, word, owner_id)
   select workspace_id, id, left(array_to_string(words[n:], ' '), 200), id
     from named, generate_series(1, least(20, cardinality(words))) as n
   union
   select workspace_id, customer_id, left(lower(normalize(value, nfkc)), 200), customer_id from customer_identity`,
  // What a customer has said and done, on whatever ticket: an erasure has to find it.
  `create index timeline_entry_by_customer on timeline_entry (workspace_id, actor_id, ticket_id)
     where actor_type = 'CUSTOMER'`,
  // Which tickets a customer has had, before they were given to somebody else.
  `create index timeline_entry_customer_change on timeline_entry (workspace_id, ticket_id)
     where change_kind = 'CUSTOMER'`,
  // What an event is about: an erasure has to find the events of a ticket. A column, because row-level security keeps an
  // index on an expression over JSON from being used.
  `alter table event_log add column about uuid
     generated always as (coalesce(payload #>> '{ticket,id}', payload ->> 'erasureId')::uuid) stored`,
  `create index event_log_about on event_log (workspace_id, about) where about is not null`,
];

/** Everything that tickets and customers have beyond their first form. */
export class TicketsComplete1763900000000 implements MigrationInterface {
  readonly name = 'TicketsComplete1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      ...Object.values(newTables),
      ...changes,
      ...Object.keys(newTables).flatMap((table) => isolate(table)),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  /** What the first form cannot hold would be lost; go back by restoring a backup. */
  down(): Promise<void> {
    return Promise.reject(new Error('the tickets of this version do not fit into the one before'));
  }
}
