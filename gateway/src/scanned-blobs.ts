import type { BlobStore } from '@smart-tickets/kit/blob-store';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import pLimit from 'p-limit';
import { Infected, ScannerFault, type Scanner } from './scanner.ts';

/** A verdict counts so long; then the scanner, which learns, is asked again. */
const verdictMs = 3_600_000;
const verdicts = 10_000;
const scansAtOnce = 8;
const mostWaiting = 64;

interface Verdict {
  readonly infected: Infected | null;
  readonly until: number;
}

/** Has files scanned before they are given out, each content once an hour in this process. */
export class ScannedBlobs {
  #blobs: BlobStore;
  #scanner: Scanner;
  #verdicts = new BoundedMap<string, Verdict>(verdicts);
  #running = new Map<string, Promise<Infected | null>>();
  #limit = pLimit(scansAtOnce);

  constructor(blobs: BlobStore, scanner: Scanner) {
    this.#blobs = blobs;
    this.#scanner = scanner;
  }

  /** Resolves when the file is clean, or not there. Throws `Infected`, and `ScannerFault` when that is not known. */
  async check(workspaceId: string, sha256: string): Promise<void> {
    const key = `${workspaceId}/${sha256}`;
    const known = this.#verdicts.get(key);
    if (known !== undefined && known.until > Date.now()) return throwIf(known.infected);
    let running = this.#running.get(key);
    if (running === undefined) {
      if (this.#limit.pendingCount >= mostWaiting)
        throw new ScannerFault('too many files wait to be scanned');
      running = this.#limit(() => this.#scan(workspaceId, sha256)).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return throwIf(await running);
  }

  async #scan(workspaceId: string, sha256: string): Promise<Infected | null> {
    const blob = await this.#blobs.open(workspaceId, sha256);
    if (blob === null) return null;
    let infected: Infected | null = null;
    try {
      await this.#scanner.scan(blob.stream);
    } catch (error) {
      if (!(error instanceof Infected)) throw error;
      infected = error;
    } finally {
      blob.stream.destroy();
    }
    this.#verdicts.set(`${workspaceId}/${sha256}`, { infected, until: Date.now() + verdictMs });
    return infected;
  }
}

function throwIf(infected: Infected | null): void {
  if (infected !== null) throw infected;
}
