import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ApolloGateway } from '@apollo/gateway';
import { legacyStatus } from '@smart-tickets/kit/legacy-status';
import type { Logger } from '@smart-tickets/kit/logger';
import { isInternal, publicError } from './errors.ts';
import type { GatewayContext } from './identity.ts';

/** Error answers carry the request id where the client needs it to ask about them; the text of bugs stays in the log. */
function openErrors(log: Logger): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors: ({ errors, contextValue }) => {
          for (const error of errors.filter(isInternal)) {
            log.error(
              { err: error, requestId: contextValue.requestId, path: error.path },
              'operation failed',
            );
          }
          return Promise.resolve();
        },
        willSendResponse: ({ response, contextValue }) => {
          if (response.body.kind !== 'single') return Promise.resolve();
          const { singleResult } = response.body;
          if (contextValue.balance !== undefined) {
            const { cost, limit, remaining } = contextValue.balance;
            singleResult.extensions = { ...singleResult.extensions, cost: { spent: cost, remaining, limit } };
          }
          if (singleResult.errors !== undefined) {
            singleResult.errors = singleResult.errors.map((error) =>
              publicError(error, contextValue.requestId),
            );
          }
          return Promise.resolve();
        },
      }),
  };
}

/** The last guard: what has not been measured and paid for is not run, whichever way it came. */
function admittedOnly(): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ contextValue }) =>
          contextValue.balance === undefined
            ? Promise.reject(new Error('an operation came past admission'))
            : Promise.resolve(),
      }),
  };
}

/** Apollo Server on the federated graph. Limits and identity are checked before an operation gets here. */
export function createApollo(options: {
  readonly gateway: ApolloGateway;
  readonly introspection: boolean;
  readonly log: Logger;
}): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: options.gateway,
    introspection: options.introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    stopOnTerminationSignals: false,
    logger: options.log,
    plugins: [
      openErrors(options.log),
      admittedOnly(),
      legacyStatus(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
