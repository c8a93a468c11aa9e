/** A mail that came to nothing, with the reason as it is shown. */
export interface Fault {
  readonly where: string;
  readonly reason: string;
}

/**
 * What has become of each mail of one import. Every mail is in exactly one place: waiting, on a ticket, duplicate,
 * held, failed, or not a mail.
 */
export class Tally {
  /** Ids that the intake has and of which the end is not known yet, with where they came from. */
  readonly waiting = new Map<string, string>();
  readonly failed: Fault[] = [];
  readonly held: Fault[] = [];
  readonly notAMail: Fault[] = [];
  onTicket = 0;
  duplicates = 0;
  /** Mails that this start handed in, and those that an earlier start had handed in. */
  acknowledgedNow = 0;
  acknowledgedEarlier = 0;
  /** Bytes of the source that are done with. */
  sourceBytes = 0;
  readonly #ids = new Set<string>();

  /** Counts an acknowledged mail; an id that this import knows already is a duplicate whatever the answer said. */
  acknowledge(id: string, duplicate: boolean, where: string): void {
    if (duplicate || this.#ids.has(id)) this.duplicates += 1;
    else this.waiting.set(id, where);
    this.#ids.add(id);
  }

  /** Whether this import has been given the id before. */
  knows(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Takes an id from waiting to where its state says; false while it is still in work. */
  settle(id: string, state: { status: string; reason: string | null } | null): boolean {
    const where = this.waiting.get(id) ?? id;
    if (state?.status === 'RECEIVED') return false;
    this.waiting.delete(id);
    if (state === null) this.failed.push({ where, reason: 'the gateway does not know it any more' });
    else if (state.status === 'ON_TICKET') this.onTicket += 1;
    else if (state.status === 'DUPLICATE') this.duplicates += 1;
    else if (state.status === 'HELD') this.held.push({ where, reason: state.reason ?? 'no reason given' });
    else this.failed.push({ where, reason: `${state.status}: ${state.reason ?? 'no reason given'}` });
    return true;
  }

  /** All that has been looked at, mails or not. */
  get total(): number {
    return (
      this.onTicket +
      this.duplicates +
      this.held.length +
      this.failed.length +
      this.notAMail.length +
      this.waiting.size
    );
  }
}
