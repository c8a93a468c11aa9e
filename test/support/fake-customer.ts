import { mail, type MailParts } from '@smart-tickets/testing/mail';
import { createHash, randomBytes } from 'node:crypto';
import type { SentMail } from './sent-mail.ts';

/** How mail programs and providers answer a mail, by what they leave of the traces that lead back to it. */
export const clientStyles = [
  'PLAIN',
  'OUTLOOK',
  'GMAIL',
  'REFERENCES_ONLY',
  'REWRITTEN_ID',
  'PLUS_ADDRESS_ONLY',
] as const;
export type ClientStyle = (typeof clientStyles)[number];

/** A mail on its way to the support mailbox. */
export interface OutgoingMail {
  readonly raw: Buffer;
  readonly envelopeFrom: string;
  readonly envelopeTo: readonly string[];
  /** By which the intake calls it. */
  readonly externalId: string;
}

const mailbox = 'support@example.com';

/** A customer who writes to the mailbox and answers what comes back, with one mail program. */
export class FakeCustomer {
  readonly address: string;
  readonly style: ClientStyle;
  #name: string;

  /** `name` must be new; an address that begins with `refused-` and the like is treated so by the mail server. */
  constructor(name: string, style: ClientStyle, addressPrefix = '') {
    this.#name = name;
    this.style = style;
    const prefix = style === 'REWRITTEN_ID' ? 'rewritten-' : addressPrefix;
    this.address = `${prefix}${name}@customer.example`;
  }

  /** The mail that begins the conversation; its text begins with `marker`. */
  ask(marker: string): OutgoingMail {
    const subject = `Question of ${this.#name}`;
    const headers: Record<string, string> =
      this.style === 'OUTLOOK'
        ? { 'Thread-Topic': subject, 'Thread-Index': randomBytes(22).toString('base64') }
        : {};
    return this.#outgoing(mailbox, {
      subject,
      text: `${marker}\n\nWhere is my parcel?`,
      messageId: this.#newId(),
      headers,
    });
  }

  /** The answer to a mail that came from support; its text begins with `marker`. */
  answer(to: SentMail, marker: string): OutgoingMail {
    const { headers } = to;
    const messageId = to.rewrittenId ?? to.messageId;
    const references = [...(headers.get('references') ?? '').matchAll(/<[^<>\s]+>/g)].map(([id]) => id);
    const chain = [...references, messageId];
    const subject = `Re: ${(headers.get('subject') ?? '').replace(/^Re: /, '')}`;
    const replyTo = addressOf(headers.get('reply-to') ?? headers.get('from') ?? mailbox);
    const quoted = `${marker}\n\nOn Monday support wrote:\n> It is on its way.\n`;
    const common = { subject, text: quoted, messageId: this.#newId() };
    switch (this.style) {
      case 'PLAIN':
        return this.#outgoing(replyTo, { ...common, inReplyTo: messageId, references: chain });
      case 'OUTLOOK': {
        const index = Buffer.from(headers.get('thread-index') ?? '', 'base64');
        const grown = Buffer.concat([index, randomBytes(5)]).toString('base64');
        return this.#outgoing(replyTo, {
          ...common,
          text: `${marker}\n\n-----Original Message-----\nFrom: Support\nSent: Monday\nSubject: ${subject}\n\nIt is on its way.`,
          headers: { 'Thread-Topic': headers.get('thread-topic') ?? subject, 'Thread-Index': grown },
        });
      }
      case 'GMAIL':
        return this.#outgoing(replyTo, {
          ...common,
          inReplyTo: messageId,
          references: chain,
          text: `<div dir="ltr">${marker}</div><br><div class="gmail_quote"><blockquote>It is on its way.</blockquote></div>`,
          headers: { 'Content-Type': 'text/html; charset=utf-8' },
        });
      case 'REFERENCES_ONLY':
        return this.#outgoing(mailbox, { ...common, references: chain });
      case 'REWRITTEN_ID':
        return this.#outgoing(mailbox, { ...common, inReplyTo: messageId });
      case 'PLUS_ADDRESS_ONLY':
        return this.#outgoing(replyTo, { ...common, subject: 'My parcel' });
    }
  }

  /** What a mail server further on says when it cannot deliver a mail after all. Source: RFC 3464. */
  bounceOf(sent: SentMail): OutgoingMail {
    const boundary = 'report-boundary';
    const parts = [
      'Content-Type: text/plain\r\n\r\nYour message could not be delivered.',
      `Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\nFinal-Recipient: rfc822; ${this.address}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user`,
      `Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${sent.messageId}>\r\nFrom: ${mailbox}\r\nTo: ${this.address}`,
    ];
    const text = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--`;
    const type = `multipart/report; report-type=delivery-status; boundary="${boundary}"`;
    const raw = mail({
      from: 'Mail Delivery System <MAILER-DAEMON@mx.customer.example>',
      to: mailbox,
      subject: 'Undelivered Mail Returned to Sender',
      messageId: this.#newId(),
      text,
      headers: { 'Content-Type': type, 'Auto-Submitted': 'auto-replied', 'Return-Path': '<>' },
    });
    return { raw, envelopeFrom: '', envelopeTo: [mailbox], externalId: externalIdOf(raw) };
  }

  #newId(): string {
    return `${randomBytes(12).toString('hex')}@mail.customer.example`;
  }

  #outgoing(to: string, parts: Omit<MailParts, 'from' | 'to' | 'date'>): OutgoingMail {
    const raw = mail({ ...parts, from: `${this.#name} <${this.address}>`, to, date: new Date() });
    return { raw, envelopeFrom: this.address, envelopeTo: [to], externalId: externalIdOf(raw) };
  }
}

function addressOf(header: string): string {
  return /<([^<>]+)>/.exec(header)?.[1] ?? header;
}

function externalIdOf(raw: Buffer): string {
  return `sha256:${createHash('sha256').update(raw).digest('hex')}`;
}
