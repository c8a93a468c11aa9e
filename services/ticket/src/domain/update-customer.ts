import { err, ok, type Result } from '@smart-tickets/kit/result';
import { applyFields, type CustomFieldDefinition } from './custom-field.ts';
import type { Customer } from './customer.ts';
import { ianaTimeZone } from './time-zone.ts';

export const maxNameLength = 200;
export const maxNotesLength = 10_000;
export const maxGroups = 50;
export const maxGroupLength = 64;

/** What an agent asks to change of a customer; undefined stays, an empty text takes away. */
export interface CustomerUpdate {
  readonly name?: string | undefined;
  readonly company?: string | undefined;
  readonly language?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly addGroups?: readonly string[] | undefined;
  readonly removeGroups?: readonly string[] | undefined;
  readonly fields?: readonly { readonly key: string; readonly value: unknown }[] | undefined;
  readonly notes?: string | undefined;
}

export type CustomerUpdateFault =
  | { readonly code: 'INVALID'; readonly field: string; readonly message: string }
  | { readonly code: 'LIMIT_EXCEEDED'; readonly field: string; readonly message: string };

/** A BCP 47 tag in its usual form; null for what is none. */
export function languageTag(text: string): string | null {
  if (text.length > 64) return null;
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return null;
  }
}

/** Groups as they are kept: trimmed, each once whatever its letter case, in order. */
export function normaliseGroups(groups: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const group of groups) {
    const name = group.replaceAll(/\s+/g, ' ').trim();
    if (name !== '' && !byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), name);
  }
  return [...byName.values()].sort();
}

function groupsAfter(customer: Customer, { addGroups = [], removeGroups = [] }: CustomerUpdate): string[] {
  const removed = new Set(normaliseGroups(removeGroups).map((group) => group.toLowerCase()));
  return normaliseGroups([...customer.groups, ...addGroups]).filter(
    (group) => !removed.has(group.toLowerCase()),
  );
}

function tooLong(asked: CustomerUpdate, groups: readonly string[]): CustomerUpdateFault | null {
  const limits = { name: maxNameLength, company: maxNameLength, notes: maxNotesLength } as const;
  for (const [field, max] of Object.entries(limits) as [keyof typeof limits, number][]) {
    if ((asked[field]?.length ?? 0) > max) {
      return { code: 'LIMIT_EXCEEDED', field, message: `${field} has at most ${max} characters.` };
    }
  }
  if (asked.addGroups === undefined) return null;
  if (groups.length > maxGroups) {
    return {
      code: 'LIMIT_EXCEEDED',
      field: 'addGroups',
      message: `A customer is in at most ${maxGroups} groups.`,
    };
  }
  if (groups.some((group) => group.length > maxGroupLength)) {
    return {
      code: 'LIMIT_EXCEEDED',
      field: 'addGroups',
      message: `A group has at most ${maxGroupLength} characters.`,
    };
  }
  return null;
}

/** A text after it was asked for: trimmed, and none when it is blank. */
function after(asked: string | undefined, current: string | null): string | null {
  return asked === undefined ? current : asked.trim() || null;
}

/** The customer with what was asked for, or null when that changes nothing. */
export function updateCustomer(
  customer: Customer,
  asked: CustomerUpdate,
  definitions: readonly CustomFieldDefinition[],
): Result<Customer | null, CustomerUpdateFault> {
  const groups = groupsAfter(customer, asked);
  const fault = tooLong(asked, groups);
  if (fault !== null) return err(fault);
  const language = readAs(asked.language, customer.language, languageTag);
  if (language === undefined) {
    return err({ code: 'INVALID', field: 'language', message: 'language is no BCP 47 tag such as de-AT.' });
  }
  const timeZone = readAs(asked.timeZone, customer.timeZone, ianaTimeZone);
  if (timeZone === undefined) {
    return err({
      code: 'INVALID',
      field: 'timeZone',
      message: 'timeZone is no IANA name such as Europe/Vienna.',
    });
  }
  const fields = applyFields(definitions, customer.fields, asked.fields ?? []);
  if (!fields.ok) return fields;
  const updated: Customer = {
    ...customer,
    name: after(asked.name?.replaceAll(/\s+/g, ' '), customer.name),
    company: after(asked.company, customer.company),
    notes: after(asked.notes, customer.notes),
    language,
    timeZone,
    groups,
    fields: fields.value,
  };
  return ok(JSON.stringify(updated) === JSON.stringify(customer) ? null : updated);
}

/** A text as `read` understands it; undefined when it does not. */
function readAs(
  asked: string | undefined,
  current: string | null,
  read: (text: string) => string | null,
): string | null | undefined {
  const text = after(asked, null);
  if (asked === undefined || text === null) return asked === undefined ? current : null;
  return read(text) ?? undefined;
}
