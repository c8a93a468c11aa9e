import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** A refusal or fault that the gateway itself answers with. */
export function gatewayError(
  code: string,
  message: string,
  extensions: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

const internalCodes = new Set<unknown>([undefined, 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR']);
/** What a client may read from an error's extensions; the rest (service names, stacks) stays inside. */
const openExtensions = ['code', 'limit', 'actual', 'allowed', 'retryAfterMs'];

const longestMessage = 1_000;

/** An error of any kind as plain data. */
export function formatted(error: unknown): GraphQLFormattedError {
  if (error instanceof GraphQLError) return error.toJSON();
  return { message: error instanceof Error ? error.message : String(error) };
}

/** Whether an error is nobody's expected answer, so that its text must not leave. */
export function isInternal(error: {
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}): boolean {
  return internalCodes.has(error.extensions?.['code']);
}

/**
 * The error as the client sees it. Unexpected ones keep their path and nothing else, and say by which request id they
 * stand in the log.
 */
export function publicError(error: GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const position = {
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
  };
  const trace = requestId === undefined ? {} : { requestId };
  if (isInternal(error)) {
    return {
      message: 'Something went wrong on our side; it has been logged.',
      ...position,
      extensions: { code: 'INTERNAL_SERVER_ERROR', ...trace },
    };
  }
  const kept = Object.entries(error.extensions ?? {}).filter(([name]) => openExtensions.includes(name));
  return {
    // graphql-js repeats wrong values, however long they are.
    message:
      error.message.length > longestMessage ? `${error.message.slice(0, longestMessage)}…` : error.message,
    ...position,
    extensions: {
      ...Object.fromEntries(kept),
      ...(error.extensions?.['code'] === 'SUBGRAPH_UNAVAILABLE' ? trace : {}),
    },
  };
}
