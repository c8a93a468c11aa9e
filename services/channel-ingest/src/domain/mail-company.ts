import { isOwnAddress, isOwnList, type OwnMail } from './automatic-mail.ts';
import { normaliseEmail } from './author.ts';
import type { MailHeaders } from './mail-thread.ts';

/** The addresses that are no mailboxes of ours, each once, in lower case; those of our answers (`local+token`) are ours. */
export function othersAmong(addresses: readonly string[], own: OwnMail): string[] {
  const plain = (address: string): string => address.replace(/\+[^@]*@/, '@');
  const mailed = addresses.map(normaliseEmail).filter((address) => address !== null);
  const others = mailed.filter(
    (address) => !isOwnAddress(address, own) && !isOwnAddress(plain(address), own),
  );
  return [...new Set(others)];
}

const maxIdLength = 254;

/**
 * The id of the mailing list that a mail came over, in lower case; null when it came over none, or over one that is a
 * mailbox of ours. Source: RFC 2919.
 */
export function listOf(headers: MailHeaders, own: OwnMail): string | null {
  const value = (headers.get('list-id')?.[0] ?? '').slice(0, 2_000);
  const id = (/<([^<>\s]+)>\s*$/.exec(value)?.[1] ?? value.trim()).toLowerCase();
  if (id === '' || /\s/.test(id) || id.length > maxIdLength) return null;
  return isOwnList(headers, own) ? null : id;
}
