import type { Tx } from '@smart-tickets/kit/postgres';

/** How far the answers of a workspace were looked through; `next` is null when that was all. */
export interface RecipientStep {
  readonly next: string | null;
  /** Answers that went to nobody else: they are to be erased as a whole. */
  readonly theirs: readonly string[];
}

// Of an answer that is still to be sent the recipient goes, since nothing is to be sent there; of others it stays as a count.
const scrub = `
  with looked as (
    select id, recipients, status, erased_at from delivery
     where workspace_id = $1 and ($2::uuid is null or id > $2) order by id limit $4),
  hit as (
    select l.id, l.status in ('QUEUED', 'CLAIMED') as open,
           not exists (select from jsonb_array_elements(l.recipients) r
                        where lower(r ->> 'address') <> all($3) and r ->> 'address' <> 'erased') as alone
      from looked l
     where l.erased_at is null
       and exists (select from jsonb_array_elements(l.recipients) r where lower(r ->> 'address') = any($3))),
  scrubbed as (
    update delivery d
       set recipients = (
             select coalesce(jsonb_agg(case when lower(r ->> 'address') = any($3)
                                            then r || '{"address": "erased", "error": null}' else r end order by nth), '[]')
               from jsonb_array_elements(d.recipients) with ordinality as e(r, nth)
              where not (h.open and lower(r ->> 'address') = any($3)))
      from hit h
     where not h.alone and d.workspace_id = $1 and d.id = h.id),
  unnamed as (
    update delivery_content c
       set content = jsonb_set(c.content, '{headers}', (
             select coalesce(jsonb_object_agg(named.key, to_jsonb(named.value)), '{}')
               from (select h.key, case when h.key in ('To', 'Cc') then nullif(array_to_string(array(
                              select a.address from regexp_split_to_table(h.value, ', ') with ordinality as a(address, nth)
                               where lower(a.address) <> all($3) order by a.nth), ', '), '')
                            else h.value end as value
                       from jsonb_each_text(c.content -> 'headers') h) named
              where named.value is not null))
      from hit
     where not hit.alone and c.workspace_id = $1 and c.id = hit.id)
  select (select array_agg(id) from hit where alone) as theirs,
         (select max(id::text) from looked) as last, (select count(*) from looked) as many`;

/**
 * Takes addresses, in lower case, out of the next `limit` answers after an id, in the order of ids: out of those that went
 * to others, too. Safe to repeat.
 */
export async function eraseRecipients(
  tx: Tx,
  addresses: readonly string[],
  after: string | null,
  limit: number,
): Promise<RecipientStep> {
  const { rows } = await tx.query<{ theirs: string[] | null; last: string | null; many: number }>({
    name: 'erase-recipients',
    text: scrub,
    values: [tx.workspaceId, after, addresses, limit],
  });
  const { theirs = null, last = null, many = 0 } = rows[0] ?? {};
  return { theirs: theirs ?? [], next: many < limit ? null : last };
}
