import { randomUUIDv7 } from 'node:crypto';

/** A new id: UUID version 7, so that ids made later sort later (not within one millisecond). Source: RFC 9562 §5.7. */
export function newId(): string {
  return randomUUIDv7();
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a string can be an id of ours; anything else is simply not found. */
export function isId(value: string): boolean {
  return uuidPattern.test(value);
}

/** When an id was made, in milliseconds since 1970; null for one that does not tell, as it is not of version 7. */
export function madeAtMs(id: string): number | null {
  return isId(id) && id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}

/** The highest id of version 7 that was made at an instant, in milliseconds since 1970; at 0 for one before. */
export function lastIdOf(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7fff-bfff-ffffffffffff`;
}
