import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canEnter, postgresUser } from './os-user.ts';

const systemPlace = '/var/lib/smart-tickets';
const noteName = 'postgres-place';

/**
 * The directory in which the cluster of a data directory lies: the data directory itself, except where root starts the
 * system and the user of Postgres cannot enter it (a checkout in /root, say). Then it is a directory of its own below
 * /var/lib/smart-tickets, and a note in the data directory remembers it, so that a later change of modes moves nothing.
 */
export function placeCluster(dataDir: string): string {
  const noted = notedPlace(dataDir);
  if (noted !== null) {
    makeOpenDirectory(noted);
    return noted;
  }
  const user = postgresUser(path.join(dataDir, 'postgres'));
  if (user === null) return dataDir;
  if (canEnter(dataDir, user)) return dataDir;
  const name = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16);
  const place = path.join(systemPlace, name);
  makeOpenDirectory(systemPlace);
  makeOpenDirectory(place);
  writeFileSync(path.join(dataDir, noteName), `${place}\n`);
  return place;
}

/** Makes a directory that everybody may pass through but nobody else may list, whatever the umask. */
export function makeOpenDirectory(directory: string): void {
  if (mkdirSync(directory, { recursive: true }) !== undefined) chmodSync(directory, 0o711);
}

/** The place outside the data directory that its note names, or null. */
export function notedPlace(dataDir: string): string | null {
  const note = path.join(dataDir, noteName);
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : null;
}

/** Deletes what belongs to a data directory but lies elsewhere. */
export function removeNotedPlace(dataDir: string): void {
  const place = notedPlace(dataDir);
  // Nothing but what placeCluster can have written is deleted on the word of a file.
  if (place !== null && path.dirname(place) === systemPlace) rmSync(place, { recursive: true, force: true });
}
