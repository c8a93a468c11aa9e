import pg from 'pg';
import { isId } from './ids.ts';
import type { Logger } from './logger.ts';
import type { Result } from './result.ts';

/** The role under which requests and jobs work: row-level security confines it to one workspace at a time. */
export const appRole = 'smart_tickets_app';
/** The role of the sequencer, the event feed and the sweeps, which serve all workspaces. */
export const systemRole = 'smart_tickets_system';

// Instants leave the database as ISO 8601 strings in UTC with milliseconds, ready for events and GraphQL.
const timestamptzOid = 1184;
const int8Oid = 20;
/** In UTC the text is put together anew; reading it as a date costs several times as much, and a page has hundreds. */
function instantIn(text: string): string {
  const inUtc = text[10] === ' ' && text.endsWith('+00') && (text[19] === '.' || text.length === 22);
  if (!inUtc) return new Date(text).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).slice(0, 3).padEnd(3, '0')}Z`;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === timestamptzOid) return instantIn;
    if (oid === int8Oid) return Number;
    return pg.types.getTypeParser(oid, format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** Connection settings shared by every pool and client: nothing waits for ever on a silent connection. */
export function connectionSettings(
  url: string,
  role: string | null,
  applicationName: string,
): pg.ClientConfig {
  const options = [
    '-c statement_timeout=15000',
    '-c idle_in_transaction_session_timeout=20000',
    // The server, too, notices a peer that is gone without a word, and lets go of its locks.
    '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  ];
  if (role !== null) options.push(`-c role=${role}`);
  return {
    connectionString: url,
    application_name: applicationName,
    options: options.join(' '),
    connectionTimeoutMillis: 5_000,
    query_timeout: 20_000,
    keepAlive: true,
    types,
  };
}

/** A pool of pipelining connections; its idle clients' errors are logged, not thrown. */
export function createPool(url: string, role: string, name: string, max: number, log: Logger): pg.Pool {
  const pool = new pg.Pool({ ...connectionSettings(url, role, name), max, pipeline: true });
  pool.on('error', (error) => {
    log.warn({ err: error }, 'an idle database connection was lost');
  });
  // A connection that is lost while in use fails its statement, and emits 'error' too: unheard, that ends the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return pool;
}

/** One statement. Named ones are prepared once per connection; never build the name from data. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** A transaction that is confined to one workspace. */
export interface Tx {
  readonly workspaceId: string;
  /** Sends the statement at once; statements sent without waiting share a round trip. */
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>>;
  /** Sends a statement whose result nobody needs; it travels with the commit and its fault fails the transaction. */
  send(statement: Statement): void;
}

const mostTries = 4;
const deadlockDetected = '40P01';

/**
 * Runs `work` in one transaction of one workspace. Commits when it returns an ok result, rolls back when it throws
 * or returns an error result. Opening, the workspace setting and the first statements are one round trip; the
 * statements given to `send` and the commit are another. Throws when the commit did not take place. When Postgres ends
 * the transaction to resolve a deadlock, `work` is run again from its beginning, three times at most.
 */
export async function inWorkspace<T, E>(
  pool: pg.Pool,
  workspaceId: string,
  work: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryInWorkspace(pool, workspaceId, work);
    } catch (error) {
      const deadlocked = error instanceof pg.DatabaseError && error.code === deadlockDetected;
      if (!deadlocked || tries === mostTries) throw error;
    }
  }
}

async function tryInWorkspace<T, E>(
  pool: pg.Pool,
  workspaceId: string,
  work: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E>> {
  const opening = openingOf(workspaceId);
  const client = await pool.connect();
  let broken: Error | undefined;
  const sent: Promise<unknown>[] = [];
  let firstFault: { readonly reason: unknown } | undefined;
  const query = <Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>> => {
    const outcome = ask<Row>(client, statement);
    // Answers come in the order of sending. The statement that fails first is the reason; those behind it only say that
    // the transaction is aborted. Whoever does not wait for one is told by the commit.
    outcome.catch((reason: unknown) => (firstFault ??= { reason }));
    return outcome;
  };
  const send = (statement: Statement): void => {
    sent.push(query(statement));
  };
  try {
    send(opening);
    const result = await work({ workspaceId, query, send });
    if (!result.ok) {
      await query({ text: 'rollback' });
      return result;
    }
    const committed = query({ text: 'commit' });
    await Promise.all(sent);
    if ((await committed).command !== 'COMMIT') throw new Error('the transaction was rolled back');
    return result;
  } catch (error) {
    broken = await rollBack(client);
    throw firstFault === undefined ? error : firstFault.reason;
  } finally {
    client.release(broken);
  }
}

/** Reads within one workspace, in one round trip: open, set, read, end. */
export async function readInWorkspace<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  workspaceId: string,
  statement: Statement,
): Promise<Row[]> {
  const opening = openingOf(workspaceId);
  const client = await pool.connect();
  // What fails aborts the transaction, and its end is then a rollback: nothing is left to be done.
  const outcomes = await Promise.allSettled([
    ask(client, opening),
    ask<Row>(client, statement),
    ask(client, { text: 'commit' }),
  ]);
  const faults = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as Error] : [],
  );
  client.release(faults.find((fault) => !(fault instanceof pg.DatabaseError)));
  if (faults[0] !== undefined) throw faults[0];
  return outcomes[1].status === 'fulfilled' ? outcomes[1].value.rows : [];
}

/** Opens a transaction of one workspace: two statements as one message, which takes no parameters. */
function openingOf(workspaceId: string): Statement {
  if (!isId(workspaceId)) throw new Error('a workspace has a UUID');
  return { text: `begin; set local app.workspace_id = '${workspaceId}'` };
}

/** Sends a statement. What is sent in one go leaves as one write, and costs both sides one call of the system. */
function ask<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  { values, ...statement }: Statement,
): Promise<pg.QueryResult<Row>> {
  const { stream } = client.connection;
  if (stream.writableCorked === 0) {
    stream.cork();
    process.nextTick(() => {
      stream.uncork();
    });
  }
  return client.query<Row>(values === undefined ? statement : { ...statement, values: [...values] });
}

async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The constraint that a database error names, when it is a violation of one. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined;
  return error.code?.startsWith('23') === true ? error.constraint : undefined;
}
