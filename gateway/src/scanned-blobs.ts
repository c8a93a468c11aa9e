import type { BlobStore } from '@smart-tickets/kit/blob-store';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import { withLimit } from '@smart-tickets/kit/limits';
import pLimit from 'p-limit';
import { Infected, ScannerFault, type Scanner } from './scanner.ts';

/** A verdict counts so long; then the scanner, which learns, is asked again. That it takes no such file counts for a minute. */
const verdictMs = 3_600_000;
const refusalMs = 60_000;
const verdicts = 10_000;
const scansAtOnce = 8;
const mostWaiting = 64;
/** From when a file is asked for, the wait for others included. */
const longestMs = 120_000;

interface Verdict {
  readonly fault: Infected | ScannerFault | null;
  readonly until: number;
}

/** Has files scanned before they are given out, each content once an hour in this process. */
export class ScannedBlobs {
  #blobs: BlobStore;
  #scanner: Scanner;
  #verdicts = new BoundedMap<string, Verdict>(verdicts);
  #running = new Map<string, Promise<Verdict['fault']>>();
  #limit = pLimit(scansAtOnce);

  constructor(blobs: BlobStore, scanner: Scanner) {
    this.#blobs = blobs;
    this.#scanner = scanner;
  }

  /** Resolves when the file is clean, or not there. Throws `Infected`, and `ScannerFault` when that is not known. */
  async check(workspaceId: string, sha256: string): Promise<void> {
    const key = `${workspaceId}/${sha256}`;
    const known = this.#verdicts.get(key);
    if (known !== undefined && known.until > Date.now()) return throwIf(known.fault);
    let running = this.#running.get(key);
    if (running === undefined) {
      if (this.#limit.pendingCount >= mostWaiting)
        throw new ScannerFault('too many files wait to be scanned');
      running = this.#limit(() => this.#scan(workspaceId, sha256)).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    const fault = await withLimit(running, longestMs, 'scanning a file').catch((error: unknown) => {
      throw error instanceof ScannerFault ? error : new ScannerFault(String(error));
    });
    return throwIf(fault);
  }

  /** What was found, or what the scanner has against the file; null when it is clean, or not there. */
  async #scan(workspaceId: string, sha256: string): Promise<Verdict['fault']> {
    const blob = await this.#blobs.open(workspaceId, sha256);
    if (blob === null) return null;
    // It may break while nobody reads it yet.
    blob.stream.on('error', () => undefined);
    let fault: Verdict['fault'] = null;
    try {
      await this.#scanner.scan(blob.stream);
    } catch (error) {
      const told = error instanceof Infected || (error instanceof ScannerFault && error.reply !== null);
      if (!told) throw error;
      fault = error;
    } finally {
      blob.stream.destroy();
    }
    const until = Date.now() + (fault instanceof ScannerFault ? refusalMs : verdictMs);
    this.#verdicts.set(`${workspaceId}/${sha256}`, { fault, until });
    return fault;
  }
}

function throwIf(fault: Verdict['fault']): void {
  if (fault !== null) throw fault;
}
