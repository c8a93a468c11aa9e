import { EntitySchema } from 'typeorm';

/** Row of table `agent_password`: no hash, no sign-in. `address` is the agent's mail address in small letters. */
export interface AgentPasswordRow {
  workspaceId: string;
  agentId: string;
  address: string;
  hash: string | null;
  changedAt: Date;
}

/** Row of table `agent_session`; `turn` counts how often its refresh token was changed. */
export interface AgentSessionRow {
  workspaceId: string;
  id: string;
  agentId: string;
  turn: number;
  createdAt: Date;
  usedAt: Date;
}

/** Row of table `sign_in_source`: an address of the network, hashed, from which the agent has signed in. */
export interface SignInSourceRow {
  workspaceId: string;
  agentId: string;
  source: string;
  seenAt: Date;
}

/** Row of table `sign_in_budget`: when all tries of a key will be there again. */
export interface SignInBudgetRow {
  workspaceId: string;
  key: string;
  fullAt: Date;
}

const ofAgent = (table: string) => ({
  name: `${table}_agent_fk`,
  target: 'agent',
  columnNames: ['workspaceId', 'agentId'],
  referencedColumnNames: ['workspaceId', 'id'],
  onDelete: 'CASCADE' as const,
});

const keyColumn = (table: string, name: string, type: 'uuid' | 'text') => ({
  name,
  type,
  primary: true,
  primaryKeyConstraintName: `${table}_pk`,
});

/** Passwords of agents. */
export const agentPasswordSchema = new EntitySchema<AgentPasswordRow>({
  name: 'agent_password',
  columns: {
    workspaceId: keyColumn('agent_password', 'workspace_id', 'uuid'),
    agentId: keyColumn('agent_password', 'agent_id', 'uuid'),
    address: { type: 'text' },
    hash: { type: 'text', nullable: true },
    changedAt: { name: 'changed_at', type: 'timestamptz', precision: 3 },
  },
  uniques: [{ name: 'agent_password_address_key', columns: ['workspaceId', 'address'] }],
  foreignKeys: [ofAgent('agent_password')],
});

/** Sessions of agents. */
export const agentSessionSchema = new EntitySchema<AgentSessionRow>({
  name: 'agent_session',
  columns: {
    workspaceId: keyColumn('agent_session', 'workspace_id', 'uuid'),
    id: keyColumn('agent_session', 'id', 'uuid'),
    agentId: { name: 'agent_id', type: 'uuid' },
    turn: { type: 'int' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
    usedAt: { name: 'used_at', type: 'timestamptz', precision: 3 },
  },
  indices: [{ name: 'agent_session_of_agent', columns: ['workspaceId', 'agentId', 'usedAt'] }],
  foreignKeys: [ofAgent('agent_session')],
});

/** Where agents have signed in from. */
export const signInSourceSchema = new EntitySchema<SignInSourceRow>({
  name: 'sign_in_source',
  columns: {
    workspaceId: keyColumn('sign_in_source', 'workspace_id', 'uuid'),
    agentId: keyColumn('sign_in_source', 'agent_id', 'uuid'),
    source: keyColumn('sign_in_source', 'source', 'text'),
    seenAt: { name: 'seen_at', type: 'timestamptz', precision: 3 },
  },
  foreignKeys: [ofAgent('sign_in_source')],
});

/** Tries that are left. */
export const signInBudgetSchema = new EntitySchema<SignInBudgetRow>({
  name: 'sign_in_budget',
  columns: {
    workspaceId: keyColumn('sign_in_budget', 'workspace_id', 'uuid'),
    key: keyColumn('sign_in_budget', 'key', 'text'),
    fullAt: { name: 'full_at', type: 'timestamptz', precision: 3 },
  },
});
