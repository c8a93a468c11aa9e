import { err, ok, type Result } from '@smart-tickets/kit/result';
import { createHash } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import { gatewayError } from './errors.ts';

/** What a request says of its document: its text, the hash of a known one, or both. */
export interface DocumentReference {
  readonly query?: string | undefined;
  /** SHA-256 of the text, lower-case hex. */
  readonly hash?: string | undefined;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const manifestSchema = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string().min(1));
/** Texts whose hashes are remembered. */
const mostRemembered = 1_000;

/**
 * The only documents that are taken when a list of them is configured: whoever steals a token can then ask nothing that
 * the front ends do not ask. Clients send the text, or its SHA-256 alone.
 */
export class TrustedDocuments {
  #texts: ReadonlyMap<string, string>;
  #known = new BoundedMap<string, true>(mostRemembered);

  /** Takes the JSON text of an object from hashes to documents; throws when a hash is not that of its document. */
  constructor(manifest: string) {
    const entries = Object.entries(manifestSchema.parse(JSON.parse(manifest)));
    const wrong = entries.find(([hash, text]) => hashOf(text) !== hash);
    if (wrong !== undefined) throw new Error(`${wrong[0]} is not the SHA-256 of its document`);
    this.#texts = new Map(entries);
  }

  /** The text of a trusted document; a refusal when it is none. */
  textOf({ query, hash }: DocumentReference): Result<string, GraphQLError> {
    if (query === undefined || query === '') {
      const text = hash === undefined ? undefined : this.#texts.get(hash);
      return text === undefined ? err(refusal()) : ok(text);
    }
    if (this.#known.get(query) !== undefined) return ok(query);
    if (!this.#texts.has(hashOf(query))) return err(refusal());
    this.#known.set(query, true);
    return ok(query);
  }
}

function refusal(): GraphQLError {
  return gatewayError('DOCUMENT_NOT_TRUSTED', 'Only documents of the configured list are taken here.');
}

/** The hash by which a request body names its document, as `documentId` or in Apollo's `persistedQuery`. */
export function hashIn(body: object): string | undefined {
  const { documentId, extensions } = body as {
    documentId?: unknown;
    extensions?: { persistedQuery?: { sha256Hash?: unknown } | null } | null;
  };
  if (typeof documentId === 'string') return documentId.replace(/^sha256:/, '');
  const hash = extensions?.persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? hash : undefined;
}
