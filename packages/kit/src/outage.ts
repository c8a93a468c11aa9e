import pg from 'pg';
import { blobOutageCode } from './blob-store.ts';

const notNowCode = 'NOT_NOW';

/** Thrown by work whose turn has not come: its job waits as it does in an outage. */
export class NotNow extends Error {
  readonly code = notNowCode;
}

const outageCodes = new Set([
  notNowCode,
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Of the blob store, be it a folder or behind a network.
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  blobOutageCode,
]);
// Connection exceptions, lack of resources, operator intervention (shutdown, start-up, cancelled by a limit), conflicts
// with other transactions. Source: PostgreSQL documentation, appendix A.
const outageClasses = ['08', '53', '57', '40', '55P03'];
const outageMessages =
  /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|query read timeout|connection timeout|the pool is shut down|cannot use a pool after/i;

/**
 * Whether a fault is of what surrounds the work and may pass by itself (a database that is away, restarting, or full;
 * a deadlock; work whose turn has not come), rather than of the work.
 */
export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isOutage);
  if (error instanceof pg.DatabaseError)
    return outageClasses.some((start) => error.code?.startsWith(start) === true);
  if (typeof code === 'string' && outageCodes.has(code)) return true;
  return typeof message === 'string' && outageMessages.test(message);
}
