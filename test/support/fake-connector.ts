import { createClient, type Client } from 'graphql-ws';
import { createTransport } from 'nodemailer';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { claimedFields, composeMail, mailIdOf, type ClaimedAnswer } from './compose-mail.ts';
import { ConnectorJournal } from './connector-journal.ts';
import { gatewayData } from './gateway-client.ts';
import type { WaitingMail } from './mail-server.ts';

/** Moments at which a connector can die, in the order in which it passes them. */
export const deathPoints = [
  'BEFORE_CLAIM',
  'AFTER_CLAIM',
  'AFTER_BEGIN',
  'IN_DATA',
  'BEFORE_250',
  'AFTER_250',
  'AFTER_JOURNAL',
  'AFTER_REPORT',
  'AFTER_HANDING_IN',
] as const;
export type DeathPoint = (typeof deathPoints)[number];

/** Those at which the mail server has taken the mail, and the connector has not noted it: to send again would be twice. */
export const takenPoints: readonly DeathPoint[] = ['BEFORE_250', 'AFTER_250'];

export interface ConnectorSettings {
  /** The gateway's GraphQL endpoint, and the token of the channel. */
  readonly url: string;
  readonly token: string;
  readonly smtpPort: number;
  readonly mailServerUrl: string;
  readonly journalFile: string;
}

/** Where a connector dies, and at the how manieth passing from now on. */
export interface Death {
  readonly point: DeathPoint;
  readonly passing: number;
}

const leaseSeconds = 5;
/** What is not sent with this much of its lease left is left to whoever claims it next. */
const leaseLeftMs = 1_500;
const pollMs = 400;
const inboxPollMs = 60;
const againMs = 100;

const reportDocument = `mutation ($input: ReportDeliveryInput!) {
  reportDelivery(input: $input) { delivery { status } userErrors { code message } } }`;

interface Refusal {
  readonly responseCode: number;
  readonly message: string;
}

/**
 * A connector of one mailbox, as thin as it can be while no mail is lost or sent twice whenever it dies: it talks to Smart Tickets
 * by GraphQL alone, sends by SMTP, and knows after a death what its journal and the mail server say.
 */
export class FakeConnector {
  #settings: ConnectorSettings;
  #journal: ConnectorJournal;
  #death: Death | null = null;
  #passings = 0;
  #lastFault = '';
  #client: Client;
  #wake: () => void = () => undefined;

