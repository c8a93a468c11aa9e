import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { readSentMail, type SentMail } from './sent-mail.ts';

/** A mail in the support mailbox, as a mail server keeps it for whoever fetches. */
export interface WaitingMail {
  readonly uid: number;
  /** The whole mail in base64. */
  readonly raw: string;
  readonly envelopeFrom: string;
  readonly envelopeTo: readonly string[];
}

/** Answers after this long, so that whoever sends can die between the end of the mail and the word that it was taken. */
const takingMs = 15;

/**
 * The mail server of a test, on loopback: takes mail by SMTP and keeps it for good once it has said 250, lets be asked by
 * Message-ID what it has taken, as a Sent folder or a provider's API does, and holds the mailbox that a connector fetches.
 * What it does with a mail the first part of the recipient's address says: `refused-…` gets a 550, `busy-…` a 451 the first time,
 * `rewritten-…` is sent on under a Message-ID of the server's own, and everything else is taken.
 */
export class MailServer {
  /** Everything it has taken, in that order. */
  readonly sent: SentMail[] = [];
  /** How often it has refused somebody. */
  readonly refusals: string[] = [];
  #inbox: WaitingMail[] = [];
  #busy = new Set<string>();
  #smtp: SMTPServer;
  #http: Server;

  private constructor() {
    this.#smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onData: (stream, session, callback) => {
        this.#receive(stream, session, callback);
      },
    });
    // A sender that dies in the middle of a mail is nothing that the server fails of.
    this.#smtp.on('error', () => undefined);
    this.#http = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mail');
      const found = pathname === '/sent' ? this.#find(searchParams) : this.#after(searchParams);
      response.writeHead(found === null ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found));
    });
  }

  static async start(): Promise<MailServer> {
    const server = new MailServer();
    await new Promise<void>((resolve) => void server.#smtp.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => void server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get smtpPort(): number {
    return (this.#smtp.server.address() as AddressInfo).port;
  }

  /** Where its mailbox and the mails that it has taken can be asked for. */
  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Puts a mail into the support mailbox. */
  deliver(raw: Buffer, envelopeFrom: string, envelopeTo: readonly string[]): void {
    const uid = this.#inbox.length + 1;
    this.#inbox.push({ uid, raw: raw.toString('base64'), envelopeFrom, envelopeTo });
  }

  /** How many mails the mailbox holds. */
  get delivered(): number {
    return this.#inbox.length;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
    await new Promise<void>((resolve) => {
      this.#smtp.close(resolve);
    });
  }

  #find(asked: URLSearchParams): { externalId: string | null } | null {
    const mail = this.sent.find(({ messageId }) => messageId === asked.get('id'));
    return mail === undefined ? null : { externalId: mail.rewrittenId };
  }

  #after(asked: URLSearchParams): readonly WaitingMail[] {
    return this.#inbox.slice(Number(asked.get('after')), Number(asked.get('after')) + 10);
  }

  #receive(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    callback: (error?: Error | null, answer?: string) => void,
  ): void {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const to = session.envelope.rcptTo.map(({ address }) => address);
      const refusal = this.#refusalOf(to);
      if (refusal !== null) {
        callback(refusal);
        return;
      }
      const mail = readSentMail(Buffer.concat(chunks), to, this.sent.length);
      this.sent.push(mail);
      setTimeout(() => {
        callback(null, mail.rewrittenId === null ? 'OK' : `OK ${mail.rewrittenId}`);
      }, takingMs);
    });
  }

  #refusalOf(to: readonly string[]): Error | null {
    const refused = to.find((address) => address.startsWith('refused-'));
    const busy = to.find((address) => address.startsWith('busy-') && !this.#busy.has(address));
    const address = refused ?? busy;
    if (address === undefined) return null;
    this.#busy.add(address);
    this.refusals.push(address);
    const [responseCode, words] =
      refused === undefined ? [451, '4.3.2 try again later'] : [550, '5.1.1 no such user'];
    return Object.assign(new Error(`${words}: ${address}`), { responseCode });
  }
}
