import { internalTokenHeader } from '@smart-tickets/kit/internal-token';
import { eventually } from '@smart-tickets/testing/eventually';
import { createClient, type Client } from 'graphql-ws';
import type { Asking, IntakeDesk } from './intake-desk.ts';

/** One subscription over graphql-ws, with everything that has come of it. */
export class Subscriber<T> {
  readonly received: T[] = [];
  /** Once the subscription is over: what it ended with, null for a plain end. */
  #ended: { readonly error: unknown } | undefined;
  #client: Client;
  #leave: () => void;

  constructor(desk: IntakeDesk, query: string, asking: Asking) {
    this.#client = createClient({
      url: desk.url.replace('http', 'ws'),
      retryAttempts: 0,
      connectionParams: { [internalTokenHeader]: desk.token(asking) },
    });
    this.#leave = this.#client.subscribe<T>(
      { query },
      {
        next: ({ data, errors }) => {
          if (data != null) this.received.push(data);
          // What is refused at the outset comes as a result without data, and then the end.
          else this.#ended = { error: errors };
        },
        error: (error) => {
          this.#ended = { error };
        },
        complete: () => {
          this.#ended ??= { error: null };
        },
      },
    );
  }

  /** Waits until the newest thing that has come is as wanted, and gives it back. */
  until(wanted: (latest: T) => boolean): Promise<T> {
    return eventually(() => {
      if (this.#ended !== undefined) throw new Error(`ended: ${JSON.stringify(this.#ended.error)}`);
      const latest = this.received.at(-1);
      return Promise.resolve(latest !== undefined && wanted(latest) ? latest : null);
    });
  }

  /** Waits for the end and gives back what it ended with. */
  async end(): Promise<unknown> {
    const { error } = await eventually(() => Promise.resolve(this.#ended ?? null));
    return error;
  }

  async close(): Promise<void> {
    this.#leave();
    await this.#client.dispose();
  }
}
