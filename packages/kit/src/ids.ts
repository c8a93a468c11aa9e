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
