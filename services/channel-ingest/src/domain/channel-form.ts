import type { ChannelKind } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { normaliseEmail, normalisePhone } from './author.ts';

/** What is wrong with something said of a channel. */
export interface ChannelFault {
  readonly field: 'name' | 'address' | 'teamId';
  readonly message: string;
}

/** Most channels of one workspace, those that are switched off among them. */
export const maxChannels = 200;
const maxNameLength = 200;
const maxAddressLength = 320;

function cleanLine(text: string): string {
  return text.toWellFormed().replaceAll('\0', '').trim();
}

/** A channel's name as it is kept. */
export function readName(text: string): Result<string, ChannelFault> {
  const name = cleanLine(text);
  if (name === '') return err({ field: 'name', message: 'name must not be empty.' });
  if (name.length > maxNameLength) {
    return err({ field: 'name', message: `name has at most ${maxNameLength} characters.` });
  }
  return /\p{Cc}/u.test(name) ? err({ field: 'name', message: 'name must be one line.' }) : ok(name);
}

/**
 * The address that customers write to or call, as it is kept: a mail address for a mailbox and for a form, whose answers go
 * out as mails; a phone number in the form of E.164; elsewhere what the platform calls it. Null where none is given.
 */
export function readAddress(kind: ChannelKind, text: string | null): Result<string | null, ChannelFault> {
  const address = cleanLine(text ?? '');
  if (address === '') return ok(null);
  const fault = (message: string): Result<never, ChannelFault> => err({ field: 'address', message });
  if (address.length > maxAddressLength) return fault(`address has at most ${maxAddressLength} characters.`);
  switch (kind) {
    case 'EMAIL':
    case 'WEB_FORM':
      return isMailbox(address)
        ? ok(address)
        : fault('address must be a mail address such as support@example.com.');
    case 'PHONE': {
      const number = normalisePhone(address);
      // Source: ITU-T E.164 §6.2.
      return number !== null && /^\+[1-9]\d{6,14}$/.test(number)
        ? ok(number)
        : fault('address must be a phone number with its country, such as +49 30 1234567.');
    }
    case 'CHAT':
    case 'FACEBOOK':
    case 'TWITTER':
    case 'INTERNAL':
    case 'API':
      return /\p{Cc}/u.test(address) ? fault('address must be one line.') : ok(address);
  }
}

/** One plain address, which can stand in a header as it is. */
function isMailbox(address: string): boolean {
  return normaliseEmail(address) !== null && /^[^\p{Cc},;:()[\]\\]+@[^\p{Cc},;:()[\]\\@]+$/u.test(address);
}
