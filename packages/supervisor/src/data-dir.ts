import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeOpenDirectory, notedPlace, removeNotedPlace } from './cluster-place.ts';
import { lockName } from './lock-file.ts';
import { freeDataDirectory } from './postmaster-pid.ts';
import { StartFault } from './start-fault.ts';

const markerName = 'smart-tickets-data';
// What file systems and version control put into a directory that is empty for all purposes.
const harmless = new Set(['lost+found', '.gitkeep', markerName, lockName]);
/** What `npm run import` notes here, also where the first start is still to come. */
const importJournal = /^import-[0-9a-f]+\.jsonl$/;

/** Makes the data directory when there is none. Refuses one that holds other people's files. */
export function openDataDir(dataDir: string): void {
  // Root's Postgres runs as another user, who has to get through to its own directory; files keep their own modes.
  if (process.getuid?.() === 0) makeOpenDirectory(dataDir);
  else mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (existsSync(path.join(dataDir, markerName))) return;
  if (readdirSync(dataDir).some((name) => !harmless.has(name) && !importJournal.test(name))) {
    throw new StartFault(
      `${dataDir} holds files that are not of Smart Tickets. Choose another: DATA_DIR=… npm start`,
    );
  }
  writeFileSync(
    path.join(dataDir, markerName),
    'Data of Smart Tickets. Delete all of it by: npm start -- --fresh\n',
  );
}

/** Deletes all data, except the lock that the caller holds. Ends a Postgres that was left running on them. */
export async function emptyDataDir(dataDir: string): Promise<void> {
  await freeDataDirectory(path.join(notedPlace(dataDir) ?? dataDir, 'postgres'), 0);
  removeNotedPlace(dataDir);
  for (const name of readdirSync(dataDir)) {
    if (name !== lockName && name !== markerName)
      rmSync(path.join(dataDir, name), { recursive: true, force: true });
  }
}

/** Writes a file completely or not at all. */
export function writeWhole(file: string, content: string, mode: number): void {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode, flush: true });
  renameSync(draft, file);
}

/** The parsed content of a file, or what `make` gives, written to the file, when there is none yet. */
export async function readOrMake<T>(file: string, mode: number, make: () => T | Promise<T>): Promise<T> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  const made = await make();
  writeWhole(file, `${JSON.stringify(made, null, 2)}\n`, mode);
  return made;
}
