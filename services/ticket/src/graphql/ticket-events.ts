import type { TicketEvent, TicketEventKind } from '@smart-tickets/contracts';
import { CursorExpiredError, type FeedEvent } from '@smart-tickets/kit/event-feed';
import { answeredAhead } from '@smart-tickets/kit/subscribe-ahead';
import { GraphQLError } from 'graphql';
import { overlongLists, passes, type TicketFilter } from '../domain/filter.ts';
import { ticketEventOf } from '../use-cases/ticket-event-of.ts';
import { demandReader } from './authorise.ts';
import type { TicketView } from './caller.ts';
import type { Context } from './context.ts';
import { filterInput } from './filter-input.ts';
import { forgetLoaded } from './loaders.ts';
import { numberCursor, numberPosition } from './paging.ts';

/** Name of the cursors of ticket events; search knows it too, for `asOf`. */
export const ticketEventCursor = 'ticket-event';

/** An event as a subscriber sees it. */
export interface TicketEventView {
  readonly cursor: string;
  readonly kind: TicketEventKind | 'TICKET_LEFT_FILTER';
  readonly ticket: TicketView;
  readonly entryId: string | null;
  readonly changed: string[];
  readonly at: string;
}

export interface TicketEventsArgs {
  readonly filter?: TicketFilter | null;
  readonly ticketIds?: readonly string[] | null;
  readonly after?: string | null;
}

const maxTicketIds = 200;
/** Events that one subscriber's stream answers at once: what each shows is read by statements of its own. */
const mostAtOnce = 16;

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** What a subscriber with this filter is told of an event; null when it does not concern them. */
export function viewOf(event: TicketEvent, pos: number, args: TicketEventsArgs): TicketEventView | null {
  const { ticket } = event;
  if (args.ticketIds != null && !args.ticketIds.includes(ticket.id)) return null;
  const filter = args.filter ?? {};
  const isIn = passes(filter, ticket);
  const wasIn = (): boolean =>
    event.kind !== 'TICKET_CREATED' && passes(filter, { ...ticket, ...event.before });
  // Most events concern few of those who wait: nothing is made for the others.
  if (!isIn && !wasIn()) return null;
  return {
    cursor: numberCursor(ticketEventCursor, pos),
    kind: isIn ? event.kind : 'TICKET_LEFT_FILTER',
    ticket,
    entryId: event.entry?.id ?? null,
    changed: event.changed,
    at: event.at,
  };
}

function viewOfFeed(event: FeedEvent, args: TicketEventsArgs): TicketEventView | null {
  const change = ticketEventOf(event);
  return change === null ? null : viewOf(change, event.pos, args);
}

/** The stream behind `Subscription.ticketEvents`. It ends, and frees what it holds, when the subscriber leaves. */
export function ticketEvents(
  args: TicketEventsArgs,
  context: Context,
): AsyncIterableIterator<TicketEventView> {
  demandReader(context);
  const overlong = overlongLists(args.filter ?? {});
  if (overlong.length > 0) refuse(`filter.${overlong.join(', filter.')}: too many values.`);
  if ((args.ticketIds?.length ?? 0) > maxTicketIds) refuse(`ticketIds: at most ${maxTicketIds} ids.`);
  const after = args.after == null ? null : numberPosition(ticketEventCursor, args.after);
  const wanted = {
    filter: filterInput(args.filter),
    ticketIds: args.ticketIds?.map((id) => id.toLowerCase()) ?? null,
  };

  const left = new AbortController();
  const events = context.feed.read(context.viewer.workspaceId, after, left.signal);
  const stream: AsyncIterableIterator<TicketEventView> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      try {
        for (;;) {
          const { done, value } = await events.next();
          if (done === true) return { done: true, value: undefined };
          const view = viewOfFeed(value, wanted);
          if (view === null) continue;
          forgetLoaded(context.loaders);
          return { done: false, value: view };
        }
      } catch (error) {
        if (!(error instanceof CursorExpiredError)) throw error;
        throw new GraphQLError('The cursor is older than the events that are kept; read the list anew.', {
          extensions: { code: 'CURSOR_EXPIRED' },
        });
      }
    },
    async return() {
      left.abort();
      await events.return();
      return { done: true, value: undefined };
    },
  };
  return answeredAhead(stream, mostAtOnce);
}
