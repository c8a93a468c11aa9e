import { storable } from '@smart-tickets/kit/text';

/** Tags as they are kept: trimmed, lower case, each once, in order. */
export function normaliseTags(tags: readonly string[]): string[] {
  return [
    ...new Set(tags.map((tag) => storable(tag).trim().toLowerCase()).filter((tag) => tag !== '')),
  ].sort();
}
