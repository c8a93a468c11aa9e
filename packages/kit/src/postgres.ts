import pg from 'pg';
import { isId } from './ids.ts';
import type { Logger } from './logger.ts';
import { Pipeline, type QueryResult, type Statement } from './pipeline.ts';
import type { Result } from './result.ts';
import { valueTypes } from './value-types.ts';

export type { QueryResult, Statement } from './pipeline.ts';

/** The role under which requests and jobs work: row-level security confines it to one workspace at a time. */
export const appRole = 'smart_tickets_app';
/** The role of the sequencer, the event feed and the sweeps, which serve all workspaces. */
export const systemRole = 'smart_tickets_system';

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
    types: valueTypes,
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

/** A transaction that is confined to one workspace. */
export interface Tx {
  readonly workspaceId: string;
  /** Sends the statement at once; statements sent without waiting share a round trip. */
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<QueryResult<Row>>;
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
  const statements = new Statements(client);
  let broken: Error | undefined;
  const sent: Promise<unknown>[] = [];
  let firstFault: { readonly reason: unknown } | undefined;
  const query = <Row extends pg.QueryResultRow>(statement: Statement): Promise<QueryResult<Row>> => {
    const outcome = statements.ask<Row>(statement);
    // Answers come in the order of sending. The statement that fails first is the reason; those behind it only say that
    // the transaction is aborted. Whoever does not wait for one is told by the commit.
    outcome.catch((reason: unknown) => (firstFault ??= { reason }));
    return outcome;
  };
  const send = (statement: Statement): void => {
    sent.push(query(statement));
  };
  try {
    send(begin);
    send(opening);
    const result = await work({ workspaceId, query, send });
    if (!result.ok) {
      broken = await statements.rollBack();
      return result;
    }
    const committed = query(commit);
    await Promise.all(sent);
    if ((await committed).tag !== 'COMMIT') throw new Error('the transaction was rolled back');
    return result;
  } catch (error) {
    broken = await statements.rollBack();
    throw firstFault === undefined ? error : firstFault.reason;
  } finally {
    client.release(broken);
  }
}

/** Reads within one workspace, in one round trip; both statements are one transaction by themselves. */
export async function readInWorkspace<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  workspaceId: string,
  statement: Statement,
): Promise<Row[]> {
  const [rows] = await readAllInWorkspace<[Row]>(pool, workspaceId, [statement]);
  return rows;
}

/** The same for several statements; gives the rows of each. When one fails there are none. */
export async function readAllInWorkspace<Rows extends pg.QueryResultRow[]>(
  pool: pg.Pool,
  workspaceId: string,
  asked: { readonly [Nth in keyof Rows]: Statement },
): Promise<{ [Nth in keyof Rows]: Rows[Nth][] }> {
  const opening = openingOf(workspaceId);
  const client = await pool.connect();
  const statements = new Statements(client);
  let broken: Error | undefined;
  try {
    const [, ...answers] = await Promise.all(
      [opening, ...asked].map((statement) => statements.ask(statement)),
    );
    return answers.map(({ rows }) => rows) as { [Nth in keyof Rows]: Rows[Nth][] };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) && error instanceof Error) broken = error;
    throw error;
  } finally {
    client.release(broken);
  }
}

const begin = { name: 'tx-begin', text: 'begin' };
const commit = { name: 'tx-commit', text: 'commit' };
const rollback = { name: 'tx-rollback', text: 'rollback' };

/** Confines the transaction that it is in to one workspace. */
function openingOf(workspaceId: string): Statement {
  if (!isId(workspaceId)) throw new Error('a workspace has a UUID');
  return {
    name: 'tx-workspace',
    text: `select set_config('app.workspace_id', $1, true)`,
    values: [workspaceId],
  };
}

/** Sends statements over one connection; those that are given in one go leave together. */
class Statements {
  readonly #client: pg.PoolClient;
  #gathering: Pipeline | undefined;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  /** Throws for a value that cannot be sent. */
  ask<Row>(statement: Statement): Promise<QueryResult<Row>> {
    if (this.#gathering === undefined) {
      this.#gathering = new Pipeline();
      process.nextTick(() => {
        this.#send();
      });
    }
    return this.#gathering.add<Row>(statement);
  }

  /** Ends the transaction in a message of its own, which is heard whatever has failed. Gives why it could not. */
  async rollBack(): Promise<Error | undefined> {
    this.#send();
    try {
      await this.ask(rollback);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #send(): void {
    const pipeline = this.#gathering;
    this.#gathering = undefined;
    if (pipeline !== undefined) this.#client.query(pipeline);
  }
}

/** The constraint that a database error names, when it is a violation of one. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined;
  return error.code?.startsWith('23') === true ? error.constraint : undefined;
}
