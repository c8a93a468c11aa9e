import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * What a connector must know again after it has died: which answers it began to send and which were taken, which of these
 * it has reported, and how far it has read its mailbox. A line is on the disk before the call returns.
 */
export class ConnectorJournal {
  /** Answers that it began to send, to what came of them. */
  readonly begun = new Map<string, 'BEGUN' | 'SENT' | 'REPORTED'>();
  /** What the mail server calls those that were sent, where it said so. */
  readonly externalIds = new Map<string, string>();
  /** The last mail of the mailbox that was handed in. */
  handedIn = 0;
  #file: number;

  constructor(path: string) {
    const written = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A line that was cut short by death says nothing, and goes.
    const whole = written.slice(0, written.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n')) this.#note(line);
    this.#file = openSync(path, 'a');
    ftruncateSync(this.#file, Buffer.byteLength(whole));
  }

  begin(id: string): void {
    this.#write(`begin ${id}`);
  }

  sent(id: string, externalId: string | null): void {
    this.#write(`sent ${id}${externalId === null ? '' : ` ${externalId}`}`);
  }

  reported(id: string): void {
    this.#write(`reported ${id}`);
  }

  handIn(uid: number): void {
    this.#write(`handed-in ${uid}`);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: string): void {
    writeSync(this.#file, `${line}\n`);
    fsyncSync(this.#file);
    this.#note(line);
  }

  #note(line: string): void {
    const [verb = '', of = '', externalId] = line.split(' ');
    if (verb === 'begin') this.begun.set(of, 'BEGUN');
    if (verb === 'sent') this.begun.set(of, 'SENT');
    if (verb === 'sent' && externalId !== undefined) this.externalIds.set(of, externalId);
    if (verb === 'reported') this.begun.set(of, 'REPORTED');
    if (verb === 'handed-in') this.handedIn = Math.max(this.handedIn, Number(of));
  }
}
