import { eventually } from '@smart-tickets/testing/eventually';
import { startSystem, type RunningSystem } from '@smart-tickets/testing/processes';
import { simpleParser } from 'mailparser';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConnectorKeeper } from './connector-keeper.ts';
import { Desk, type AnswerFile, type GivenAnswer } from './desk.ts';
import { FakeCustomer, type ClientStyle, type OutgoingMail } from './fake-customer.ts';
import { MailServer } from './mail-server.ts';
import type { Random } from './random.ts';
import type { SentMail } from './sent-mail.ts';

/** What was said on one ticket. */
export interface Conversation {
  readonly ticketId: string;
  readonly answers: readonly GivenAnswer[];
  /** First lines of all messages of the ticket, oldest first. */
  readonly words: readonly string[];
}

/** What came of a conversation. */
export interface Account {
  /** How many mails of each answer went out, by what they say and by their Message-ID. */
  readonly byContent: readonly number[];
  readonly byMessageId: readonly number[];
  /** The files that came with each, by name and hash, in their order. */
  readonly files: readonly (readonly string[])[];
  /** First lines of all messages of the ticket, oldest first. */
  readonly words: readonly string[];
}

/** What a system has done altogether. */
export interface Books {
  /** Answers that were sent, in the order of their ids. */
  readonly sent: readonly string[];
  /** Statuses of all other answers, sorted. */
  readonly unsent: readonly string[];
  /** How many mails have gone out. */
  readonly mails: number;
  readonly received: number;
  /** How many of these are on a ticket, held, or were known already. */
  readonly settled: number;
}

const patienceMs = 60_000;

/** A whole system as `npm start` runs it, with a mail server, a connector between the two, and people at both ends. */
export class PostOffice {
  readonly system: RunningSystem;
  readonly mailServer: MailServer;
  readonly connector: ConnectorKeeper;
  readonly desk: Desk;
  #folder: string;

  private constructor(system: RunningSystem, mailServer: MailServer) {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'smart-tickets-connector-'));
    this.system = system;
    this.mailServer = mailServer;
    this.desk = new Desk(system);
    this.connector = new ConnectorKeeper({
      url: system.url,
      token: system.tokens.channels['EMAIL'] ?? '',
      smtpPort: mailServer.smtpPort,
      mailServerUrl: mailServer.url,
      journalFile: path.join(this.#folder, 'journal'),
    });
  }

  /** `env` is further environment of the system, such as QUEUE_URL. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<PostOffice> {
    const system = await startSystem({ env: { LOG_LEVEL: 'warn', ...env } });
    return new PostOffice(system, await MailServer.start());
  }

  async close(): Promise<void> {
    await this.connector.stop();
    await this.mailServer.stop();
    await this.system.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Puts a mail into the mailbox that the connector fetches. */
  deliver({ raw, envelopeFrom, envelopeTo }: OutgoingMail): void {
    this.mailServer.deliver(raw, envelopeFrom, envelopeTo);
  }

  /** The mails of an answer that have gone out so far. */
  mailsOf({ text }: GivenAnswer): SentMail[] {
    return this.mailServer.sent.filter((mail) => mail.text.includes(text));
  }

  /** The mail of an answer, once it is out. */
  async mailOf(answer: GivenAnswer): Promise<SentMail> {
    return eventually(() => this.mailsOf(answer)[0] ?? null, patienceMs);
  }

  /**
   * A customer asks, and support and customer answer each other; fails when a mail of the customer does not come to the one
   * ticket. Some answers are given twice with the same key, some bring a file. `name` must be new.
   */
  async converse(name: string, style: ClientStyle, turns: number, random: Random): Promise<Conversation> {
    const customer = new FakeCustomer(name, style);
    const words = [`question ${name} 0.`];
    const first = customer.ask(words[0] ?? '');
    this.deliver(first);
    const ticketId = await this.desk.ticketOf(first);
    const answers: GivenAnswer[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const text = `answer ${name} ${turn}.`;
      const answer = await this.desk.answer(ticketId, text, `${name} ${turn}`, {
        times: random.oneIn(3) ? 2 : 1,
        files: random.oneIn(3) ? [{ name: `${name}.pdf`, bytes: randomBytes(1 + random.int(50_000)) }] : [],
      });
      const sent = await this.mailOf(answer);
      // Until the connector has told by what name the mail goes on, nobody here can know it.
      if (style === 'REWRITTEN_ID') await this.desk.deliveryIn(answer.id, 'SENT');
      const next = customer.answer(sent, `question ${name} ${turn + 1}.`);
      this.deliver(next);
      const reached = await this.desk.ticketOf(next);
      if (reached !== ticketId) throw new Error(`answer ${turn} of ${name} (${style}) is on another ticket`);
      answers.push(answer);
      words.push(text, `question ${name} ${turn + 1}.`);
    }
    return { ticketId, answers, words };
  }

  /** What came of a conversation, once all its answers are sent. */
  async accountOf({ ticketId, answers }: Conversation): Promise<Account> {
    for (const answer of answers) await this.desk.deliveryIn(answer.id, 'SENT');
    const mails = answers.map((answer) => this.mailsOf(answer));
    const files = await Promise.all(
      mails.map(([first]) => (first === undefined ? Promise.resolve([]) : filesOf(first))),
    );
    const { timeline } = await this.desk.ticket(ticketId);
    const messages = timeline.nodes.filter(({ __typename }) => __typename === 'Message');
    return {
      byContent: mails.map(({ length }) => length),
      byMessageId: mails.map(
        ([first]) => this.mailServer.sent.filter(({ messageId }) => messageId === first?.messageId).length,
      ),
      files,
      words: messages.map(({ text = '' }) => text.split('\n', 1)[0] ?? ''),
    };
  }

  /** The books as they stand. */
  async books(): Promise<Books> {
    const deliveries = await this.desk.deliveries();
    const sent = deliveries.filter(({ status }) => status === 'SENT');
    const unsent = deliveries.filter(({ status }) => status !== 'SENT');
    const { received = 0, onTicket = 0, duplicate = 0, held = 0 } = await this.desk.ledger();
    return {
      sent: sent.map(({ id }) => id).sort(),
      unsent: unsent.map(({ status }) => status).sort(),
      mails: this.mailServer.sent.length,
      received,
      settled: onTicket + duplicate + held,
    };
  }
}

/** The account of a conversation in which every answer went out once, and every mail came in once. */
export function onceEach({ answers, words }: Conversation): Account {
  return {
    byContent: answers.map(() => 1),
    byMessageId: answers.map(() => 1),
    files: answers.map((answer) => answer.files.map(fileLine)),
    words,
  };
}

/** A file by its name and the hash of its bytes. */
export function fileLine({ name, bytes }: AnswerFile): string {
  return `${name} ${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The files that a mail brings, each by `fileLine`. */
export async function filesOf({ raw }: SentMail): Promise<string[]> {
  const { attachments } = await simpleParser(raw);
  return attachments.map(({ filename = '', content }) => fileLine({ name: filename, bytes: content }));
}

/** Ids of all answers of conversations, sorted. */
export function answersOf(conversations: readonly Conversation[]): string[] {
  return conversations.flatMap(({ answers }) => answers.map(({ id }) => id)).sort();
}
