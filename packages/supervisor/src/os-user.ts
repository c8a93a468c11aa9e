import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, statSync } from 'node:fs';

/** The user under whom Postgres runs. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const unprivilegedNames = ['postgres', 'nobody'];

/**
 * The user under whom Postgres has to run: null for whoever runs this process, or, when that is root (as whom Postgres
 * refuses to run), the owner of `existingDirectory`, else the first of the system users postgres and nobody.
 */
export function postgresUser(existingDirectory: string): OsUser | null {
  if (process.getuid?.() !== 0) return null;
  if (existsSync(existingDirectory)) {
    const { uid, gid } = statSync(existingDirectory);
    if (uid !== 0) return { name: `user ${uid}`, uid, gid };
  }
  for (const name of unprivilegedNames) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== null && gid !== null) return { name, uid, gid };
  }
  throw new Error(
    `Postgres does not run as root, and this machine has none of the users ${unprivilegedNames.join(', ')}. ` +
      'Start as an ordinary user, or give an outer Postgres by DATABASE_HOST_URL.',
  );
}

function idOf(flag: string, name: string): number | null {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  const id = Number(stdout);
  return status === 0 && Number.isInteger(id) && id !== 0 ? id : null;
}

/** What `spawn` needs to run something as that user, away from a working directory the user may not enter. */
export function runAs(user: OsUser | null): { cwd: string; uid?: number; gid?: number } {
  return user === null ? { cwd: '/' } : { cwd: '/', uid: user.uid, gid: user.gid };
}

/** Whether that user can enter an existing directory. Tried out, since modes do not tell of access lists and mounts. */
export function canEnter(directory: string, user: OsUser | null): boolean {
  if (user === null) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], runAs(user)).status === 0;
}

/** Makes a directory that only that user may enter. */
export function makePrivateDirectory(directory: string, user: OsUser | null): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (user !== null) chownSync(directory, user.uid, user.gid);
}
