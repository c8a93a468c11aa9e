import { serviceConfigSchema } from '@smart-tickets/kit/config';
import { readConfig } from '@smart-tickets/kit/config';
import { newId } from '@smart-tickets/kit/ids';
import { internalTokenHeader, signInternalToken, type Viewer } from '@smart-tickets/kit/internal-token';
import { bootService, type Running } from '@smart-tickets/kit/service';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import type { QueueBackendCase, TestQueues } from '@smart-tickets/testing/queue-backends';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChannelIngest } from '../../services/channel-ingest/src/app.ts';
import { migrations as channelIngestMigrations } from '../../services/channel-ingest/src/persistence/migrations/index.ts';
import { startRouting } from '../../services/routing/src/app.ts';
import { migrations as routingMigrations } from '../../services/routing/src/persistence/migrations/index.ts';
import { startSearch } from '../../services/search/src/app.ts';
import { migrations as searchMigrations } from '../../services/search/src/persistence/migrations/index.ts';
import { startTicket } from '../../services/ticket/src/app.ts';
import { migrations as ticketMigrations } from '../../services/ticket/src/persistence/migrations/index.ts';

/** One workspace as the seed file gives it. */
export interface Seed {
  readonly workspace: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role: string;
    readonly teamIds: readonly string[];
  }[];
  readonly channels: readonly {
    readonly id: string;
    readonly kind: string;
    readonly name: string;
    readonly address: string | null;
    readonly teamId: string;
    readonly tokenGeneration: number;
  }[];
}

/** A workspace with one team of two agents, a mail channel and a chat channel. */
export function makeSeed(name: string): Seed {
  const team = { id: newId(), name: 'Support' };
  const agent = (who: string, role: string) => ({
    id: newId(),
    name: who,
    email: `${who.toLowerCase()}@example.com`,
    role,
    teamIds: [team.id],
  });
  const channel = (kind: string, address: string | null) => ({
    id: newId(),
    kind,
    name: kind,
    address,
    teamId: team.id,
    tokenGeneration: 1,
  });
  return {
    workspace: { id: newId(), name, timeZone: 'UTC' },
    teams: [team],
    agents: [agent('Ada', 'ADMIN'), agent('Bob', 'AGENT')],
    channels: [channel('EMAIL', 'support@example.com'), channel('CHAT', null)],
  };
}

const services = {
  ticket: { migrations: ticketMigrations, start: startTicket },
  'channel-ingest': { migrations: channelIngestMigrations, start: startChannelIngest },
  routing: { migrations: routingMigrations, start: startRouting },
  search: { migrations: searchMigrations, start: startSearch },
} as const;
export type ServiceName = keyof typeof services;
const names = Object.keys(services) as ServiceName[];

interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** The four services, running in this process on databases and queues of their own. */
export class Services {
  readonly seed: Seed;
  readonly queues: TestQueues;
  readonly databases: Record<ServiceName, TestDatabase>;
  readonly key: string = 'a key of at least thirty-two characters';
  #running = new Map<ServiceName, Running>();
  #folder: string;

  private constructor(
    seed: Seed,
    queues: TestQueues,
    databases: Record<ServiceName, TestDatabase>,
    folder: string,
  ) {
    this.seed = seed;
    this.queues = queues;
    this.databases = databases;
    this.#folder = folder;
  }

  static async start(open: QueueBackendCase['open'], seed = makeSeed('First')): Promise<Services> {
    const queues = await open();
    const databases = {} as Record<ServiceName, TestDatabase>;
    for (const name of names) databases[name] = await createTestDatabase(services[name].migrations);
    const folder = mkdtempSync(join(tmpdir(), 'services-'));
    const started = new Services(seed, queues, databases, folder);
    await Promise.all(names.map((name) => started.boot(name, seed)));
    return started;
  }

  /** Starts one service, seeding it with a workspace. */
  async boot(name: ServiceName, seed: Seed): Promise<void> {
    const seedFile = join(this.#folder, `${seed.workspace.id}.json`);
    writeFileSync(seedFile, JSON.stringify(seed));
    const config = readConfig(serviceConfigSchema, {
      DATABASE_URL: this.databases[name].url,
      QUEUE_URL: this.queues.url,
      QUEUE_NAMESPACE: this.queues.namespace,
      INTERNAL_TOKEN_KEY: this.key,
      PORT: '0',
      BLOB_URL: this.blobUrl,
      SEED_FILE: seedFile,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    });
    this.#running.set(name, await bootService(name, config, services[name].migrations, services[name].start));
  }

  /** Where the services keep files. */
  get blobUrl(): string {
    return pathToFileURL(join(this.#folder, 'blobs')).href;
  }

  async halt(name: ServiceName): Promise<void> {
    await this.#running.get(name)?.stop();
    this.#running.delete(name);
  }

  url(name: ServiceName): string {
    return `http://127.0.0.1:${this.#running.get(name)?.port ?? 0}/graphql`;
  }

  token(viewer: Viewer): string {
    return signInternalToken(this.key, viewer, Date.now());
  }

  /** The viewer of a role in a workspace; connectors speak for its first channel of a kind. */
  viewer(role: Viewer['role'], seed: Seed = this.seed, channelKind = 'EMAIL'): Viewer {
    const channel = seed.channels.find(({ kind }) => kind === channelKind);
    const subject = role === 'CONNECTOR' ? channel?.id : seed.agents[0]?.id;
    return {
      workspaceId: seed.workspace.id,
      role,
      subject: subject ?? '',
      generation: role === 'CONNECTOR' ? 1 : null,
    };
  }

  /** Answer of one subgraph as the gateway would get it. */
  async ask(
    name: ServiceName,
    viewer: Viewer | null,
    query: string,
    variables: object = {},
  ): Promise<GraphQLAnswer> {
    const response = await fetch(this.url(name), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(viewer === null ? {} : { [internalTokenHeader]: this.token(viewer) }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  /** Data of one subgraph; throws when the answer has errors. */
  async data<T>(name: ServiceName, viewer: Viewer, query: string, variables: object = {}): Promise<T> {
    const answer = await this.ask(name, viewer, query, variables);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data as T;
  }

  /** Hands a raw mail in and gives back its message id. */
  async ingestMail(raw: Buffer, seed: Seed = this.seed): Promise<{ id: string; duplicate: boolean }> {
    const { ingestEmail } = await this.data<{
      ingestEmail: { duplicate: boolean; inboundMessage: { id: string } | null; userErrors: unknown[] };
    }>(
      'channel-ingest',
      this.viewer('CONNECTOR', seed),
      `mutation ($raw: String!) { ingestEmail(input: { raw: $raw }) {
         duplicate inboundMessage { id } userErrors { code message } } }`,
      { raw: raw.toString('base64') },
    );
    if (ingestEmail.inboundMessage === null) throw new Error(JSON.stringify(ingestEmail.userErrors));
    return { id: ingestEmail.inboundMessage.id, duplicate: ingestEmail.duplicate };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.halt(name)));
    await Promise.all(names.map((name) => this.databases[name].drop()));
    await this.queues.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
