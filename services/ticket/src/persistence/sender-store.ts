import type { Tx } from '@smart-tickets/kit/postgres';
import { hash } from 'node:crypto';
import { wordOfIdentity, wordsOfName } from '../domain/customer-words.ts';
import type { CustomerIdentity } from '../domain/customer.ts';
import { identityRanks, type IdentityHolder } from '../domain/match-customer.ts';

/** Most identities that a customer takes; what comes beyond is not noted. */
export const maxIdentities = 50;

/**
 * By what an identity of an erased customer is remembered while messages may still be on their way. A claim is not the
 * same as the address itself.
 */
export function identityHash(workspaceId: string, { kind, value, verified }: CustomerIdentity): Buffer {
  return hash('sha256', `${workspaceId}\n${verified ? kind : `claim ${kind}`}:${value}`, 'buffer');
}

/**
 * Finds the customers who hold one of a message's identities: the verified ones, or, where it has none, the one customer
 * who is known by nothing but the message's strongest claim. Merged-away customers count as those who stand for them.
 * They are locked in the order of ids: they stay as they are, neither merged nor erased, until the end of the transaction.
 * Of one who has been erased while that lock was waited for there is a row without a customer, see `holdersIn`. Each has four
 * values.
 */
export function holdersOf(workspaceId: string, identities: readonly CustomerIdentity[]) {
  const verified = identities.filter((identity) => identity.verified);
  const claim = identities[0];
  if (verified.length > 0 || claim === undefined) {
    const values = [workspaceId, verified.map(({ kind }) => kind), verified.map(({ value }) => value), null];
    // One identity contradicts no other.
    return verified.length > 1
      ? { name: 'holders', text: holdersSql(knownOfThem), values }
      : { name: 'holder', text: holdersSql("'{}'::text[]"), values };
  }
  return {
    name: 'claimant',
    text: claimantSql,
    values: [workspaceId, claim.kind, claim.value, identityRanks],
  };
}

/** A row of what `holdersOf` finds. */
export type HolderRow = Omit<IdentityHolder, 'customerId'> & { readonly customerId: string | null };

/** Those of the rows that have a customer. */
export function holdersIn(rows: readonly HolderRow[]): IdentityHolder[] {
  return rows.flatMap(({ customerId, ...holder }) =>
    customerId === null ? [] : [{ ...holder, customerId }],
  );
}

/** By what those are remembered who held a message's identities and were erased. */
export function hashesOf(workspaceId: string, identities: readonly CustomerIdentity[]): Buffer[] {
  const verified = identities.filter((identity) => identity.verified);
  const telling = verified.length > 0 ? verified : identities;
  return telling.map((identity) => identityHash(workspaceId, identity));
}

const named = `exists (select from customer s where s.workspace_id = $1 and s.id = h.id and s.name is not null offset 0)`;
const family = `(select h.id union all select m.id from customer m where m.workspace_id = $1 and m.heir_id = h.id)`;
// The joins are in the order in which they are to be made, see reception-sql.ts.
const locked = `
  left join lateral (select c.id, c.heir_id from customer c
                       where c.workspace_id = $1 and c.id = i.customer_id and c.erased_at is null for key share) as c on true
  cross join lateral (select case when c.heir_id is null then c.id else c.heir_id end as id) as h`;

const knownOfThem = `array(
           select k.kind || ':' || k.value
             from ${family} as f
            cross join lateral (select k.kind, k.value from customer_identity k
                                 where k.workspace_id = $1 and k.customer_id = f.id and k.verified offset 0) as k
            where k.kind in ('EXTERNAL', 'EMAIL')
            limit 200)`;

const holdersSql = (known: string): string => `
  select i.kind, i.value, h.id as "customerId", ${named} as named, i.undeliverable_since is not null as undeliverable,
         ${known} as known
    from (select i.kind, i.value, i.customer_id, i.undeliverable_since
            from unnest($2::text[], $3::text[]) as wanted(kind, value)
           cross join lateral (select * from customer_identity i
                                where i.workspace_id = $1 and i.kind = wanted.kind and i.value = wanted.value
                                  and i.verified offset 0) as i
           where $4::text is null
           order by i.customer_id offset 0) as i ${locked}`;

const claimantSql = `
  select i.kind, i.value, h.id as "customerId", ${named} as named, i.undeliverable_since is not null as undeliverable,
         '{}'::text[] as known
    from (select i.* from customer_identity i
           where i.workspace_id = $1 and i.kind = $2 and i.value = $3 and not i.verified
             and not exists (
                   select from customer_identity o
                    where o.workspace_id = $1 and o.customer_id = i.customer_id and (o.kind, o.value) <> (i.kind, i.value)
                      and array_position($4::text[], o.kind) <= array_position($4::text[], i.kind) offset 0)
           order by i.created_at, i.customer_id offset 0) as i ${locked}
   where not exists (
           select from ${family} as f
            cross join lateral (select from customer_identity k
                                 where k.workspace_id = $1 and k.customer_id = f.id and k.verified offset 0) as k
           offset 0)
   limit 1`;

