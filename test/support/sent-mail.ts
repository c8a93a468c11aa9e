/** A mail that the mail server of a test has taken. */
export interface SentMail {
  /** Who sent it says so; without its angle brackets. */
  readonly messageId: string;
  /** The Message-ID under which it reached its recipients, where the server has put its own in place of the sender's. */
  readonly rewrittenId: string | null;
  readonly to: readonly string[];
  /** The first value of each header by its lower-case name, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  /** All of it as text, with the soft line breaks of its transfer encoding undone. */
  readonly text: string;
  /** All of it as it came. */
  readonly raw: Buffer;
}

/** Reads a mail by the plainest means. `nth` makes the ids of those that are rewritten differ. */
export function readSentMail(raw: Buffer, to: readonly string[], nth: number): SentMail {
  const text = raw.toString('utf8').replaceAll('=\r\n', '');
  const head = raw.toString('utf8').split('\r\n\r\n', 1)[0] ?? '';
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(line.indexOf(':') + 1).trim());
  }
  const messageId = (headers.get('message-id') ?? '').replaceAll(/[<>]/g, '');
  const rewritten = to.some((address) => address.startsWith('rewritten-'));
  const rewrittenId = rewritten ? `0100018f-${nth}-${Date.now()}@eu-west-1.provider.example` : null;
  return { messageId, rewrittenId, to, headers, text, raw };
}
