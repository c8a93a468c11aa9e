import { err, ok, type Result } from '@smart-tickets/kit/result';

const maxFields = 100;
const maxKeyLength = 100;
const maxDepth = 5;
/** Longest JSON of all values together, in characters. */
const maxLength = 65_536;

/**
 * Values of custom fields by key as a connector gives them, bounded, in text that can be stored; the ticket service checks
 * them against their fields. An error is the reason in words.
 */
export function readFields(given: unknown): Result<Record<string, unknown>, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return err('fields must be an object of values by key.');
  }
  const keys = Object.keys(given);
  if (keys.length > maxFields) return err(`A message has at most ${maxFields} fields.`);
  if (keys.some((key) => key.length > maxKeyLength))
    return err(`A key has at most ${maxKeyLength} characters.`);
  if (!isShallow(given, maxDepth)) return err(`Values of fields are nested at most ${maxDepth} deep.`);
  if (JSON.stringify(given).length > maxLength) {
    return err(`All fields together have at most ${maxLength} characters.`);
  }
  return ok(clean(given) as Record<string, unknown>);
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

/** Neither Postgres nor JSON hold NUL and lone surrogates. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), clean(inner)]));
}