/** What a customer is found by. */
export function wordsOf(name: string | null, identities: readonly CustomerIdentity[]): string[] {
  return [...new Set([...wordsOfName(name), ...identities.map(wordOfIdentity)])].filter(
    (word) => word !== '',
  );
}

/** Senders of messages within one transaction: who is known, who is new. Call it under the locks of their identities. */
export class SenderStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The customers who hold one of these identities, as `holdersOf` finds them. */
  async holders(identities: readonly CustomerIdentity[]): Promise<IdentityHolder[]> {
    const { name, text, values } = holdersOf(this.#tx.workspaceId, identities);
    return holdersIn((await this.#tx.query<HolderRow>({ name: `sender-${name}`, text, values })).rows);
  }

  /** Adds a customer with the identities by which they are known. */
  add(
    customerId: string,
    name: string | null,
    identities: readonly CustomerIdentity[],
    nowIso: string,
    fields: Record<string, unknown> = {},
  ): void {
    const kept = identities.slice(0, maxIdentities);
    this.#tx.send({
      name: 'customer-add',
      text: `with made as (insert into customer (workspace_id, id, name, created_at, fields)
                           values ($1, $2, $3, $4, $9::jsonb)),
                  found_by as (insert into customer_word (workspace_id, customer_id, word, owner_id)
                               select $1, $2, word, $2 from unnest($8::text[]) as word)
             insert into customer_identity (workspace_id, kind, value, customer_id, verified, created_at)
             select $1, i.kind, i.value, $2, i.verified, $4
               from unnest($5::text[], $6::text[], $7::boolean[]) as i(kind, value, verified)`,
      values: [
        this.#tx.workspaceId,
        customerId,
        name,
        nowIso,
        ...columnsOf(kept),
        wordsOf(name, kept),
        JSON.stringify(fields),
      ],
    });
  }

  /**
   * Notes what a message says of a known customer. What they or those merged into them are known by already stays as it
   * is, but that a claim becomes verified; verified identities must be nobody else's.
   */
  attach(customerId: string, identities: readonly CustomerIdentity[], nowIso: string): void {
    if (identities.length === 0) return;
    this.#tx.send({
      name: 'customer-attach',
      text: `with family as (
               select id from customer where workspace_id = $1 and (id = $2 or heir_id = $2)),
             held as (
               select count(*) as many from customer_identity where workspace_id = $1 and customer_id = $2),
             noted as (
               insert into customer_identity (workspace_id, kind, value, customer_id, verified, created_at)
               select $1, n.kind, n.value, $2, n.verified, $6
                 from unnest($3::text[], $4::text[], $5::boolean[]) with ordinality as n(kind, value, verified, nth), held
                where held.many + n.nth <= $8
                  and not exists (select from customer_identity k join family on family.id = k.customer_id
                                   where k.workspace_id = $1 and k.kind = n.kind and k.value = n.value
                                         and (k.verified or not n.verified))
               on conflict (workspace_id, kind, value, customer_id) do update set verified = true
               returning kind, value)
             insert into customer_word (workspace_id, customer_id, word, owner_id)
             select distinct $1::uuid, $2::uuid, w.word, $2::uuid
               from unnest($3::text[], $4::text[], $7::text[]) as w(kind, value, word)
               join noted on noted.kind = w.kind and noted.value = w.value
              where w.word <> ''
             on conflict do nothing`,
      values: [
        this.#tx.workspaceId,
        customerId,
        ...columnsOf(identities),
        nowIso,
        identities.map(wordOfIdentity),
        maxIdentities,
      ],
    });
  }

  /** Notes that answers to these verified identities arrive again: something came from there. */
  revive(identities: readonly CustomerIdentity[]): void {
    const verified = identities.filter((identity) => identity.verified);
    this.#tx.send({
      name: 'customer-revive',
      text: `update customer_identity i set undeliverable_since = null, undeliverable_reason = null
               from unnest($2::text[], $3::text[]) as n(kind, value)
              where i.workspace_id = $1 and i.kind = n.kind and i.value = n.value and i.undeliverable_since is not null`,
      values: [this.#tx.workspaceId, ...columnsOf(verified).slice(0, 2)],
    });
  }

  /** Gives a name to a customer who has none. */
  introduce(customerId: string, name: string): void {
    this.#tx.send({
      name: 'customer-introduce',
      text: `with named as (
               update customer set name = $3 where workspace_id = $1 and id = $2 and name is null and erased_at is null
               returning id)
             insert into customer_word (workspace_id, customer_id, word, owner_id)
             select $1, named.id, word, named.id from named, unnest($4::text[]) as word
             on conflict do nothing`,
      values: [this.#tx.workspaceId, customerId, name, wordsOfName(name)],
    });
  }
}

function columnsOf(identities: readonly CustomerIdentity[]): [string[], string[], boolean[]] {
  return [
    identities.map(({ kind }) => kind),
    identities.map(({ value }) => value),
    identities.map(({ verified }) => verified),
  ];
}
