import type { Logger } from '@smart-tickets/kit/logger';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { formatted, isInternal, publicError } from './errors.ts';
import type { GatewayContext } from './identity.ts';
import type { Continuity } from './shared-sources.ts';
import { SharedText } from './shared-text.ts';
import type { PlannedOperation, SubscriptionPlan } from './subscription-plan.ts';
import type { Upstream } from './upstream.ts';

/** Where a subscriber's messages go. After anything but `next` nothing more comes. */
export interface Subscriber {
  /** `payload` is the JSON text of an execution result; the same one goes to everyone who gets the same. */
  next(payload: SharedText): void;
  error(errors: readonly GraphQLFormattedError[]): void;
  complete(): void;
  /** Events may be missing from here on: the client must come back with its own cursor. */
  lost(): void;
}

export interface SubscriptionRequest extends PlannedOperation {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
}

/** Where a subscriber is served; that changes when a newer subscription takes over. */
export interface Seat {
  source: Source;
  group: Group;
}

/** Answers in the making for one group above which its upstream is not read, and below which it is again. */
const mostPending = 64;
const fewPending = 16;

/** All subscribers who get the very same bytes. */
export class Group {
  readonly subscribers = new Map<Subscriber, Seat>();
  /** What was told last, where later answers stand for the same thing. */
  #last: string | undefined;
  /** What those who were taken over have been told last, until they are told something here. */
  #toldBefore = new Map<Subscriber, string>();
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
      this.#tell(payload);
      this.pending -= 1;
      this.#pressure();
    });
  }

  /** Serves the subscribers of an older group that got the same; what that one has not told yet, it tells nobody. */
  takeOver(older: Group, source: Source): void {
    for (const [subscriber, seat] of older.subscribers) {
      const told = older.#toldBefore.get(subscriber) ?? older.#last;
      if (told !== undefined) this.#toldBefore.set(subscriber, told);
      seat.source = source;
      seat.group = this;
      this.subscribers.set(subscriber, seat);
    }
    older.subscribers.clear();
  }

  /** A group without subscribers that answers the same requests on another source. */
  successor(pressure: () => void): Group {
    return new Group(this.#request, this.#plan, this.#log, pressure);
  }

  #tell(payload: string): void {
    const shared = new SharedText(payload);
    if (this.#toldBefore.size === 0) {
      for (const subscriber of this.subscribers.keys()) subscriber.next(shared);
    } else {
      for (const subscriber of this.subscribers.keys()) {
        if (this.#toldBefore.get(subscriber) !== payload) subscriber.next(shared);
      }
      this.#toldBefore.clear();
    }
    if (this.#plan.continuity === 'STATE') this.#last = payload;
  }

  /** Says the last word to everyone, after all that came before it. */
  finish(say: (subscriber: Subscriber) => void): void {
    this.#then(() => {
      for (const subscriber of this.subscribers.keys()) say(subscriber);
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
  /** The same for all that ask a subgraph for the same for the same viewer class. */
  readonly key: string;
  readonly continuity: Continuity;
  /** Whether a message has come. */
  begun = false;
  readonly groups = new Map<string, Group>();
  /** Set right after construction: opening needs the handlers, which need the source. */
  upstream: Upstream | undefined;
  #paused = false;

  constructor(key: string, continuity: Continuity) {
    this.key = key;
    this.continuity = continuity;
  }

  /** Serves everybody whom an older source of the same state has served. They are told the next message unless they know it. */
  takeOver(older: Source): void {
    for (const [key, group] of older.groups) {
      let own = this.groups.get(key);
      if (own === undefined) {
        own = group.successor(() => {
          this.pressure();
        });
        this.groups.set(key, own);
      }
      own.takeOver(group, this);
    }
    older.groups.clear();
  }

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
