import { GatewayRefusalError, type Gateway, type Ingested } from './gateway-client.ts';
import { digestOf, type Journal } from './journal.ts';
import type { FoundItem } from './source.ts';
import type { Tally } from './tally.ts';

/** What handing in works with. */
export interface HandInParts {
  readonly gateway: Gateway;
  readonly journal: Journal;
  readonly tally: Tally;
  /** Mails in flight at once. */
  readonly concurrency: number;
  /** Aborted to stop: what is in flight ends, nothing new begins. */
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
}

/**
 * Hands in everything that the source gives, each mail once: what the journal holds is not sent again. Resolves when
 * all is acknowledged or refused, or when it was stopped. Throws when the gateway refuses the token or stays away.
 */
export async function handIn(items: AsyncGenerator<FoundItem, void>, parts: HandInParts): Promise<void> {
  const halt = new AbortController();
  const desk = new Desk({ ...parts, signal: AbortSignal.any([parts.signal, halt.signal]) });
  const workers = Array.from({ length: parts.concurrency }, () =>
    desk.work(items).catch((error: unknown) => {
      halt.abort();
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(workers);
  await items.return();
  const fault = outcomes.find((outcome) => outcome.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
}

class Desk {
  readonly #parts: HandInParts;
  #nextIndex = 0;
  #gaveUpInARow = 0;

  constructor(parts: HandInParts) {
    this.#parts = parts;
  }

  async work(items: AsyncGenerator<FoundItem, void>): Promise<void> {
    while (!this.#parts.signal.aborted) {
      const next = await items.next();
      if (next.done === true) return;
      const isDone = await this.#take(next.value, this.#nextIndex++);
      if (isDone) this.#parts.tally.sourceBytes += next.value.sourceBytes;
      this.#parts.onProgress();
    }
  }

  /** False when it was stopped before the mail could be handed in: the mail stays for the next start. */
  async #take(item: FoundItem, index: number): Promise<boolean> {
    const { tally, journal, gateway, signal } = this.#parts;
    const where = item.offset === 0 ? item.path : `${item.path} at byte ${item.offset}`;
    if (item.kind !== 'mail') {
      (item.kind === 'not-a-mail' ? tally.notAMail : tally.failed).push({ where, reason: item.reason });
      return true;
    }
    const mail = { path: item.path, offset: item.offset, digest: digestOf(item.raw) };
    const earlier = journal.find(mail);
    if (earlier !== undefined) {
      tally.acknowledgedEarlier += 1;
      tally.acknowledge(earlier.id, earlier.duplicate, where);
      return true;
    }
    const answer = await gateway.ingestEmail(item.raw, signal);
    if (!answer.ok) return this.#refused(answer, where);
    this.#gaveUpInARow = 0;
    // After a lost answer the intake calls our own first try a duplicate.
    const duplicate = answer.duplicate && (answer.tries === 1 || tally.knows(answer.id));
    tally.acknowledgedNow += 1;
    tally.acknowledge(answer.id, duplicate, where);
    journal.add({ index, ...mail, id: answer.id, duplicate });
    return true;
  }

  #refused(answer: Extract<Ingested, { ok: false }>, where: string): boolean {
    const { tally, concurrency, signal } = this.#parts;
    if (answer.gaveUp && signal.aborted) return false;
    tally.failed.push({ where, reason: answer.reason });
    this.#gaveUpInARow = answer.gaveUp ? this.#gaveUpInARow + 1 : 0;
    // One mail may be at fault itself; when none gets through, the gateway is away.
    if (this.#gaveUpInARow >= concurrency) {
      throw new GatewayRefusalError(`the gateway gives no usable answer (${answer.reason})`);
    }
    return true;
  }
}
