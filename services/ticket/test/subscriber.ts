import type { Role } from '@smart-tickets/contracts';
import { internalTokenHeader } from '@smart-tickets/kit/internal-token';
import { eventually } from '@smart-tickets/testing/eventually';
import { createClient, type Client } from 'graphql-ws';
import type { TicketDesk } from './ticket-desk.ts';

/** Who subscribes; our first agent, an ADMIN, unless told otherwise. */
interface Viewer {
  readonly role?: Role;
  readonly subject?: string;
  readonly workspaceId?: string;
}

/** One subscription over graphql-ws, with everything that has come of it. */
export class Subscriber<T> {
  readonly received: T[] = [];
  /** Once the subscription is over: what it ended with, null for a plain end. */
  ended: { readonly error: unknown } | undefined;
  #client: Client;
  #leave: () => void;

  constructor(
    desk: TicketDesk,
    query: string,
    variables: Record<string, unknown> = {},
    viewer: Viewer = {},
    url = desk.url,
  ) {
    const { role = 'ADMIN', subject = desk.ours.agentId, workspaceId = desk.ours.workspaceId } = viewer;
    this.#client = createClient({
      url: url.replace('http', 'ws'),
      retryAttempts: 0,
      connectionParams: { [internalTokenHeader]: desk.token(role, subject, workspaceId) },
    });
    this.#leave = this.#client.subscribe<T>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (data != null) this.received.push(data);
          // What is refused at the outset comes as a result without data, and then the end.
          else this.ended = { error: errors };
        },
        error: (error) => {
          this.ended = { error };
        },
        complete: () => {
          this.ended ??= { error: null };
        },
      },
    );
  }

  /** The newest thing that has come. */
  get latest(): T | undefined {
    return this.received.at(-1);
  }

  /** Waits until the newest thing that has come is as wanted, and gives it back. */
  async until(wanted: (latest: T) => boolean): Promise<T> {
    return eventually(() => {
      if (this.ended !== undefined) throw new Error(`ended: ${JSON.stringify(this.ended.error)}`);
      const latest = this.latest;
      return Promise.resolve(latest !== undefined && wanted(latest) ? latest : null);
    });
  }

  /** Waits for the end and gives back what it ended with. */
  async end(): Promise<unknown> {
    const { error } = await eventually(() => Promise.resolve(this.ended ?? null));
    return error;
  }

  /** Leaves the subscription; the socket stays open. */
  leave(): void {
    this.#leave();
  }

  async close(): Promise<void> {
    this.#leave();
    await this.#client.dispose();
  }
}
