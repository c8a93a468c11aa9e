import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

/** Faults of a document and its variables: what the client wrote, not what became of it. */
const documentFaults = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

function wantsPlainJson(accept: string | undefined): boolean {
  return (
    accept?.includes('application/json') === true && !accept.includes('application/graphql-response+json')
  );
}

/**
 * Answers a faulty document with 200 to clients that ask for application/json and nothing newer; everybody else gets 400.
 * Source: GraphQL over HTTP, section 6.4.1.
 */
export function legacyStatus<C extends BaseContext>(): ApolloServerPlugin<C> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ request, response, errors }) => {
          const faults = errors ?? [];
          const documentsOnly =
            faults.length > 0 && faults.every(({ extensions }) => documentFaults.has(extensions['code']));
          if (
            response.http.status === 400 &&
            documentsOnly &&
            wantsPlainJson(request.http?.headers.get('accept'))
          ) {
            response.http.status = 200;
          }
          return Promise.resolve();
        },
      }),
  };
}
