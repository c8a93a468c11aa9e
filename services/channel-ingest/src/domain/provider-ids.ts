const mailKeyPrefix = 'mid:';

/** The Message-ID that a conversation key is of, without brackets; null for keys of other kinds. */
export function idOfMailKey(key: string): string | null {
  return key.startsWith(mailKeyPrefix) ? key.slice(mailKeyPrefix.length) : null;
}

/**
 * What a mail provider may have called the mail that bears this Message-ID, when it put the id in place of ours: the whole
 * of it, with or without brackets; Amazon's tells only what stands before the @. Source: Amazon SES, SendEmail, MessageId.
 */
export function externalIdsOf(messageId: string): string[] {
  const ids = [messageId, `<${messageId}>`];
  const amazon = /^([0-9a-f]{16}-[0-9a-f-]{36}-\d{6})@(?:[a-z0-9-]+\.)?amazonses\.com$/i.exec(messageId);
  if (amazon?.[1] !== undefined) ids.push(amazon[1]);
  return ids;
}
