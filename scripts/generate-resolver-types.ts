/** Writes the resolver types of every subgraph from its SDL; with --check only tells whether they are current. */
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** GraphQL types whose resolvers are given rows of the domain instead of finished objects. */
const mappers: Record<string, Record<string, string>> = {
  ticket: {
    Ticket: './caller.ts#TicketView as TicketViewRow',
    Message: '../domain/timeline.ts#MessageEntry as MessageEntryRow',
    Note: '../domain/timeline.ts#NoteEntry as NoteEntryRow',
    TicketChange: '../domain/timeline.ts#ChangeEntry as ChangeEntryRow',
    Attachment: '@smart-tickets/contracts#Attachment as AttachmentRow',
    TicketLink: '../domain/links.ts#TicketLink as TicketLinkRow',
    TicketViewer: '../domain/presence.ts#TicketViewer as TicketViewerRow',
    Customer: '../domain/customer.ts#Customer as CustomerRow',
    TicketEvent: './ticket-events.ts#TicketEventView as TicketEventViewRow',
    Webhook: '../domain/webhook.ts#Webhook as WebhookRow',
    WebhookDelivery: '../domain/webhook.ts#WebhookDelivery as WebhookDeliveryRow',
  },
  'channel-ingest': {
    Channel: '../domain/channel.ts#Channel as ChannelRow',
    ChannelHealth: '../persistence/channel-health.ts#ChannelHealth as ChannelHealthRow',
    InboundMessage: './message-reference.ts#InboundMessageView as InboundMessageViewRow',
    Delivery: '../domain/delivery.ts#Delivery as DeliveryRow',
    OutboundContent: '../domain/delivery.ts#OutboundContent as OutboundContentRow',
    OutboundAttachment: '@smart-tickets/contracts#Attachment as AttachmentRow',
    DeliveriesWaiting: '../use-cases/delivery-feed.ts#WaitingDeliveries as WaitingDeliveriesRow',
    Message: './message-reference.ts#MessageReference as MessageReferenceRow',
    Ticket: './message-reference.ts#Reference as TicketReferenceRow',
    Team: './message-reference.ts#Reference as TeamReferenceRow',
  },
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [service, types] of Object.entries(mappers)) {
  const folder = new URL(`../services/${service}/src/graphql/`, import.meta.url);
  const output = new URL('resolver-types.generated.ts', folder);
  const sdl = readFileSync(new URL(`${service}.graphql`, folder), 'utf8');
  const config = {
    federation: true,
    useTypeImports: true,
    enumsAsTypes: true,
    contextType: './context.ts#Context as ContextRow',
    mappers: types,
    scalars: { DateTime: 'string', JSON: 'unknown', ID: 'string' },
    avoidOptionals: { field: true, object: true, inputValue: false, defaultValue: false },
    importExtension: '',
    emitLegacyCommonJSImports: false,
  };
  const text = await codegen({
    filename: output.pathname,
    schema: parse(sdl),
    documents: [],
    config,
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
  });
  const current = existsSync(output) ? readFileSync(output, 'utf8') : '';
  if (current === text) continue;
  if (check) {
    process.stderr.write(`${service}: resolver types are not current; run npm run codegen\n`);
    stale += 1;
  } else {
    writeFileSync(output, text);
    process.stdout.write(`wrote ${service}/resolver-types.generated.ts\n`);
  }
}
process.exitCode = stale === 0 ? 0 : 1;
