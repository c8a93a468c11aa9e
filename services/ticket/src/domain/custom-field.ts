import { err, ok, type Result } from '@smart-tickets/kit/result';

/** What custom fields may hold; source: the closed set of the GraphQL schema. */
export const customFieldTypes = ['TEXT', 'NUMBER', 'BOOLEAN', 'ENUM', 'DATE'] as const;
export type CustomFieldType = (typeof customFieldTypes)[number];

/** Whose the fields are. */
export const customFieldOwners = ['TICKET', 'CUSTOMER'] as const;
export type CustomFieldOwner = (typeof customFieldOwners)[number];

/** A field that a workspace has defined for its tickets or customers. */
export interface CustomFieldDefinition {
  readonly key: string;
  readonly label: string;
  readonly type: CustomFieldType;
  /** The values of an ENUM field; null for the other types. */
  readonly options: string[] | null;
  readonly required: boolean;
  /** Null for none. */
  readonly default: unknown;
  readonly appliesTo: CustomFieldOwner;
  readonly archived: boolean;
}

/** Why fields cannot be set as asked; the message names the key and what would do. */
export interface FieldFault {
  readonly code: 'INVALID' | 'LIMIT_EXCEEDED';
  readonly field: string;
  readonly message: string;
}

/** Most fields that one call may set. */
export const maxFieldsAtOnce = 100;
/** Longest value of a TEXT field, in characters. */
export const maxFieldTextLength = 10_000;
/** All values of one ticket or customer together, in characters of their JSON: they travel with every event. */
export const maxFieldsLength = 32_000;

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;

function isCalendarDay(text: string): boolean {
  if (!dayPattern.test(text) || text.startsWith('0000')) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Text without what neither Postgres nor JSON can hold. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

function textOf(value: unknown): Result<string | null, string> {
  if (typeof value !== 'string') return err('must be a text.');
  const text = clean(value);
  if (text.length > maxFieldTextLength) return err(`has at most ${maxFieldTextLength} characters.`);
  return ok(text.trim() === '' ? null : text);
}

/**
 * A value in the form in which it is kept, or a sentence that goes on after the field's name and says what would do.
 * Null for no value; so does blank text mean none.
 */
export function fieldValue(
  definition: Pick<CustomFieldDefinition, 'type' | 'options'>,
  value: unknown,
): Result<string | number | boolean | null, string> {
  if (value == null) return ok(null);
  switch (definition.type) {
    case 'TEXT':
      return textOf(value);
    case 'NUMBER':
      // Minus zero is written as 0 and would come back as a change.
      return typeof value === 'number' && Number.isFinite(value) ? ok(value + 0) : err('must be a number.');
    case 'BOOLEAN':
      return typeof value === 'boolean' ? ok(value) : err('must be true or false.');
    case 'ENUM': {
      const option = typeof value === 'string' ? clean(value).trim() : null;
      return option !== null && (definition.options ?? []).includes(option)
        ? ok(option)
        : err('must be one of its options.');
    }
    case 'DATE':
      return typeof value === 'string' && isCalendarDay(value)
        ? ok(value)
        : err('must be a day such as 2026-11-22.');
  }
}

/** The value that a record holds under a key of its own; null for none. */
function held(fields: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(fields, key) ? (fields[key] ?? null) : null;
}

function invalid(key: string, what: string): Result<never, FieldFault> {
  return err({ code: 'INVALID', field: 'fields', message: `The field ${key.slice(0, 64)} ${what}` });
}

/**
 * The fields after some of them are set, each checked against its definition. Null takes a value away, which a required
 * field refuses; an archived one takes no change at all. Giving a field the value that it has is always in order,
 * whatever became of its definition since. What is not named stays as it is, in its place.
 */
export function applyFields(
  definitions: readonly CustomFieldDefinition[],
  current: Record<string, unknown>,
  inputs: readonly { readonly key: string; readonly value?: unknown }[],
): Result<Record<string, unknown>, FieldFault> {
  if (inputs.length > maxFieldsAtOnce) return tooMuch(`At most ${maxFieldsAtOnce} fields at once.`);
  const byKey = new Map(definitions.map((definition) => [definition.key, definition]));
  const after = new Map(Object.entries(current));
  const named = new Set<string>();
  for (const { key, value } of inputs) {
    if (named.has(key)) return invalid(key, 'is named twice.');
    named.add(key);
    const definition = byKey.get(key);
    if (definition === undefined) return invalid(key, 'is not defined.');
    const before = held(current, key);
    if (before === (value ?? null)) continue;
    const checked = fieldValue(definition, value);
    if (!checked.ok) return invalid(key, checked.error);
    if (checked.value === before) continue;
    if (definition.archived) return invalid(key, 'is archived and takes no new values.');
    if (checked.value !== null) after.set(key, checked.value);
    else if (definition.required)
      return invalid(key, 'is required: its value can be changed, not taken away.');
    else after.delete(key);
  }
  const fields = Object.fromEntries(after);
  const length = JSON.stringify(fields).length;
  if (length > maxFieldsLength && length > JSON.stringify(current).length) {
    return tooMuch(`All fields together have at most ${maxFieldsLength} characters.`);
  }
  return ok(fields);
}

function tooMuch(message: string): Result<never, FieldFault> {
  return err({ code: 'LIMIT_EXCEEDED', field: 'fields', message });
}

/** What a new ticket or customer has unless told otherwise. */
export function defaultsOf(definitions: readonly CustomFieldDefinition[]): Record<string, unknown> {
  return Object.fromEntries(
    definitions
      .filter((definition) => !definition.archived && definition.default !== null)
      .map((definition) => [definition.key, definition.default]),
  );
}

/** Keys of the required fields that have no value, in the order of their definitions. */
export function missingRequired(
  definitions: readonly CustomFieldDefinition[],
  fields: Record<string, unknown>,
): string[] {
  return definitions
    .filter(({ key, required, archived }) => required && !archived && held(fields, key) === null)
    .map(({ key }) => key);
}

/** Fields that have a value, in the order of their definitions; what has no definition is left out. */
export function shownFields(
  definitions: readonly CustomFieldDefinition[],
  fields: Record<string, unknown>,
): { readonly key: string; readonly value: unknown }[] {
  return definitions
    .map(({ key }) => ({ key, value: held(fields, key) }))
    .filter(({ value }) => value !== null);
}
