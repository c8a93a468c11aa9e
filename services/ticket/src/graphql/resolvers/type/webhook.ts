import { webhookDeliveryStatuses } from '../../../domain/webhook.ts';
import { isAdmin } from '../../authorise.ts';
import { connection, numberCursor, numberPosition, pageSize } from '../../paging.ts';
import type { WebhookDeliveryResolvers, WebhookResolvers } from '../../resolver-types.generated.ts';

export const Webhook: WebhookResolvers = {
  __resolveReference: (reference, context) =>
    isAdmin(context) ? context.loaders.webhook.load(reference.id) : null,
  deliveries: async ({ id }, args, context) => {
    const size = pageSize(args.first, 25);
    const list = `webhook:${id}`;
    const before = args.after == null ? null : numberPosition(list, args.after);
    const wanted = args.status;
    const statuses = webhookDeliveryStatuses.filter((status) => wanted == null || wanted.includes(status));
    const rows = await context.loaders.webhookDeliveries.load({
      id,
      args: { statuses, before, limit: size + 1 },
    });
    return connection(rows, size, before !== null, ({ pos }) => numberCursor(list, pos));
  },
};

export const WebhookDelivery: WebhookDeliveryResolvers = {
  ticket: async ({ id, ticketId }, _args, context) => {
    const ticket = await context.loaders.ticket.load(ticketId);
    if (ticket === null) throw new Error(`the ticket ${ticketId} of a delivery ${id} is gone`);
    return ticket;
  },
};
