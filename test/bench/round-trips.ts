import type pg from 'pg';

/**
 * Counts the round trips of a pool's connections: a statement that is sent after an answer has come in begins another
 * one; statements that are sent without waiting share theirs.
 */
export class RoundTrips {
  count = 0;

  constructor(pool: pg.Pool) {
    pool.on('connect', (client) => {
      let answered = true;
      const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
      const counted = (...given: unknown[]): Promise<unknown> => {
        if (answered) this.count += 1;
        answered = false;
        const outcome = query(...given);
        const note = (): void => {
          answered = true;
        };
        outcome.then(note, note);
        return outcome;
      };
      Object.assign(client, { query: counted });
    });
  }
}
