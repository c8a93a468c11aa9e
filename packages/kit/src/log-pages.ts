/** Pages are dropped when nobody has asked for them for so long. */
const keptMs = 10_000;

interface Kept<Event> {
  readonly workspaceId: string;
  readonly events: Promise<readonly Event[]>;
  usedAt: number;
}

/**
 * The pages of the event log that were read lately, so that many who come back at once, as after a restart, read and parse
 * each of them once. Only whole pages of the past belong here: they do not change, but for erasure.
 */
export class LogPages<Event> {
  #most: number;
  #now: () => number;
  #pages = new Map<string, Kept<Event>>();

  /** @param most pages that are kept at a time, of all workspaces */
  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#now = now;
  }

  /** Number of pages that are kept. */
  get size(): number {
    return this.#pages.size;
  }

  /** The page of a workspace by its name, from memory or by `read`. A read that fails is not kept. */
  page(workspaceId: string, name: number, read: () => Promise<readonly Event[]>): Promise<readonly Event[]> {
    const key = `${workspaceId} ${name}`;
    let kept = this.#pages.get(key);
    if (kept === undefined) {
      kept = { workspaceId, events: read(), usedAt: 0 };
      const made = kept;
      kept.events.catch(() => {
        if (this.#pages.get(key) === made) this.#pages.delete(key);
      });
    }
    kept.usedAt = this.#now();
    // Moved to the end: what was used last stays longest.
    this.#pages.delete(key);
    this.#pages.set(key, kept);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.#most) break;
      this.#pages.delete(oldest);
    }
    return kept.events;
  }

  /** Forgets the pages of a workspace, also those that are being read. */
  forget(workspaceId: string): void {
    for (const [key, kept] of this.#pages) if (kept.workspaceId === workspaceId) this.#pages.delete(key);
  }

  /** Drops what has not been asked for lately. */
  tidy(): void {
    const oldest = this.#now() - keptMs;
    for (const [key, { usedAt }] of this.#pages) if (usedAt < oldest) this.#pages.delete(key);
  }
}
