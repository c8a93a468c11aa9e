import { isId } from '@smart-tickets/kit/ids';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import type { Ticket } from '../domain/ticket.ts';
import { writeSeen, type Seen } from '../persistence/seen-store.ts';

/** Most notes that wait to be written; further ones are dropped. */
export const maxWaitingSeen = 10_000;
const batchSize = 500;

interface Waiting extends Seen {
  readonly workspaceId: string;
}

/**
 * Notes beside the reads which last message agents were given, for answers that name none. Reads neither wait for it nor
 * fail by it: what cannot be written is logged and dropped, and the answer is then compared with what was noted before,
 * or not at all. One batch is written at a time, on one connection.
 */
export class SeenRecorder {
  #pool: pg.Pool;
  #log: Logger;
  #waiting = new Map<string, Waiting>();
  #writing: Promise<void> | undefined;
  #full = false;

  constructor(pool: pg.Pool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Notes that an agent was given a ticket as it stood at this version, its last message included. */
  record(
    workspaceId: string,
    agentId: string,
    ticket: Pick<Ticket, 'id' | 'version' | 'lastMessageId'>,
  ): void {
    if (!isId(agentId)) return;
    const key = `${workspaceId}:${agentId}:${ticket.id}`;
    const known = this.#waiting.get(key);
    if (known !== undefined && known.version >= ticket.version) return;
    if (known === undefined && this.#waiting.size >= maxWaitingSeen) {
      if (!this.#full) this.#log.warn('too much was read at once to note who has seen what');
      this.#full = true;
      return;
    }
    const { id: ticketId, version, lastMessageId } = ticket;
    this.#waiting.set(key, { workspaceId, agentId, ticketId, version, lastMessageId });
    this.#writing ??= this.#write();
  }

  /** Resolves when everything noted so far is written or dropped. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // What one request reads comes within one turn.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      this.#full = false;
      try {
        for (const [workspaceId, seen] of Map.groupBy(waiting, (one) => one.workspaceId)) {
          for (let from = 0; from < seen.length; from += batchSize) {
            await writeSeen(this.#pool, workspaceId, seen.slice(from, from + batchSize));
          }
        }
      } catch (error) {
        // In an outage each further batch would wait for its time-out.
        this.#log.warn({ err: error }, 'it could not be noted who has seen what');
      }
    }
    this.#writing = undefined;
  }
}
