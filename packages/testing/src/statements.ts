import { Pipeline, type Statement } from '@smart-tickets/kit/pipeline';
import type pg from 'pg';

/** The statements in what a connection of the driver is given: those of a pipeline, or the only one. */
export function statementsIn(given: unknown): readonly Statement[] {
  if (given instanceof Pipeline) return given.statements;
  return [typeof given === 'string' ? { text: given } : (given as Statement)];
}

/** Whether a statement is there to open, confine or end a transaction. */
export function framesTransaction({ name }: Statement): boolean {
  return name?.startsWith('tx-') ?? false;
}

/** Told of everything that goes over a pool's connections. */
export interface PoolWatch {
  sent?(statements: readonly Statement[]): void;
  answered?(statements: readonly Statement[]): void;
}

/** A pool that does what `pool` does, and tells of the pipelines that are sent over the connections it gives. */
export function watchedPool(pool: pg.Pool, watch: PoolWatch): pg.Pool {
  const connect = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect();
    const query = (pipeline: Pipeline): Pipeline => {
      watch.sent?.(pipeline.statements);
      pipeline.once('end', () => watch.answered?.(pipeline.statements));
      return client.query(pipeline);
    };
    const release = (error?: Error): void => {
      client.release(error);
    };
    return { query, release } as unknown as pg.PoolClient;
  };
  return { connect } as unknown as pg.Pool;
}

/** Counts round trips of one caller: what is sent while nothing is on its way begins another one. */
export class TripCounter implements PoolWatch {
  count = 0;
  #pending = 0;

  sent(): void {
    if (this.#pending === 0) this.count += 1;
    this.#pending += 1;
  }

  answered(): void {
    this.#pending -= 1;
  }
}
