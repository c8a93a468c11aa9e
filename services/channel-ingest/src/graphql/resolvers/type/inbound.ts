import { connectorHealth } from '../../../domain/connector.ts';
import { settingsForAgents, settingsOfKind } from '../../../domain/channel-settings.ts';
import { rawHeaders } from '../../../use-cases/mail/raw-headers.ts';
import { demandWorkerOrOwn, onlyChannel, seesIntake, seesRaw, visible, worksHere } from '../../authorise.ts';
import type {
  ChannelHealthResolvers,
  ChannelResolvers,
  InboundMessageResolvers,
  MessageResolvers,
} from '../../resolver-types.generated.ts';

export const Channel: ChannelResolvers = {
  __resolveReference: async ({ id }, context) => {
    if (!seesIntake(context)) return null;
    const only = await onlyChannel(context);
    return only !== null && only !== id ? null : context.loaders.channel.load(id);
  },
  team: ({ teamId }) => (teamId === null ? null : { id: teamId }),
  settings: ({ kind, settings }, _args, context) => {
    if (context.viewer.role === 'ADMIN') return settingsOfKind(kind, settings);
    return context.viewer.role === 'AGENT' ? settingsForAgents(kind, settings) : {};
  },
  health: async ({ id }, _args, context) => {
    await demandWorkerOrOwn(context, id);
    const health = await context.loaders.health.load(id);
    if (health === null) throw new Error(`the channel ${id} is gone`);
    return health;
  },
};

export const ChannelHealth: ChannelHealthResolvers = {
  connector: async ({ id }, _args, { loaders, deps }) =>
    connectorHealth(await loaders.connector.load(id), deps.now().getTime()),
};

export const InboundMessage: InboundMessageResolvers = {
  __resolveReference: async ({ id }, context) =>
    seesIntake(context) ? visible(context, await context.loaders.inbound.load(id)) : null,
  channel: async ({ channelId }, _args, context) => {
    const channel = await context.loaders.channel.load(channelId);
    if (channel === null) throw new Error(`the channel ${channelId} of a message is gone`);
    return channel;
  },
  ticket: ({ ticketId }) => (ticketId === null ? null : { id: ticketId }),
  headers: async ({ id, status, asSource }, _args, context) => {
    const waitsForAgents = status === 'HELD' || status === 'DEAD_LETTER';
    const shown = asSource ?? (context.viewer.role === 'ADMIN' || (waitsForAgents && worksHere(context)));
    if (!shown) return null;
    const mail = await context.loaders.mailStart.load(id);
    return mail === null ? null : rawHeaders(mail.start);
  },
};

export const Message: MessageResolvers = {
  __resolveReference: (reference) => reference,
  delivery: async ({ id }, _args, context) =>
    seesIntake(context) ? visible(context, await context.loaders.delivery.load(id)) : null,
  source: async ({ id, ticket }, _args, context) => {
    const item = seesRaw(context, ticket) ? await context.loaders.inbound.load(id) : null;
    return item === null ? null : { ...item, asSource: true };
  },
};
