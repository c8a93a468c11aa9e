import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { createLogger } from '@smart-tickets/kit/logger';
import type { Sequencer } from '@smart-tickets/kit/sequencer';
import { closeParts, openParts, type ServiceParts } from '@smart-tickets/kit/service';
import { createQueueDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import type { Webhook } from '../src/domain/webhook.ts';
import { feedAllWebhooks } from '../src/jobs/webhooks.ts';
import { createWebhook, type WebhookWithSecret } from '../src/use-cases/create-webhook.ts';
import type { Deps } from '../src/use-cases/deps.ts';
import { WebhookSender, type SenderOptions } from '../src/use-cases/send-webhooks.ts';
import { updateTicket } from '../src/use-cases/update-ticket.ts';
import { TicketDesk, type Workplace } from './ticket-desk.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const log = createLogger('webhooks', process.env['TEST_LOG_LEVEL'] ?? 'silent');

/** Deliveries as their rows are. */
export interface DeliveryRow {
  readonly id: string;
  readonly ticketId: string;
  readonly status: string;
  readonly tries: number;
  readonly attempts: { responseStatus: number | null; detail: string | null; at: string }[];
  readonly dueAt: string | null;
}

/** A ticket service whose events reach the log, with webhooks that move only when a test moves them, by its own clock. */
export class WebhookDesk {
  readonly desk: TicketDesk;
  readonly log = log;
  #parts: ServiceParts;
  #sequencer: Sequencer;
  #queues: TestDatabase;
  #offsetMs = 0;
  #receivers: WebhookReceiver[] = [];

  private constructor(desk: TicketDesk, parts: ServiceParts, sequencer: Sequencer, queues: TestDatabase) {
    this.desk = desk;
    this.#parts = parts;
    this.#sequencer = sequencer;
    this.#queues = queues;
    desk.now = () => new Date(Date.now() + this.#offsetMs);
  }

  static async open(): Promise<WebhookDesk> {
    const desk = await TicketDesk.open({ ROLES: 'api,worker', WEBHOOK_ALLOW_INSECURE: 'true' });
    const queues = await createQueueDatabase();
    const config = readConfig(serviceConfigSchema, {
      DATABASE_URL: desk.database.url,
      QUEUE_URL: queues.url,
      INTERNAL_TOKEN_KEY: desk.key,
      PORT: '0',
      LOG_LEVEL: 'silent',
    });
    const parts = openParts('ticket', config);
    return new WebhookDesk(desk, parts, parts.sequencer(), queues);
  }

  async close(): Promise<void> {
    await this.#sequencer.stop();
    await this.#parts.queues.close();
    await closeParts(this.#parts);
    await this.#queues.drop();
    await this.desk.close();
  }

  /** Takes away all webhooks with what waits for them: what one test leaves is not for the next one. */
  async clear(): Promise<void> {
    await this.desk.system.query('delete from webhook_delivery');
    await this.desk.system.query('delete from webhook');
    await Promise.all(this.#receivers.map((receiver) => receiver.close()));
    this.#receivers = [];
  }

  /** A server for a webhook to lead to, until `clear`. */
  async receiver(): Promise<WebhookReceiver> {
    const receiver = await WebhookReceiver.start();
    this.#receivers.push(receiver);
    return receiver;
  }

  /** A ticket of ours with as many events. */
  async ticketWith(events: number): Promise<string> {
    const { id } = await this.desk.receive();
    for (let nth = 1; nth < events; nth += 1) {
      const done = await updateTicket(this.deps, this.desk.ours.caller, { id, addTags: [`t${nth}`] });
      if (!done.ok) throw new Error(done.error.code);
    }
    return id;
  }

  get deps(): Deps {
    return this.desk.deps;
  }

  /** Lets time pass, for webhooks only. */
  advance(ms: number): void {
    this.#offsetMs += ms;
  }

  /** A webhook of ours, unless told otherwise. */
  async add(url: string, parts: { events?: string[]; of?: Workplace } = {}): Promise<WebhookWithSecret> {
    const { caller } = parts.of ?? this.desk.ours;
    await this.sequenced();
    const made = await createWebhook(this.deps, caller, {
      name: 'Hook',
      url,
      events: parts.events,
      idempotencyKey: null,
    });
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  }

  /** Waits until all that was committed is in the log. */
  async sequenced(): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.desk.system.query<{ many: number }>('select count(*) as many from outbox');
      return rows[0]?.many === 0;
    });
  }

  /** Carries everything that was committed over to the webhooks. */
  async feed(): Promise<void> {
    await this.sequenced();
    while ((await feedAllWebhooks(this.deps, this.desk.system, log)) > 0);
  }

  sender(options: Partial<SenderOptions> = {}, deps: Deps = this.deps): WebhookSender {
    return new WebhookSender(deps, this.desk.system, log, options);
  }

  /** A sender as another process would have it, with connections of its own. */
  otherSender(options: Partial<SenderOptions> = {}): WebhookSender {
    return new WebhookSender({ ...this.deps, pool: this.#parts.pool }, this.#parts.systemPool, log, options);
  }

  /** Sends until nothing is due. */
  async drain(sender: WebhookSender = this.sender()): Promise<void> {
    while ((await sender.begin()) > 0) await sender.settled();
  }

  /** Goes to the next instant at which something is due, and sends what is; false when nothing will be. */
  async next(sender: WebhookSender = this.sender()): Promise<boolean> {
    const { rows } = await this.desk.system.query<{ at: string | null }>(
      `select min(d.due_at) as at from webhook_delivery d join webhook w on w.id = d.webhook_id where w.enabled`,
    );
    const at = rows[0]?.at ?? null;
    if (at === null) return false;
    this.advance(Math.max(1, new Date(at).getTime() - this.desk.now().getTime() + 1));
    await this.drain(sender);
    return true;
  }

  /** The deliveries of a webhook in the order of the log. */
  async deliveries({ id }: Pick<Webhook, 'id'>): Promise<DeliveryRow[]> {
    const { rows } = await this.desk.system.query<DeliveryRow>(
      `select id, ticket_id as "ticketId", status, tries, attempts, due_at as "dueAt"
         from webhook_delivery where webhook_id = $1 order by pos`,
      [id],
    );
    return rows;
  }

  /** A webhook's row, without its secrets. */
  async row({
    id,
  }: Pick<Webhook, 'id'>): Promise<{ enabled: boolean; reason: string | null; failing: boolean }> {
    const { rows } = await this.desk.system.query<{
      enabled: boolean;
      reason: string | null;
      failing: boolean;
    }>('select enabled, disabled_reason as reason, failing from webhook where id = $1', [id]);
    const [row] = rows;
    if (row === undefined) throw new Error(`there is no webhook ${id}`);
    return row;
  }
}
