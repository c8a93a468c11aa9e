import type { Viewer } from '@smart-tickets/kit/internal-token';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import type { Balance, Budgets } from './budgets.ts';
import { gatewayError } from './errors.ts';
import { viewerKey } from './identity.ts';
import { broken, Ruler, type Limits } from './limits.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

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
  /** What the caller has left after it. */
  readonly balance: Balance;
}

/** Why an operation is refused before any work, with the HTTP status that says the same. */
export interface Refusal {
  readonly error: GraphQLError;
  readonly status: 400 | 403 | 429;
  /** What the caller has left; only where the operation could be measured. */
  readonly balance?: Balance;
}

const longestDocument = 256 * 1024;
/** Longer documents are parsed each time: what is kept must stay small whoever sends it. */
const longestRemembered = 8 * 1024;
/** Levels of lists and objects in variables. */
const deepestVariables = 50;
/** What comes out of the gateway's own memory costs less than what subgraphs look up. */
const schemaObjectsPerPoint = 10;

function tooMuch(limit: string, actual: number, allowed: number): Refusal {
  const message = `The operation asks for too much: ${limit} is ${actual}, at most ${allowed} is allowed.`;
  return { error: gatewayError('LIMIT_EXCEEDED', message, { limit, actual, allowed }), status: 400 };
}

function tooOften(balance: Balance): Refusal {
  const { cost, limit, remaining, resetSeconds } = balance;
  const message =
    `The operation costs ${cost} points; ${remaining} of your ${limit} a minute are left. ` +
    `Try again in ${resetSeconds} s.`;
  const error = gatewayError('RATE_LIMITED', message, { retryAfterMs: resetSeconds * 1_000 });
  return { error, status: 429, balance };
}

/** Whether a value has more than so many levels of lists and objects; looks no deeper than that. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Whether an operation does nothing but rate: all that the token of a customer's link is for. */
function rates({ operation, selectionSet }: OperationDefinitionNode): boolean {
  return (
    operation === OperationTypeNode.MUTATION &&
    selectionSet.selections.every((node) => node.kind === Kind.FIELD && node.name.value === 'rateTicket')
  );
}

/**
 * Lets operations in: document length and tokens, the limits on their shape, what a role may ask at all, and what the
 * caller's budget allows.
 */
export class Admission {
  #limits: Limits;
  #schema: () => GraphQLSchema;
  #budgets: Budgets;
  #trusted: TrustedDocuments | undefined;
  #ruler = new Ruler();
  #parsed = new BoundedMap<string, DocumentNode>(300);

  constructor(limits: Limits, schema: () => GraphQLSchema, budgets: Budgets, trusted?: TrustedDocuments) {
    this.#trusted = trusted;
    this.#limits = limits;
    this.#schema = schema;
    this.#budgets = budgets;
  }

  admit(viewer: Viewer, request: OperationRequest): Result<Admitted, Refusal> {
    const text = this.#trusted?.textOf(request);
    if (text?.ok === false) return err({ error: text.error, status: 400 });
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
    if (viewer.role === 'CUSTOMER' && !rates(operation)) {
      const error = gatewayError('FORBIDDEN', 'This token is for rating an answer and nothing else.');
      return err({ error, status: 403 });
    }
    // The variables themselves are one object.
    if (isDeeper(request.variables, deepestVariables + 1))
      return err(tooMuch('the depth of variables', deepestVariables + 1, deepestVariables));
    const measures = this.#ruler.measure(this.#schema(), document, operation, request.variables);
    const over = broken(measures, this.#limits);
    if (over !== undefined) return err(tooMuch(over.limit, over.actual, this.#limits[over.limit]));
    const points = measures.cost + measures.introspectionObjects / schemaObjectsPerPoint;
    const balance = this.#budgets.spend(viewerKey(viewer), points);
    return balance.allowed ? ok({ document, operation, balance }) : err(tooOften(balance));
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
