import type { InboundMessage } from '../domain/inbound-message.ts';

/** What another subgraph owns, by its id. */
export interface Reference {
  readonly id: string;
}

/** Who is on a ticket, and on the one that it was merged into, as the subgraphs that own tickets and teams have told. */
export interface TicketKeepers {
  readonly assignee?: Reference | null;
  readonly team?: { readonly viewerIsMember: boolean } | null;
  readonly mergedInto?: TicketKeepers | null;
}

/** A message as other subgraphs refer to it: what came in has the id of its raw item. */
export interface MessageReference extends Reference {
  readonly ticket?: TicketKeepers | null;
}

/** What came in; `asSource` where it is shown to somebody who may see it as it came in. */
export interface InboundMessageView extends InboundMessage {
  readonly asSource?: true;
}
