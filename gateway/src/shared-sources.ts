import type { Source } from './subscription-source.ts';

/**
 * How the messages of a subscription hang together, which decides who can live on it:
 * - EVENTS that come from now on: whoever joins misses nothing that is theirs.
 * - REPLAY of events after a cursor: whoever wants those after the same cursor can join until the first one has come.
 * - STATE, each message the whole of it as it is then: whoever comes needs it as it is now, so that they ask anew, and
 *   everybody else goes over to the newer subscription as soon as it has said something.
 * - UNKNOWN: nobody can join.
 */
export type Continuity = 'EVENTS' | 'REPLAY' | 'STATE' | 'UNKNOWN';

/** The upstream subscriptions that others may join or take over, by what they ask for and for whom; oldest first. */
export class SharedSources {
  #sources = new Map<string, Source[]>();

  /** The one that a newcomer who asks for the same joins; undefined when there must be a new one. */
  joinable(key: string): Source | undefined {
    const newest = this.#sources.get(key)?.at(-1);
    if (newest === undefined) return undefined;
    const { continuity, begun } = newest;
    return continuity === 'EVENTS' || (continuity === 'REPLAY' && !begun) ? newest : undefined;
  }

  add(source: Source): void {
    if (source.continuity === 'UNKNOWN') return;
    const sources = this.#sources.get(source.key);
    if (sources === undefined) this.#sources.set(source.key, [source]);
    else sources.push(source);
  }

  /** Without effect for one that is not here. */
  remove(source: Source): void {
    const left = (this.#sources.get(source.key) ?? []).filter((one) => one !== source);
    if (left.length === 0) this.#sources.delete(source.key);
    else this.#sources.set(source.key, left);
  }

  /**
   * Those that a source stands in for once it has its first message: the older ones of the same state. Newer ones will
   * stand in for it in their turn.
   */
  outdatedBy(source: Source): Source[] {
    if (source.continuity !== 'STATE') return [];
    const sources = this.#sources.get(source.key) ?? [];
    return sources.slice(0, Math.max(0, sources.indexOf(source)));
  }

  clear(): void {
    this.#sources.clear();
  }
}