  constructor(settings: ConnectorSettings) {
    this.#settings = settings;
    this.#journal = new ConnectorJournal(settings.journalFile);
    this.#client = createClient({
      url: settings.url.replace(/^http/, 'ws'),
      connectionParams: { authorization: `Bearer ${settings.token}` },
      retryAttempts: 0,
    });
  }

  /** Sets where it is to die; null to live on. */
  dieAt(death: Death | null): void {
    this.#death = death;
    this.#passings = 0;
  }

  /** Works until the process ends. */
  async run(): Promise<void> {
    await Promise.all([this.#fetchMail(), this.#carryAnswers(), this.#listen()]);
  }

  /** Hands in what comes into the mailbox, one mail after the other. */
  async #fetchMail(): Promise<void> {
    for (;;) {
      for (const { uid, ...input } of await this.#askMailServer<WaitingMail[]>(
        `inbox?after=${this.#journal.handedIn}`,
      )) {
        const { ingestEmail } = await this.#ask<{ ingestEmail: { userErrors: unknown[] } }>(
          'mutation ($input: IngestEmailInput!) { ingestEmail(input: $input) { duplicate userErrors { code message } } }',
          { input },
        );
        if (ingestEmail.userErrors.length > 0) throw new Error(JSON.stringify(ingestEmail.userErrors));
        this.#pass('AFTER_HANDING_IN');
        this.#journal.handIn(uid);
      }
      await pause(inboxPollMs);
    }
  }

  async #carryAnswers(): Promise<void> {
    await this.#catchUp();
    for (;;) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      this.#pass('BEFORE_CLAIM');
      const { claimDeliveries } = await this.#ask<{ claimDeliveries: ClaimedAnswer[] }>(
        `mutation ($max: Int!, $leaseSeconds: Int!) {
           claimDeliveries(max: $max, leaseSeconds: $leaseSeconds) { ${claimedFields} } }`,
        { max: 4, leaseSeconds },
      );
      if (claimDeliveries.length > 0) this.#pass('AFTER_CLAIM');
      for (const answer of claimDeliveries) await this.#carry(answer);
      if (claimDeliveries.length === 0) await Promise.race([woken, pause(pollMs)]);
    }
  }

  /** After a death: reports what was sent and not reported. What is neither known to be sent nor not comes back in doubt. */
  async #catchUp(): Promise<void> {
    for (const [id, state] of this.#journal.begun) if (state === 'SENT') await this.#reportSent(id);
  }

  async #carry(answer: ClaimedAnswer): Promise<void> {
    const { id } = answer;
    const begun = this.#journal.begun.get(id);
    if (begun === 'SENT' || begun === 'REPORTED') {
      await this.#reportSent(id);
      return;
    }
    const mailId = mailIdOf(answer);
    if (answer.inDoubt || begun === 'BEGUN') {
      const sent = await this.#findSent(mailId);
      if (sent !== null) {
        this.#journal.sent(id, sent.externalId);
        await this.#reportSent(id);
        return;
      }
    }
    const mail = await composeMail(answer, this.#settings.url);
    if (Date.parse(answer.leasedUntil) - Date.now() < leaseLeftMs) return;
    this.#journal.begin(id);
    this.#pass('AFTER_BEGIN');
    const outcome = await this.#send(mail, answer.to);
    // No word of the mail server: it may have taken the mail. The lease runs out, and the next claim is in doubt.
    if (outcome === null) return;
    if ('responseCode' in outcome) {
      await this.#reportRefused(id, outcome);
      return;
    }
    this.#pass('AFTER_250');
    this.#journal.sent(id, outcome.externalId);
    this.#pass('AFTER_JOURNAL');
    await this.#reportSent(id);
    this.#pass('AFTER_REPORT');
  }

  async #send(
    mail: Buffer,
    to: readonly string[],
  ): Promise<{ readonly externalId: string | null } | Refusal | null> {
    const transport = createTransport({
      host: '127.0.0.1',
      port: this.#settings.smtpPort,
      secure: false,
      ignoreTLS: true,
    });
    try {
      const envelope = { from: 'support@example.com', to: [...to] };
      const info = await transport.sendMail({ envelope, raw: Readable.from(this.#inPieces(mail)) });
      return { externalId: /^250 OK (\S+)$/.exec(info.response)?.[1] ?? null };
    } catch (error) {
      const { responseCode, message } = error as Partial<Refusal>;
      return responseCode === undefined ? null : { responseCode, message: message ?? '' };
    } finally {
      transport.close();
    }
  }

  async *#inPieces(mail: Buffer): AsyncGenerator<Buffer> {
    const half = Math.ceil(mail.length / 2);
    yield mail.subarray(0, half);
    if (this.#counts('IN_DATA')) await pause(20).then(() => this.#die());
    yield mail.subarray(half);
    // The last piece is on its way when this runs; the mail server answers later than that.
    if (this.#counts('BEFORE_250')) setTimeout(() => this.#die(), 8);
  }

  async #reportSent(id: string): Promise<void> {
    const externalId = this.#journal.externalIds.get(id) ?? null;
    await this.#ask(reportDocument, { input: { deliveryId: id, status: 'SENT', externalId } });
    this.#journal.reported(id);
  }

  async #reportRefused(id: string, { responseCode, message }: Refusal): Promise<void> {
    const permanent = responseCode >= 500;
    await this.#ask(reportDocument, {
      input: { deliveryId: id, status: 'FAILED', permanent, error: message },
    });
  }

  #findSent(mailId: string): Promise<{ readonly externalId: string | null } | null> {
    return this.#askMailServer(`sent?id=${encodeURIComponent(mailId)}`);
  }

  async #askMailServer<T>(what: string): Promise<T> {
    const response = await fetch(`${this.#settings.mailServerUrl}/${what}`);
    return (await response.json()) as T;
  }

  /** Asks until there is an answer: everything that is asked here can be asked twice. */
  async #ask<T>(query: string, variables: object): Promise<T> {
    for (;;) {
      try {
        return await gatewayData<T>(this.#settings.url, this.#settings.token, query, variables);
      } catch (error) {
        this.#complain(error);
        await pause(againMs);
      }
    }
  }

  #complain(error: unknown): void {
    const fault = String(error);
    if (fault !== this.#lastFault) process.stderr.write(`${fault}\n`);
    this.#lastFault = fault;
  }

  async #listen(): Promise<void> {
    for (;;) {
      try {
        const waiting = this.#client.iterate({ query: 'subscription { deliveriesWaiting { count } }' });
        for await (const event of waiting) if (event.data != null) this.#wake();
      } catch {
        // The connection is lost; until it is back, asking now and then is enough.
      }
      await pause(againMs);
    }
  }

  /** Dies here if this is where it is to die. */
  #pass(point: DeathPoint): void {
    if (this.#counts(point)) this.#die();
  }

  #counts(point: DeathPoint): boolean {
    if (this.#death?.point !== point) return false;
    this.#passings += 1;
    return this.#passings === this.#death.passing;
  }

  #die(): void {
    process.kill(process.pid, 'SIGKILL');
  }
}
