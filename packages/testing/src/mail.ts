/** The parts of a mail that a test cares about; everything else has a fixed, valid value. */
export interface MailParts {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly text?: string;
  /** With or without angle brackets; null leaves the header out. */
  readonly messageId?: string | null;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly date?: Date;
  /** Further headers, in this order, as they stand on the wire. */
  readonly headers?: Readonly<Record<string, string>>;
}

function bracketed(id: string): string {
  return id.startsWith('<') ? id : `<${id}>`;
}

function encodedWord(text: string): string {
  // Printable ASCII goes as it is; all else as one encoded word. Source: RFC 2047 §2.
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

/** A plain text mail as it came over the wire: RFC 5322, UTF-8, CRLF line ends. */
export function mail(parts: MailParts = {}): Buffer {
  const lines = [
    `From: ${parts.from ?? 'Ada Example <ada@example.org>'}`,
    `To: ${parts.to ?? 'support@example.com'}`,
    `Subject: ${encodedWord(parts.subject ?? 'Printer on fire')}`,
    `Date: ${(parts.date ?? new Date('2026-03-02T09:00:00Z')).toUTCString().replace('GMT', '+0000')}`,
  ];
  if (parts.messageId !== null)
    lines.push(`Message-ID: ${bracketed(parts.messageId ?? 'first@example.org')}`);
  if (parts.inReplyTo !== undefined) lines.push(`In-Reply-To: ${bracketed(parts.inReplyTo)}`);
  if (parts.references !== undefined && parts.references.length > 0) {
    lines.push(`References: ${parts.references.map(bracketed).join(' ')}`);
  }
  for (const [name, value] of Object.entries(parts.headers ?? {})) lines.push(`${name}: ${value}`);
  const own = new Set(Object.keys(parts.headers ?? {}).map((name) => name.toLowerCase()));
  if (!own.has('mime-version')) lines.push('MIME-Version: 1.0');
  if (!own.has('content-type')) {
    lines.push('Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit');
  }
  const text = (parts.text ?? 'It burns.').replaceAll(/\r?\n/g, '\r\n');
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}\r\n`);
}
