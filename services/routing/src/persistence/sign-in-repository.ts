import type { Statement } from '@smart-tickets/kit/postgres';
import type { AgentRole } from '../domain/people.ts';
import {
  knownSourceDays,
  mostKnownSources,
  mostSessions,
  sessionDays,
  type TryLimit,
} from '../domain/sign-in-limits.ts';

/** Who signs in with an address, as far as anybody does: all null where nobody does. */
export interface AccountRow {
  /** Whether the workspace is one at all. */
  readonly inhabited: boolean;
  readonly agentId: string | null;
  readonly role: AgentRole | null;
  readonly hash: string | null;
  /** Whether this agent has signed in from the same source lately. */
  readonly known: boolean;
}

/** A session with the agent as they are now; `hasPassword` is false where an admin has taken it away. */
export interface SessionRow {
  readonly agentId: string;
  readonly role: AgentRole;
  readonly hasPassword: boolean;
  readonly turn: number;
  readonly createdAt: string;
  readonly usedAt: string;
}

/** An agent's password as it stands. */
export interface PasswordRow {
  readonly agentId: string;
  readonly name: string;
  readonly email: string;
  readonly hash: string | null;
}

/** Statements about passwords, sessions and tries; each is of one workspace. */
export const signInStatements = {
  /** Always one `AccountRow`. */
  account: (workspaceId: string, address: string, source: string, now: Date): Statement => ({
    name: 'sign-in-account',
    text: `select exists (select from agent where workspace_id = $1) as inhabited,
                  p.agent_id as "agentId", a.role, p.hash,
                  exists (select from sign_in_source s
                           where s.workspace_id = $1 and s.agent_id = p.agent_id and s.source = $3
                             and s.seen_at > $4::timestamptz - make_interval(days => $5)) as known
             from (values (1)) as one(one)
             left join agent_password p on p.workspace_id = $1 and p.address = $2
             left join agent a on a.workspace_id = p.workspace_id and a.id = p.agent_id`,
    values: [workspaceId, address, source, now, knownSourceDays],
  }),

  /**
   * Takes one try of a key; no row when none is left. Source of the arithmetic: the generic cell rate algorithm (ITU-T
   * I.371 annex A), by which one instant says how many tries are left.
   */
  takeTry: (workspaceId: string, key: string, { everyMs, burst }: TryLimit, now: Date): Statement => ({
    name: 'sign-in-take-try',
    text: `insert into sign_in_budget as b (workspace_id, key, full_at)
           values ($1, $2, $3::timestamptz + $4::int * interval '1 millisecond')
               on conflict (workspace_id, key) do update
              set full_at = greatest(b.full_at, $3) + $4::int * interval '1 millisecond'
            where greatest(b.full_at, $3) + $4::int * interval '1 millisecond'
                  <= $3 + $4::int * $5::int * interval '1 millisecond'
           returning key`,
    values: [workspaceId, key, now, everyMs, burst],
  }),

  /** `fullAt` of a key. */
  budget: (workspaceId: string, key: string): Statement => ({
    name: 'sign-in-budget',
    text: `select full_at as "fullAt" from sign_in_budget where workspace_id = $1 and key = $2`,
    values: [workspaceId, key],
  }),

  /** Gives all tries of a key back. */
  clearTries: (workspaceId: string, key: string): Statement => ({
    name: 'sign-in-clear-tries',
    text: `delete from sign_in_budget where workspace_id = $1 and key = $2`,
    values: [workspaceId, key],
  }),

  /** Gives one try of a key back. */
  giveTryBack: (workspaceId: string, key: string, { everyMs }: TryLimit): Statement => ({
    name: 'sign-in-give-try-back',
    text: `update sign_in_budget set full_at = full_at - $3::int * interval '1 millisecond'
            where workspace_id = $1 and key = $2`,
    values: [workspaceId, key, everyMs],
  }),

  /** Notes where an agent has signed in from. */
  rememberSource: (workspaceId: string, agentId: string, source: string, now: Date): Statement => ({
    name: 'sign-in-remember-source',
    text: `insert into sign_in_source (workspace_id, agent_id, source, seen_at) values ($1, $2, $3, $4)
               on conflict (workspace_id, agent_id, source) do update set seen_at = excluded.seen_at`,
    values: [workspaceId, agentId, source, now],
  }),

  /** Forgets all but the latest sources of an agent. */
  trimSources: (workspaceId: string, agentId: string): Statement => ({
    name: 'sign-in-trim-sources',
    text: `delete from sign_in_source where workspace_id = $1 and agent_id = $2 and source in (
             select source from sign_in_source where workspace_id = $1 and agent_id = $2
              order by seen_at desc, source offset $3)`,
    values: [workspaceId, agentId, mostKnownSources],
  }),

  forgetSources: (workspaceId: string, agentId: string): Statement => ({
    name: 'sign-in-forget-sources',
    text: `delete from sign_in_source where workspace_id = $1 and agent_id = $2`,
    values: [workspaceId, agentId],
  }),

  /** Locks and gives an agent's `PasswordRow`; no row for who is no agent. */
  password: (workspaceId: string, agentId: string): Statement => ({
    name: 'sign-in-password',
    text: `select a.id as "agentId", a.name, a.email, p.hash
             from agent a
             left join agent_password p on p.workspace_id = a.workspace_id and p.agent_id = a.id
            where a.workspace_id = $1 and a.id = $2
              for update of a`,
    values: [workspaceId, agentId],
  }),

  /** Sets or, by null, takes away a password. Violates `agent_password_address_key` when another has the address. */
  putPassword: (
    workspaceId: string,
    agentId: string,
    address: string,
    hash: string | null,
    now: Date,
  ): Statement => ({
    name: 'sign-in-put-password',
    text: `insert into agent_password (workspace_id, agent_id, address, hash, changed_at)
           values ($1, $2, $3, $4, $5)
               on conflict (workspace_id, agent_id) do update
              set address = excluded.address, hash = excluded.hash, changed_at = excluded.changed_at`,
    values: [workspaceId, agentId, address, hash, now],
  }),

  addSession: (workspaceId: string, id: string, agentId: string, now: Date): Statement => ({
    name: 'sign-in-add-session',
    text: `insert into agent_session (workspace_id, id, agent_id, turn, created_at, used_at)
           values ($1, $2, $3, 0, $4, $4)`,
    values: [workspaceId, id, agentId, now],
  }),

  /** Ends all but the sessions of an agent that were used last. */
  trimSessions: (workspaceId: string, agentId: string): Statement => ({
    name: 'sign-in-trim-sessions',
    text: `delete from agent_session where workspace_id = $1 and id in (
             select id from agent_session where workspace_id = $1 and agent_id = $2
              order by used_at desc, id desc offset $3)`,
    values: [workspaceId, agentId, mostSessions],
  }),

  /** Locks and gives a `SessionRow`. */
  session: (workspaceId: string, id: string): Statement => ({
    name: 'sign-in-session',
    text: `select s.agent_id as "agentId", a.role, coalesce(p.hash is not null, false) as "hasPassword", s.turn,
                  s.created_at as "createdAt", s.used_at as "usedAt"
             from agent_session s
             join agent a on a.workspace_id = s.workspace_id and a.id = s.agent_id
             left join agent_password p on p.workspace_id = s.workspace_id and p.agent_id = s.agent_id
            where s.workspace_id = $1 and s.id = $2
              for update of s`,
    values: [workspaceId, id],
  }),

  useSession: (workspaceId: string, id: string, turn: number, now: Date): Statement => ({
    name: 'sign-in-use-session',
    text: `update agent_session set turn = $3, used_at = $4 where workspace_id = $1 and id = $2`,
    values: [workspaceId, id, turn, now],
  }),

  endSession: (workspaceId: string, id: string): Statement => ({
    name: 'sign-in-end-session',
    text: `delete from agent_session where workspace_id = $1 and id = $2`,
    values: [workspaceId, id],
  }),

  endSessions: (workspaceId: string, agentId: string): Statement => ({
    name: 'sign-in-end-sessions',
    text: `delete from agent_session where workspace_id = $1 and agent_id = $2`,
    values: [workspaceId, agentId],
  }),
};

/** What the sweep deletes: `$1` is its retention in days, which is also how long an unused session lasts. */
export const signInTrims: readonly string[] = [
  `delete from agent_session where (workspace_id, id) in (
     select workspace_id, id from agent_session
      where used_at < now() - make_interval(days => $1) or created_at < now() - interval '${sessionDays} days' limit $2)`,
  `delete from sign_in_source where (workspace_id, agent_id, source) in (
     select workspace_id, agent_id, source from sign_in_source
      where $1::int > 0 and seen_at < now() - interval '${knownSourceDays} days' limit $2)`,
  `delete from sign_in_budget where (workspace_id, key) in (
     select workspace_id, key from sign_in_budget where $1::int > 0 and full_at < now() limit $2)`,
];
