import type { Viewer } from '@smart-tickets/kit/internal-token';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { BoundedMap } from './bounded-map.ts';
import { gatewayError } from './errors.ts';
import { broken, Ruler, type Limits } from './limits.ts';

/** One operation as a client sends it, over whichever transport. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An operation that may be worked on. */
export interface Admitted {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Why an operation is refused before any work, with the HTTP status that says the same. */
export interface Refusal {
  readonly error: GraphQLError;
  readonly status: 400 | 403;
}

const longestDocument = 256 * 1024;
/** Longer documents are parsed each time: what is kept must stay small whoever sends it. */
const longestRemembered = 8 * 1024;

function tooMuch(limit: string, actual: number, allowed: number): Refusal {
  const message = `The operation asks for too much: ${limit} is ${actual}, at most ${allowed} is allowed.`;
  return { error: gatewayError('LIMIT_EXCEEDED', message, { limit, actual, allowed }), status: 400 };
}

/** Lets operations in: document length and tokens, the limits on their shape, and what a role may ask at all. */
export class Admission {
  #limits: Limits;
  #schema: () => GraphQLSchema;
  #ruler = new Ruler();
  #parsed = new BoundedMap<string, DocumentNode>(300);

  constructor(limits: Limits, schema: () => GraphQLSchema) {
    this.#limits = limits;
    this.#schema = schema;
  }

  admit(viewer: Viewer, request: OperationRequest): Result<Admitted, Refusal> {
    const parsed = this.#parse(request.query);
    if (!parsed.ok) return parsed;
    const document = parsed.value;
    const operation = getOperationAST(document, request.operationName);
    if (operation === null || operation === undefined) {
      const message = 'Say by operationName which operation of the document is meant.';
      return err({ error: gatewayError('OPERATION_RESOLUTION_FAILURE', message), status: 400 });
    }
    if (viewer.role === 'VIEWER' && operation.operation === OperationTypeNode.MUTATION) {
      const error = gatewayError('FORBIDDEN', 'This token may look but not change anything.');
      return err({ error, status: 403 });
    }
    const over = broken(
      this.#ruler.measure(this.#schema(), document, operation, request.variables),
      this.#limits,
    );
    if (over !== undefined) return err(tooMuch(over.limit, over.actual, this.#limits[over.limit]));
    return ok({ document, operation });
  }

  #parse(query: string): Result<DocumentNode, Refusal> {
    const held = this.#parsed.get(query);
    if (held !== undefined) return ok(held);
    if (query.length > longestDocument) return err(tooMuch('characters', query.length, longestDocument));
    try {
      const document = parse(query, { maxTokens: this.#limits.tokens });
      if (query.length <= longestRemembered) this.#parsed.set(query, document);
      return ok(document);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      if (error.message.includes('tokens. Parsing aborted')) {
        return err(tooMuch('tokens', this.#limits.tokens + 1, this.#limits.tokens));
      }
      const { source, positions } = error;
      return err({
        error: new GraphQLError(error.message, {
          ...(source === undefined ? {} : { source }),
          ...(positions === undefined ? {} : { positions }),
          extensions: { code: 'GRAPHQL_PARSE_FAILED' },
        }),
        status: 400,
      });
    }
  }
}
