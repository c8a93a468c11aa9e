import type { Logger } from '@smart-tickets/kit/logger';
import { getOperationAST, type GraphQLFormattedError } from 'graphql';
import { publicError } from './errors.ts';
import { viewerKey, type GatewayContext } from './identity.ts';
import { asksForReplay } from './replay.ts';
import { SharedSources } from './shared-sources.ts';
import type { SubscriptionPlan, SubscriptionPlanner } from './subscription-plan.ts';
import {
  Group,
  Source,
  type Seat,
  type Subscriber,
  type SubscriptionRequest,
} from './subscription-source.ts';
import type { OpenUpstream } from './upstream.ts';

export interface HubOptions {
  readonly planner: SubscriptionPlanner;
  readonly openUpstream: OpenUpstream;
  /** The subgraph's graphql-ws address; throws when it is not known. */
  readonly socketUrlOf: (subgraph: string) => string;
  /** Told of each event before anything is read for it: something in this workspace has changed. */
  readonly changed: (workspaceId: string) => void;
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

/** What two subscriptions of one source have in common when one answer is for both: variables that nobody reads do not count. */
function groupKeyOf({ query, operationName, document, variables }: SubscriptionRequest): string {
  const definition = getOperationAST(document, operationName);
  const declared = definition?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  const read = declared.toSorted().map((name) => [name, sorted(variables[name])]);
  return JSON.stringify([query, operationName ?? null, read]);
}

/**
 * Lets many sockets live on few upstream subscriptions to events: one per source operation, variables and viewer class;
 * one completion per distinct selection and event; one JSON text for all who asked for the same. See Continuity for who can
 * join whom.
 */
export class SubscriptionHub {
  #options: HubOptions;
  #shared = new SharedSources();
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
    // All that can fail with what a client has sent, before anything is opened.
    const groupKey = groupKeyOf(request);
    const replays = plan.continuity === 'EVENTS' && asksForReplay(plan.source.query, variables);
    const source =
      this.#shared.joinable(sourceKey) ??
      this.#open(
        plan,
        variables,
        request.context,
        new Source(sourceKey, replays ? 'REPLAY' : plan.continuity),
      );
    const seat: Seat = { source, group: this.#join(source, plan, request, groupKey) };
    seat.group.subscribers.set(subscriber, seat);
    return () => {
      this.#leave(seat, subscriber);
    };
  }

  /** Ends every upstream; subscribers hear nothing more. */
  close(): void {
    for (const source of this.#all) source.upstream?.close();
    this.#all.clear();
    this.#shared.clear();
  }

  #join(source: Source, plan: SubscriptionPlan, request: SubscriptionRequest, key: string): Group {
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
    source: Source,
  ): Source {
    const { log, openUpstream, socketUrlOf, changed } = this.#options;
    const url = socketUrlOf(plan.subgraph);
    const ended = (say: (subscriber: Subscriber) => void): void => {
      this.#forget(source);
      source.finish(say);
    };
    this.#all.add(source);
    this.#shared.add(source);
    source.upstream = openUpstream(
      { url, ...plan.source, variables, context },
      {
        next: (event) => {
          changed(context.viewer.workspaceId);
          this.#begin(source);
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

  /** At the first message of a source: all who were served the same state before are served by it from here on. */
  #begin(source: Source): void {
    if (source.begun) return;
    source.begun = true;
    for (const older of this.#shared.outdatedBy(source)) {
      source.takeOver(older);
      this.#forget(older);
      older.upstream?.close();
    }
  }

  #leave({ source, group }: Seat, subscriber: Subscriber): void {
    group.subscribers.delete(subscriber);
    if (group.subscribers.size > 0) return;
    for (const [key, held] of source.groups) if (held === group) source.groups.delete(key);
    source.pressure();
    if (source.groups.size > 0 || !this.#all.has(source)) return;
    this.#forget(source);
    source.upstream?.close();
  }

  #forget(source: Source): void {
    this.#all.delete(source);
    this.#shared.remove(source);
  }
}
