import { jobs, type AnswerGiven, type JobEnvelope, type Role } from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { openParts, type Running } from '@smart-tickets/kit/service';
import { createQueueDatabase, createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { startChannelIngest } from '../src/app.ts';
import type { Delivery } from '../src/domain/delivery.ts';
import { readDeliveries } from '../src/persistence/delivery-queries.ts';
import { migrations } from '../src/persistence/migrations/index.ts';
import { seedChannels } from '../src/seed.ts';
import { AnswerIds } from '../src/use-cases/answer-ids.ts';
import { carryAnswer } from '../src/use-cases/carry-answer.ts';
import { deliveriesHint } from '../src/use-cases/delivery-feed.ts';
import type { Connector, Deps } from '../src/use-cases/deps.ts';

interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Who asks; an ADMIN of our workspace unless told otherwise. */
export interface Asking {
  readonly role?: Role;
  readonly subject?: string;
  readonly workspaceId?: string;
  readonly generation?: number | null;
}

/** One workspace of the desk: a mailbox of a team, another mailbox, and a chat. */
export class Inboxes {
  readonly workspaceId = newId();
  readonly teamId = newId();
  readonly mailboxId = newId();
  readonly salesId = newId();
  readonly chatId = newId();

  async plant(system: pg.Pool): Promise<void> {
    const channel = { teamId: null, address: null, tokenGeneration: 1 };
    await seedChannels(system, {
      workspace: { id: this.workspaceId },
      teams: [{ id: this.teamId }],
      channels: [
        { ...channel, id: this.mailboxId, kind: 'EMAIL', name: 'Mail', address: 'support@example.com' },
        {
          ...channel,
          id: this.salesId,
          kind: 'EMAIL',
          name: 'Sales',
          address: 'sales@example.com',
          teamId: this.teamId,
        },
        { ...channel, id: this.chatId, kind: 'CHAT', name: 'Chat' },
      ],
    });
  }

  /** The connector of a channel, of the mailbox unless told otherwise. */
  connector(channelId: string = this.mailboxId): Connector {
    return { workspaceId: this.workspaceId, channelId, generation: 1, requestId: 'test-request' };
  }
}

/** A running intake on a database of its own, with two workspaces; tests call its use-cases or ask its GraphQL. */
export class IntakeDesk {
  readonly ours = new Inboxes();
  readonly theirs = new Inboxes();
  readonly key = 'k'.repeat(40);
  /** Set it to let the use-cases that are given `deps` live at another instant. */
  now: () => Date = () => new Date();
  readonly deps: Deps;
  readonly system: pg.Pool;
  readonly database: TestDatabase;
  #queues: TestDatabase;
  #running: Running;
  #folder: string;
  #pos = 0;

  private constructor(
    deps: Deps,
    database: TestDatabase,
    queues: TestDatabase,
    running: Running,
    folder: string,
  ) {
    this.deps = { ...deps, now: () => this.now() };
    this.system = deps.systemPool;
    this.database = database;
    this.#queues = queues;
    this.#running = running;
    this.#folder = folder;
  }

  static async open(): Promise<IntakeDesk> {
    const database = await createTestDatabase(migrations);
    const queues = await createQueueDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'intake-files-'));
    const config = readConfig(serviceConfigSchema, {
      DATABASE_URL: database.url,
      QUEUE_URL: queues.url,
      INTERNAL_TOKEN_KEY: 'k'.repeat(40),
      PORT: '0',
      BLOB_URL: pathToFileURL(folder).href,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    });
    const parts = openParts('channel-ingest', config);
    const running = await startChannelIngest(parts, null);
    const deps: Deps = {
      pool: parts.pool,
      systemPool: parts.systemPool,
      blobs: openBlobs(config),
      links: new FileLinks(config.INTERNAL_TOKEN_KEY, undefined),
      answerIds: new AnswerIds(config.INTERNAL_TOKEN_KEY),
      channelTokens: new ChannelTokens(config.INTERNAL_TOKEN_KEY),
      ratingLink: () => null,
      log: parts.log,
      eventsWritten: parts.eventsWritten,
      deliveriesChanged: (workspaceId, channelId) => {
        parts.hints.publish(deliveriesHint, `${workspaceId} ${channelId}`).catch(() => undefined);
      },
      now: () => new Date(),
      newId,
    };
    const desk = new IntakeDesk(deps, database, queues, running, folder);
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
  token(asking: Asking = {}): string {
    const { role = 'ADMIN', subject = newId(), workspaceId = this.ours.workspaceId } = asking;
    const generation = role === 'CONNECTOR' ? (asking.generation ?? 1) : null;
    return signInternalToken(this.key, { workspaceId, role, subject, generation }, Date.now());
  }

  /** Asks over HTTP. */
  async ask(query: string, variables: object = {}, asking: Asking = {}): Promise<GraphQLAnswer> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [internalTokenHeader]: this.token(asking) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  /** Like `ask`, but an error fails the test. */
  async data<T>(query: string, variables: object = {}, asking: Asking = {}): Promise<T> {
    const answer = await this.ask(query, variables, asking);
    if (answer.errors !== undefined || answer.data == null) throw new Error(JSON.stringify(answer));
    return answer.data as T;
  }

  /**
   * Once the intake notes by itself that it takes reports of connectors: as if it had done so, and all channels had been switched
   * on, for years, and did so for ever.
   */
  async hearConnectors(): Promise<void> {
    await eventually(async () => {
      const { rowCount } = await this.system.query(
        `update intake_listening set since = '2020-01-01', until = 'infinity'`,
      );
      return rowCount === 1;
    });
    await this.system.query(`update channel set enabled_at = '2020-01-01'`);
  }

  /** A job as the queue would deliver it. */
  job<P>(payload: P, of: Inboxes = this.ours): JobEnvelope<P> {
    const cause = { requestId: 'r', eventId: null, depth: 0 };
    this.#pos += 1;
    const at = new Date().toISOString();
    return { id: newId(), workspaceId: of.workspaceId, pos: this.#pos, cause, at, payload };
  }

  /** Has an answer taken over, as the ticket service would; gives back the answer. */
  async carry(parts: Partial<AnswerGiven> = {}, of: Inboxes = this.ours): Promise<AnswerGiven> {
    const answer = sampleAnswer({ channelId: of.mailboxId, ...parts });
    await carryAnswer(this.deps, this.job(answer, of));
    return answer;
  }

  /** An answer's delivery as it stands. */
  async delivery(id: string, of: Inboxes = this.ours): Promise<Delivery> {
    const [delivery] = await readDeliveries(this.deps.pool, of.workspaceId, [id]);
    if (delivery === undefined) throw new Error(`there is no delivery ${id}`);
    return delivery;
  }

  /** The payloads of the events of a topic that name a message, oldest first, in the outbox or in the log. */
  async eventsOf<P>(topic: string, messageId: string): Promise<P[]> {
    const { rows } = await this.system.query<{ payload: P }>(
      `select payload from (select event_id, topic, payload from outbox
                            union select event_id, topic, payload from event_log) as e
        where topic = $1 and payload ->> 'messageId' = $2 order by event_id`,
      [topic, messageId],
    );
    return rows.map(({ payload }) => payload);
  }
}

/** An agent's answer by mail, unless told otherwise. */
export function sampleAnswer(parts: Partial<AnswerGiven> = {}): AnswerGiven {
  return jobs.carryAnswer.payload.parse({
    messageId: newId(),
    ticketId: newId(),
    ticketNumber: 7,
    channelId: null,
    channelKind: 'EMAIL',
    teamId: null,
    subject: 'Help',
    text: 'Here you are',
    html: null,
    language: 'en',
    to: ['ada@example.org'],
    cc: [],
    attachments: [],
    customerName: 'Ada',
    author: { type: 'AGENT', id: newId(), name: 'Kim' },
    automatic: false,
    answersMessageId: null,
    sentAt: '2026-03-02T09:00:00.000Z',
    ...parts,
  });
}
