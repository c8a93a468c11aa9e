import type { AnswerGiven, JobEnvelope, NormalisedMessage } from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OutboundContent } from '../src/domain/delivery.ts';
import type { InboundMessage } from '../src/domain/inbound-message.ts';
import { readInbound } from '../src/persistence/inbound-queries.ts';
import { migrations } from '../src/persistence/migrations/index.ts';
import { seedChannels } from '../src/seed.ts';
import { AnswerIds } from '../src/use-cases/answer-ids.ts';
import { carryAnswer } from '../src/use-cases/carry-answer.ts';
import type { Connector, Deps } from '../src/use-cases/deps.ts';
import { ingestEmail, type EmailInput } from '../src/use-cases/ingest-email.ts';
import { processInbound } from '../src/use-cases/process-inbound.ts';
import { settleInbound } from '../src/use-cases/settle-inbound.ts';
import { sampleAnswer } from './intake-desk.ts';

/** What has become of something that was handed in; `normalised` is null when its way ended here. */
export interface Outcome {
  readonly item: InboundMessage;
  readonly normalised: NormalisedMessage | null;
}

/** An answer that was sent. */
export interface SentAnswer {
  readonly messageId: string;
  readonly ticketId: string;
  readonly content: OutboundContent;
}

/**
 * The mailbox support@example.com, whose mail server is mx.example.com, and a chat: no process runs, each mail is read and
 * each answer carried out by the call that hands it in.
 */
export class MailDesk {
  readonly key = 'a key of at least thirty-two characters';
  readonly workspaceId = newId();
  readonly mailboxId = newId();
  readonly chatId = newId();
  readonly deps: Deps;
  #database: TestDatabase;
  #folder: string;
  #pos = 0;

  private constructor(database: TestDatabase) {
    const log = createLogger('test', 'silent');
    this.#database = database;
    this.#folder = mkdtempSync(join(tmpdir(), 'mail-desk-'));
    this.deps = {
      pool: createPool(database.url, appRole, 'test', 6, log),
      systemPool: createPool(database.url, systemRole, 'test', 2, log),
      blobs: openBlobs({ BLOB_URL: pathToFileURL(this.#folder).href }),
      links: new FileLinks(this.key, undefined),
      answerIds: new AnswerIds(this.key),
      channelTokens: new ChannelTokens(this.key),
      ratingLink: () => null,
      log,
      eventsWritten: () => undefined,
      deliveriesChanged: () => undefined,
      now: () => new Date(),
      newId,
    };
  }

  static async open(): Promise<MailDesk> {
    const desk = new MailDesk(await createTestDatabase(migrations));
    const common = { teamId: newId(), tokenGeneration: 1 };
    await seedChannels(desk.deps.systemPool, {
      workspace: { id: desk.workspaceId },
      channels: [
        { id: desk.mailboxId, kind: 'EMAIL', name: 'Mail', address: 'support@example.com', ...common },
        { id: desk.chatId, kind: 'CHAT', name: 'Chat', address: null, ...common },
      ],
    });
    await desk.deps.systemPool.query('update channel set settings = $2 where id = $1', [
      desk.mailboxId,
      { mailServer: 'mx.example.com', fromName: 'Support', signature: { default: 'Yours, {{agent.name}}' } },
    ]);
    return desk;
  }

  async close(): Promise<void> {
    await this.deps.pool.end();
    await this.deps.systemPool.end();
    await this.#database.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  connector(channelId: string = this.mailboxId): Connector {
    return { workspaceId: this.workspaceId, channelId, generation: 1, requestId: 'test' };
  }

  /** A job as the queue would deliver it. */
  job<P>(payload: P): JobEnvelope<P> {
    this.#pos += 1;
    const cause = { requestId: 'r', eventId: null, depth: 0 };
    const at = new Date().toISOString();
    return { id: newId(), workspaceId: this.workspaceId, pos: this.#pos, cause, at, payload };
  }

  /** Hands a mail in and has it read; what goes on gets to a ticket, so that nothing waits for it. */
  async receive(raw: Buffer | string, envelope: Partial<EmailInput> = {}): Promise<Outcome> {
    const bytes = typeof raw === 'string' ? Buffer.from(raw.replaceAll(/\r?\n/g, '\r\n')) : raw;
    const input = { raw: bytes.toString('base64'), receivedAt: null, ...envelope };
    const stored = await ingestEmail(this.deps, this.connector(), input);
    if (!stored.ok) throw new Error(JSON.stringify(stored.error));
    return this.read(stored.value.message.id);
  }

  /** Has an item read that was handed in. */
  async read(messageId: string): Promise<Outcome> {
    await processInbound(this.deps, this.job({ messageId }));
    const [item] = await readInbound(this.deps.pool, this.workspaceId, [messageId]);
    if (item === undefined) throw new Error(`there is no item ${messageId}`);
    const { rows } = await this.deps.systemPool.query<{ payload: NormalisedMessage }>(
      `select payload from outbox where topic = 'inbound.normalised' and payload ->> 'messageId' = $1`,
      [messageId],
    );
    const settled = { messageId, outcome: 'ON_TICKET', ticketId: newId(), reason: null } as const;
    if (rows.length > 0) await settleInbound(this.deps, this.job(settled));
    return { item, normalised: rows[0]?.payload ?? null };
  }

  /** Has an answer carried out; its mail provider may have given it an id of its own. */
  async answer(parts: Partial<AnswerGiven> = {}, externalId: string | null = null): Promise<SentAnswer> {
    const given = sampleAnswer({ channelId: this.mailboxId, ...parts });
    const { messageId, ticketId } = given;
    await carryAnswer(this.deps, this.job(given));
    await this.deps.systemPool.query(
      `update delivery set status = 'SENT', claimable_at = null, attempts = 1, tries = 1, sent_at = now(),
                           external_id = $2 where id = $1`,
      [messageId, externalId],
    );
    const { rows } = await this.deps.systemPool.query<{ content: OutboundContent }>(
      'select content from delivery_content where id = $1',
      [messageId],
    );
    if (rows[0] === undefined) throw new Error(`the answer ${messageId} is not carried out`);
    return { messageId, ticketId, content: rows[0].content };
  }

  /** Where an answer stands, and how often the ticket service was told that it failed. */
  async stateOf({ messageId }: SentAnswer): Promise<{ status: string; failures: number }> {
    const { rows } = await this.deps.systemPool.query<{ status: string; failures: number }>(
      `select status, (select count(*)::int from outbox
                        where topic = 'delivery.failed' and payload ->> 'messageId' = $1) as failures
         from delivery where id = $1::uuid`,
      [messageId],
    );
    if (rows[0] === undefined) throw new Error(`there is no delivery ${messageId}`);
    return rows[0];
  }
}
