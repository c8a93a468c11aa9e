import { GraphQLError } from 'graphql';
import { ingestMessages as takeMessages, maxMessagesAtOnce } from '../../../use-cases/ingest-message.ts';
import { demandConnector } from '../../authorise.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';
import { ingestPayload, messageInput } from './ingest.ts';

export const ingestMessages: NonNullable<MutationResolvers['ingestMessages']> = async (
  _parent,
  { input },
  context,
) => {
  const connector = demandConnector(context);
  if (input.length === 0 || input.length > maxMessagesAtOnce) {
    throw new GraphQLError(`input must hold 1 to ${maxMessagesAtOnce} messages.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const results = await takeMessages(context.deps, connector, input.map(messageInput));
  return results.map((result, index) => ingestPayload(result, index));
};
