import type { OsUser } from './os-user.ts';
import type { StopMode } from './postmaster-pid.ts';

/** What the guard of Postgres needs to know, sent to it as its first message. */
export interface GuardTask {
  readonly type: 'start';
  readonly postgres: string;
  readonly pgCtl: string;
  readonly dataDirectory: string;
  readonly arguments: readonly string[];
  readonly logFile: string;
  readonly user: OsUser | null;
  /** Where the guard itself connects to see whether Postgres answers and who is still connected. */
  readonly url: string;
  /** How long connections may go on after the guard has lost its parent. */
  readonly orphanPatienceMs: number;
  /** Directories to delete when Postgres has ended, for clusters that nobody needs afterwards. */
  readonly removeAfterwards: readonly string[];
}

/** From the parent to the guard. */
export type ToGuard = GuardTask | { readonly type: 'stop'; readonly mode: StopMode };

/** From the guard to its parent. */
export type FromGuard =
  { readonly type: 'ready'; readonly pid: number } | { readonly type: 'failed'; readonly reason: string };
