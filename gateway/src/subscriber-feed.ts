import type { GraphQLFormattedError } from 'graphql';
import type { SharedText } from './shared-text.ts';
import type { Subscriber } from './subscription-source.ts';

/** GraphQL errors that end a subscription, on their way through graphql-ws, which passes one Error on. */
export class EndedWithErrors extends Error {
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super('the subscription ended with errors');
    this.errors = errors;
  }
}

export interface FeedOptions {
  /** Begins the subscription and gives back how to leave it; a throw ends the feed with that error. */
  readonly attach: (subscriber: Subscriber) => () => void;
  /** Takes the JSON text of one execution result. */
  readonly send: (payload: SharedText) => void;
  /** The subscription broke; whoever owns the socket must end it, which ends the feed. */
  readonly lost: () => void;
}

/**
 * What graphql-ws is given as a subscription's iterator. It yields nothing: results are the same text for many sockets
 * and go to them directly. It begins with the first `next`, and ends when the subscription does or `return` is called.
 */
export class SubscriberFeed implements AsyncGenerator<never, void, void> {
  #options: FeedOptions;
  #ended = Promise.withResolvers<void>();
  #detach: (() => void) | undefined;
  #started = false;
  #left = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  async next(): Promise<IteratorResult<never, void>> {
    if (!this.#started && !this.#left) {
      this.#started = true;
      this.#detach = this.#options.attach({
        // Once for each socket of an event: the shorter, the better. Nobody calls it after `detach`.
        next: this.#options.send,
        error: (errors) => {
          this.#ended.reject(new EndedWithErrors(errors));
        },
        complete: () => {
          this.#ended.resolve();
        },
        lost: () => {
          if (!this.#left) this.#options.lost();
        },
      });
    }
    await this.#ended.promise;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<never, void>> {
    this.#left = true;
    this.#detach?.();
    this.#ended.resolve();
    return Promise.resolve({ done: true, value: undefined });
  }

  async throw(error: unknown): Promise<IteratorResult<never, void>> {
    await this.return();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
