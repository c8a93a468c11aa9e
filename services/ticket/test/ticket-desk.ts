import {
  jobs,
  type JobEnvelope,
  type NormalisedMessage,
  type Role,
  type TicketEvent,
} from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { openParts, type Running } from '@smart-tickets/kit/service';
import { createQueueDatabase, createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { startTicket } from '../src/app.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { migrations } from '../src/persistence/migrations/index.ts';
import { readTickets } from '../src/persistence/ticket-queries.ts';
import type { Caller, Deps } from '../src/use-cases/deps.ts';
import { receiveMessage } from '../src/use-cases/receive-message.ts';
import { seedTickets } from '../src/seed.ts';

export interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** One workspace of a desk: two agents that tickets can be assigned to, a viewer, two teams. */
export class Workplace {
  readonly workspaceId = newId();
  readonly agentId = newId();
  readonly otherAgentId = newId();
  readonly viewerId = newId();
  readonly teamId = newId();
  readonly otherTeamId = newId();
  readonly caller: Caller = {
    workspaceId: this.workspaceId,
    agentId: this.agentId,
    requestId: 'test-request',
  };
  readonly otherCaller: Caller = { ...this.caller, agentId: this.otherAgentId };

  async plant(system: pg.Pool): Promise<void> {
    await seedTickets(system, {
      workspace: { id: this.workspaceId, name: 'W', timeZone: 'UTC' },
      teams: [{ id: this.teamId }, { id: this.otherTeamId }],
      agents: [
        { id: this.agentId, role: 'ADMIN' },
        { id: this.otherAgentId, role: 'AGENT' },
        { id: this.viewerId, role: 'VIEWER' },
      ],
    });
  }
}

/** A running ticket service on a database of its own, with two workspaces; tests call its use-cases or ask its GraphQL. */
export class TicketDesk {
  readonly ours = new Workplace();
  readonly theirs = new Workplace();
  readonly key = 'k'.repeat(40);
  /** Set it to let the use-cases that are given `deps` live at another instant. */
  now: () => Date = () => new Date();
  readonly deps: Deps;
  readonly system: pg.Pool;
  readonly database: TestDatabase;
  #queues: TestDatabase;
  #running: Running;
  #folder: string;

  private constructor(
    deps: Deps,
    system: pg.Pool,
    database: TestDatabase,
    queues: TestDatabase,
    running: Running,
    folder: string,
  ) {
    this.deps = { ...deps, now: () => this.now() };
    this.system = system;
    this.database = database;
    this.#queues = queues;
    this.#running = running;
    this.#folder = folder;
  }

  /** `env` is configuration beside what every test needs. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<TicketDesk> {
    const database = await createTestDatabase(migrations);
    const queues = await createQueueDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'ticket-files-'));
    const config = readConfig(serviceConfigSchema, {
      DATABASE_URL: database.url,
      QUEUE_URL: queues.url,
      INTERNAL_TOKEN_KEY: 'k'.repeat(40),
      PORT: '0',
      BLOB_URL: pathToFileURL(folder).href,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      ...env,
    });
    const parts = openParts('ticket', config);
    const running = await startTicket(parts, null);
    const deps = {
      pool: parts.pool,
      blobs: openBlobs(config),
      links: new FileLinks(config.INTERNAL_TOKEN_KEY, undefined),
      allowInsecureWebhooks: config.WEBHOOK_ALLOW_INSECURE,
      eventsWritten: parts.eventsWritten,
      now: () => new Date(),
      newId,
    };
    const desk = new TicketDesk(deps, parts.systemPool, database, queues, running, folder);
    await desk.ours.plant(desk.system);
    await desk.theirs.plant(desk.system);
    return desk;
  }

  async close(): Promise<void> {
    await this.#running.stop();
    await this.database.drop();
    await this.#queues.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#running.port}/graphql`;
  }

  /** The header value by which the gateway would speak for somebody. */
  token(role: Role, subject: string, workspaceId: string): string {
    return signInternalToken(this.key, { workspaceId, role, subject, generation: null }, Date.now());
  }

  /** Asks over HTTP; as our first agent, an ADMIN, unless told otherwise. */
  async ask(
    query: string,
    variables: object = {},
    viewer: { role?: Role; subject?: string; workspaceId?: string } = {},
  ): Promise<GraphQLAnswer> {
    const { role = 'ADMIN', subject = this.ours.agentId, workspaceId = this.ours.workspaceId } = viewer;
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [internalTokenHeader]: this.token(role, subject, workspaceId),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  /** Like `ask`, but an error fails the test. */
  async data<T>(
    query: string,
    variables: object = {},
    viewer: Parameters<TicketDesk['ask']>[2] = {},
  ): Promise<T> {
    const answer = await this.ask(query, variables, viewer);
    if (answer.errors !== undefined || answer.data == null) throw new Error(JSON.stringify(answer));
    return answer.data as T;
  }

  /** A job as the queue would deliver it. */
  job<P>(payload: P, of: Workplace = this.ours): JobEnvelope<P> {
    const cause = { requestId: 'r', eventId: null, depth: 0 };
    return { id: newId(), workspaceId: of.workspaceId, pos: 1, cause, at: new Date().toISOString(), payload };
  }

  /** Hands in a message as the intake would, and gives back the ticket it is on. */
  async receive(parts: Partial<NormalisedMessage> = {}, of: Workplace = this.ours): Promise<Ticket> {
    const message = sampleMessage(parts);
    await receiveMessage(this.deps, this.job(message, of));
    return this.ticketOf(message.messageId, of);
  }

  /** The ticket on which a message is. */
  async ticketOf(messageId: string, of: Workplace = this.ours): Promise<Ticket> {
    const { rows } = await this.system.query<{ id: string }>(
      'select ticket_id as id from timeline_entry where workspace_id = $1 and id = $2',
      [of.workspaceId, messageId],
    );
    return this.ticket(rows[0]?.id ?? newId(), of);
  }

  /** The events of a ticket, oldest first, whether they are still in the outbox or in the log already. */
  async eventsOf(ticketId: string): Promise<TicketEvent[]> {
    const { rows } = await this.system.query<{ payload: TicketEvent }>(
      `select payload from (select payload from outbox where topic = 'ticket.changed'
                            union all select payload from event_log where topic = 'ticket.changed') as e
        where payload#>>'{ticket,id}' = $1 order by (payload#>>'{ticket,version}')::int`,
      [ticketId],
    );
    return rows.map(({ payload }) => payload);
  }

  /** A ticket as it stands. */
  async ticket(id: string, of: Workplace = this.ours): Promise<Ticket> {
    const [ticket] = await readTickets(this.deps.pool, of.workspaceId, [id]);
    if (ticket === undefined) throw new Error(`there is no ticket ${id}`);
    return ticket;
  }
}

/** A customer's mail that begins a conversation, unless told otherwise. */
export function sampleMessage(parts: Partial<NormalisedMessage> = {}): NormalisedMessage {
  return jobs.receiveMessage.payload.parse({
    messageId: newId(),
    channelId: newId(),
    channelKind: 'EMAIL',
    channelTeamId: null,
    from: { name: 'Kim', identities: [{ kind: 'EMAIL', value: 'kim@example.org', verified: true }] },
    to: ['support@example.com'],
    cc: [],
    subject: 'Help',
    text: 'Please help',
    html: null,
    language: 'en',
    automatic: false,
    sentAt: '2026-03-02T09:00:00.000Z',
    thread: { own: `mid:${newId()}`, inReplyTo: [], references: [], conversation: null },
    ...parts,
  });
}
