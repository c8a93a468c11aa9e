import pg from 'pg';
import utils from 'pg/lib/utils.js';
import { parserOf } from './value-types.ts';

/** One statement. Named ones are prepared once per connection; never build the name from data. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** What a statement gave. */
export interface QueryResult<Row> {
  readonly rows: Row[];
  /** Rows that were given or changed; null where a statement has none to tell of. */
  readonly rowCount: number | null;
  /** What Postgres says was done, as `INSERT 0 1`. */
  readonly tag: string;
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** A statement that a connection knows by name. The columns are known once it has been run. */
interface Prepared {
  readonly text: string;
  columns: readonly Column[] | undefined;
}

/** What a connection knows by name, and the names of which it is not known whether it knows them. */
interface Memory {
  readonly prepared: Map<string, Prepared>;
  readonly doubtful: Set<string>;
}

/** The parts of the driver's connection that query classes of others use, too. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(of: { name: string; text: string }): void;
  bind(of: { statement: string; values: readonly (string | Buffer | null)[] }): void;
  describe(of: { type: 'P'; name: '' }): void;
  close(of: { type: 'S'; name: string }): void;
  execute(): void;
  sync(): void;
}

interface Step {
  readonly statement: Statement;
  readonly values: readonly (string | Buffer | null)[];
  /** Of a statement with a name. */
  prepared: Prepared | undefined;
  /** Whether this step has it prepared. */
  prepares: boolean;
  columns: readonly Column[];
  readonly rows: Record<string, unknown>[];
  fault: unknown;
  readonly resolve: (result: QueryResult<never>) => void;
  readonly reject: (reason: unknown) => void;
}

/** With `cached plan must not change result type`. */
const featureNotSupported = '0A000';

const memories = new WeakMap<object, Memory>();

function memoryOf(wire: Wire): Memory {
  const known = memories.get(wire);
  if (known !== undefined) return known;
  const memory = { prepared: new Map<string, Prepared>(), doubtful: new Set<string>() };
  memories.set(wire, memory);
  return memory;
}

/**
 * Statements that go to Postgres as one message and are answered by one, where the driver would send and flush each for
 * itself. Without a transaction around them they are one. The first that fails ends the pipeline: those behind it are
 * not run, and fail with its reason. Columns of a prepared statement are asked for once per connection. Emits `end` when
 * all is answered or has failed.
 */
export class Pipeline extends pg.Query {
  readonly #steps: Step[] = [];
  #at = 0;
  #memory: Memory | undefined;
  /** Told of the end by the driver's own bookkeeping, which gives up waiting after a while. */
  declare callback: ((error: Error | undefined) => void) | undefined;

  constructor() {
    super({ text: '' });
    this.callback = () => undefined;
  }

  /** What is sent, in order. */
  get statements(): readonly Statement[] {
    return this.#steps.map(({ statement }) => statement);
  }

  /** Adds a statement to a pipeline that has not been sent. Throws for a value that cannot be sent. */
  add<Row>(statement: Statement): Promise<QueryResult<Row>> {
    const values = (statement.values ?? []).map((value) => utils.prepareValue(value));
    return new Promise<QueryResult<Row>>((resolve, reject) => {
      const made = { prepared: undefined, prepares: false, columns: [], rows: [], fault: undefined };
      this.#steps.push({ statement, values, ...made, resolve, reject });
    });
  }

  /** Called by the driver when it is this query's turn. */
  override submit = (connection: pg.Connection): Error | null => {
    const wire = connection as unknown as Wire;
    const memory = memoryOf(wire);
    const clash = this.#clash(memory);
    if (clash !== undefined) return new Error(`two statements have the name ${clash}`);
    this.#memory = memory;
    wire.stream.cork();
    for (const step of this.#steps) send(wire, memory, step);
    wire.sync();
    wire.stream.uncork();
    return null;
  };

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const step = this.#steps[this.#at];
    if (step === undefined) return;
    step.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const step = this.#steps[this.#at];
    if (step === undefined) return;
    try {
      step.rows.push(rowOf(step.columns, fields));
    } catch (error) {
      step.fault ??= error;
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    const step = this.#steps[this.#at];
    if (step === undefined) return;
    this.#at += 1;
    if (step.prepared !== undefined) step.prepared.columns ??= step.columns;
    if (step.fault !== undefined) step.reject(step.fault);
    else step.resolve({ rows: step.rows as never[], rowCount: countIn(text), tag: text });
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleCopyInResponse(connection: { sendCopyFail(message: string): void }): void {
    connection.sendCopyFail('there is nothing to copy from');
  }

  handleError(error: Error): void {
    const failed = this.#steps.slice(this.#at);
    this.#at = this.#steps.length;
    for (const [nth, step] of failed.entries()) {
      this.#forget(step, nth === 0 ? error : null);
      step.reject(error);
    }
    this.callback?.(error);
    this.emit('end');
  }

  handleReadyForQuery(): void {
    this.callback?.(undefined);
    this.emit('end');
  }

  /**
   * Of the statement that failed nobody says whether it has been prepared; of those behind it none has. A plan whose
   * columns are others by now stays broken until it is made anew.
   */
  #forget({ statement: { name }, prepares }: Step, failed: Error | null): void {
    if (name === undefined) return;
    const outdated = failed instanceof pg.DatabaseError && failed.code === featureNotSupported;
    if (!prepares && !outdated) return;
    this.#memory?.prepared.delete(name);
    if (failed !== null) this.#memory?.doubtful.add(name);
  }

  /** A name that stands for two statements. */
  #clash({ prepared }: Memory): string | undefined {
    const clashing = this.#steps.find(({ statement: { name, text } }) => {
      if (name === undefined) return false;
      const known = prepared.get(name);
      if (known !== undefined) return known.text !== text;
      return this.#steps.some(({ statement }) => statement.name === name && statement.text !== text);
    });
    return clashing?.statement.name;
  }
}

function send(wire: Wire, memory: Memory, step: Step): void {
  const { name, text } = step.statement;
  const known = name === undefined ? undefined : memory.prepared.get(name);
  if (known === undefined) {
    if (name !== undefined) {
      if (memory.doubtful.delete(name)) wire.close({ type: 'S', name });
      step.prepared = { text, columns: undefined };
      step.prepares = true;
      memory.prepared.set(name, step.prepared);
    }
    wire.parse({ name: name ?? '', text });
  } else {
    step.prepared = known;
    step.columns = known.columns ?? [];
  }
  wire.bind({ statement: name ?? '', values: step.values });
  if (known?.columns === undefined) wire.describe({ type: 'P', name: '' });
  wire.execute();
}

function rowOf(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let nth = 0; nth < fields.length; nth += 1) {
    const [column, field] = [columns[nth], fields[nth]];
    if (column !== undefined) row[column.name] = field == null ? null : column.parse(field);
  }
  return row;
}

/** Of `INSERT 0 3` or `SELECT 3` the last number. */
function countIn(tag: string): number | null {
  const from = tag.lastIndexOf(' ');
  const count = from === -1 ? NaN : Number(tag.slice(from + 1));
  return Number.isInteger(count) ? count : null;
}
