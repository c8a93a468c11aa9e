import type { Logger } from '@smart-tickets/kit/logger';
import type { GraphQLFormattedError } from 'graphql';
import { publicError } from './errors.ts';
import { viewerKey, type GatewayContext } from './identity.ts';
import { asksForReplay } from './replay.ts';
import type { SubscriptionPlan, SubscriptionPlanner } from './subscription-plan.ts';
import { Group, Source, type Subscriber, type SubscriptionRequest } from './subscription-source.ts';
import type { OpenUpstream } from './upstream.ts';

export interface HubOptions {
  readonly planner: SubscriptionPlanner;
  readonly openUpstream: OpenUpstream;
  /** The subgraph's graphql-ws address; throws when it is not known. */
  readonly socketUrlOf: (subgraph: string) => string;
  readonly log: Logger;
}

/** Positions in the source operation mean nothing in the client's. */
function withoutPositions({ message, path, extensions }: GraphQLFormattedError): GraphQLFormattedError {
  return {
    message,
    ...(path === undefined ? {} : { path }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

/** The same value with its objects' names in one order, so that equal variables have equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/**
 * Lets many sockets live on few upstream subscriptions to events: one per source operation, variables and viewer class;
 * one completion per distinct selection and event; one JSON text for all who asked for the same. What is no stream of
 * events has an upstream subscription for each who asks.
 */
export class SubscriptionHub {
  #options: HubOptions;
  #shared = new Map<string, Source>();
  #all = new Set<Source>();

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /** Number of open upstream subscriptions. */
  get upstreams(): number {
    return this.#all.size;
  }

  /** Number of answers to events that are in the making. */
  get pending(): number {
    let sum = 0;
    for (const source of this.#all) sum += source.pending;
    return sum;
  }

  /** Adds a subscriber and gives back a function that takes it away again; calling that twice is harmless. */
  subscribe(request: SubscriptionRequest, subscriber: Subscriber): () => void {
    const plan = this.#options.planner.plan(request);
    const variables = plan.sourceVariables(request.variables);
    const sourceKey = JSON.stringify([
      plan.generation,
      plan.subgraph,
      plan.source,
      sorted(variables),
      viewerKey(request.context.viewer),
    ]);
    const shared = plan.joinable && !asksForReplay(plan.source.query, variables);
    let source = shared ? this.#shared.get(sourceKey) : undefined;
    source ??= this.#open(plan, variables, request.context, shared ? sourceKey : undefined);
    const group = this.#join(source, plan, request);
    group.subscribers.add(subscriber);
    return () => {
      this.#leave(source, sourceKey, group, subscriber);
    };
  }

  /** Ends every upstream; subscribers hear nothing more. */
  close(): void {
    for (const source of this.#all) source.upstream?.close();
    this.#all.clear();
    this.#shared.clear();
  }

  #join(source: Source, plan: SubscriptionPlan, request: SubscriptionRequest): Group {
    const key = JSON.stringify([request.query, request.operationName ?? null, sorted(request.variables)]);
    let group = source.groups.get(key);
    if (group === undefined) {
      group = new Group(request, plan, this.#options.log, () => {
        source.pressure();
      });
      source.groups.set(key, group);
    }
    return group;
  }

  #open(
    plan: SubscriptionPlan,
    variables: Record<string, unknown>,
    context: GatewayContext,
    sharedKey: string | undefined,
  ): Source {
    const { log, openUpstream, socketUrlOf } = this.#options;
    const url = socketUrlOf(plan.subgraph);
    const source = new Source();
    const ended = (say: (subscriber: Subscriber) => void): void => {
      this.#forget(source, sharedKey);
      source.finish(say);
    };
    this.#all.add(source);
    if (sharedKey !== undefined) this.#shared.set(sharedKey, source);
    source.upstream = openUpstream(
      { url, ...plan.source, variables, context },
      {
        next: (event) => {
          source.push(event);
        },
        complete: () => {
          ended((subscriber) => {
            subscriber.complete();
          });
        },
        error: (errors) => {
          const open = errors.map((error) => publicError(withoutPositions(error), context.requestId));
          ended((subscriber) => {
            subscriber.error(open);
          });
        },
        lost: (cause) => {
          log.warn({ cause, subgraph: plan.subgraph }, 'subscription upstream lost');
          ended((subscriber) => {
            subscriber.lost();
          });
        },
      },
    );
    return source;
  }

  #leave(source: Source, sourceKey: string, group: Group, subscriber: Subscriber): void {
    group.subscribers.delete(subscriber);
    if (group.subscribers.size > 0) return;
    for (const [key, held] of source.groups) if (held === group) source.groups.delete(key);
    source.pressure();
    if (source.groups.size > 0 || !this.#all.has(source)) return;
    this.#forget(source, sourceKey);
    source.upstream?.close();
  }

  #forget(source: Source, sharedKey: string | undefined): void {
    this.#all.delete(source);
    if (sharedKey !== undefined && this.#shared.get(sharedKey) === source) this.#shared.delete(sharedKey);
  }
}
