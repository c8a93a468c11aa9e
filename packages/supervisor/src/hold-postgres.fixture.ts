/** Started by tests as a process of its own: starts Postgres in the given directory and holds it until it is killed. */
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const [dataDir = '', port = ''] = process.argv.slice(2);
const postgres = await startEmbeddedPostgres({
  dataDir,
  port: Number(port),
  password: 'secret',
  orphanPatienceMs: 3_000,
});
process.send?.({ pid: postgres.pid, guardPid: postgres.guardPid, url: postgres.url('postgres') });
