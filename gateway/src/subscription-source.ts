import type { Logger } from '@smart-tickets/kit/logger';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { formatted, isInternal, publicError } from './errors.ts';
import type { GatewayContext } from './identity.ts';
import type { PlannedOperation, SubscriptionPlan } from './subscription-plan.ts';
import type { Upstream } from './upstream.ts';

/** Where a subscriber's messages go. After anything but `next` nothing more comes. */
export interface Subscriber {
  /** `payload` is the JSON text of an execution result; the same string goes to everyone who gets the same. */
  next(payload: string): void;
  error(errors: readonly GraphQLFormattedError[]): void;
  complete(): void;
  /** Events may be missing from here on: the client must come back with its own cursor. */
  lost(): void;
}

export interface SubscriptionRequest extends PlannedOperation {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
}

/** Answers in the making for one group above which its upstream is not read, and below which it is again. */
const mostPending = 64;
const fewPending = 16;

/** All subscribers who get the very same bytes. */
export class Group {
  readonly subscribers = new Set<Subscriber>();
  #request: SubscriptionRequest;
  #plan: SubscriptionPlan;
  #log: Logger;
  #pressure: () => void;
  #tail: Promise<void> = Promise.resolve();
  pending = 0;

  constructor(request: SubscriptionRequest, plan: SubscriptionPlan, log: Logger, pressure: () => void) {
    this.#request = request;
    this.#plan = plan;
    this.#log = log;
    this.#pressure = pressure;
  }

  /** Starts work on an event at once; answers leave in the order of the events whatever order they are ready in. */
  push(event: ExecutionResult): void {
    this.pending += 1;
    this.#pressure();
    const answer = this.#answer(event);
    this.#then(async () => {
      const payload = await answer;
      for (const subscriber of this.subscribers) subscriber.next(payload);
      this.pending -= 1;
      this.#pressure();
    });
  }

  /** Says the last word to everyone, after all that came before it. */
  finish(say: (subscriber: Subscriber) => void): void {
    this.#then(() => {
      for (const subscriber of this.subscribers) say(subscriber);
      this.subscribers.clear();
      return Promise.resolve();
    });
  }

  #then(step: () => Promise<void>): void {
    this.#tail = this.#tail.then(step).catch((error: unknown) => {
      this.#log.error({ err: error }, 'a subscriber could not be served');
    });
  }

  async #answer(event: ExecutionResult): Promise<string> {
    const { variables, context } = this.#request;
    let result: ExecutionResult;
    try {
      result = await this.#plan.execute(event, variables, context);
    } catch (error) {
      this.#log.error(
        { err: error, requestId: context.requestId },
        'a subscription event could not be completed',
      );
      return JSON.stringify({ data: null, errors: [publicError({ message: '' }, context.requestId)] });
    }
    if (result.errors === undefined) return JSON.stringify({ data: result.data ?? null });
    for (const error of result.errors.filter(isInternal)) {
      this.#log.error({ err: error, requestId: context.requestId }, 'a subscription event has an error');
    }
    const errors = result.errors.map((error) => publicError(formatted(error), context.requestId));
    return JSON.stringify({ data: result.data ?? null, errors });
  }
}

/** One subscription at a subgraph with everyone who lives on it. */
export class Source {
  readonly groups = new Map<string, Group>();
  /** Set right after construction: opening needs the handlers, which need the source. */
  upstream: Upstream | undefined;
  #paused = false;

  push(event: ExecutionResult): void {
    let left = this.groups.size;
    for (const group of this.groups.values()) {
      left -= 1;
      // The executor merges the rest into the event, so that only one group can have the original.
      group.push(left === 0 ? event : structuredClone(event));
    }
  }

  /** Answers in the making. */
  get pending(): number {
    let sum = 0;
    for (const group of this.groups.values()) sum += group.pending;
    return sum;
  }

  finish(say: (subscriber: Subscriber) => void): void {
    for (const group of this.groups.values()) group.finish(say);
  }

  /** Reads from the subgraph only as fast as the slowest group is answered. */
  pressure(): void {
    const most = Math.max(0, ...[...this.groups.values()].map((group) => group.pending));
    if (!this.#paused && most > mostPending) {
      this.#paused = true;
      this.upstream?.pause();
    } else if (this.#paused && most < fewPending) {
      this.#paused = false;
      this.upstream?.resume();
    }
  }
}
