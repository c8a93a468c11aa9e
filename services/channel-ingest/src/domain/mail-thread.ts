import type { NormalisedMessage } from '@smart-tickets/contracts';

/** Headers of a mail by lower-case name; several of one name in their order. Values are unfolded. */
export type MailHeaders = ReadonlyMap<string, readonly string[]>;

const maxIds = 100;
/** An id is part of an index, whose rows have room for some 2,700 bytes. */
const maxIdBytes = 600;

function fits(id: string): boolean {
  return Buffer.byteLength(id) <= maxIdBytes;
}

/** All `<…>` ids of header values, in order, each once. Source: RFC 5322 §3.6.4, read as leniently as mail demands. */
export function messageIdsIn(values: readonly string[]): string[] {
  const ids = values.flatMap((value) =>
    [...value.slice(0, 20_000).matchAll(/<([^<>\s]{1,600})>/g)].map((match) => match[1] ?? ''),
  );
  return [...new Set(ids.filter(fits))].slice(-maxIds);
}

/** The mail's own id, with or without its angle brackets; null when it has none. */
export function ownMessageId(headers: MailHeaders): string | null {
  const value = headers.get('message-id')?.[0] ?? '';
  const bare = messageIdsIn([value])[0] ?? value.trim();
  return bare !== '' && fits(bare) && !/\s/.test(bare) ? bare : null;
}

/** Conversation key of a mail id. */
export function mailKey(messageId: string): string {
  return `mid:${messageId}`;
}

/**
 * Conversation keys of a mail. Old clients write phrases such as `Message from Joe <joe@example.com> of …` into
 * In-Reply-To: addresses that stand in the mail's own address headers are no ids, and in a phrase only what looks like
 * an id (has a digit left of the @) counts.
 * @param keyOf the key by which a mail that is named is known, from its id
 */
export function mailThread(
  headers: MailHeaders,
  addresses: ReadonlySet<string>,
  keyOf: (messageId: string) => string = mailKey,
): NormalisedMessage['thread'] {
  const own = ownMessageId(headers);
  const notAnAddress = (id: string): boolean => !addresses.has(id.toLowerCase()) && id !== own;
  const answered = headers.get('in-reply-to') ?? [];
  const isPhrase = answered.some((value) => value.replaceAll(/<[^<>]*>/g, '').trim() !== '');
  const inReplyTo = messageIdsIn(answered)
    .filter(notAnAddress)
    .filter((id) => !isPhrase || /\d.*@/.test(id));
  const references = messageIdsIn(headers.get('references') ?? []).filter(notAnAddress);
  return {
    own: own === null ? null : mailKey(own),
    inReplyTo: inReplyTo.map(keyOf),
    references: references.map(keyOf),
    conversation: null,
  };
}
