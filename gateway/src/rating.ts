import type { ApolloServer } from '@apollo/server';
import { RatingTokens, type RatingClaims } from '@smart-tickets/kit/link-token';
import type { Logger } from '@smart-tickets/kit/logger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Budgets } from './budgets.ts';
import { customerOf, viewerKey, type GatewayContext } from './identity.ts';
import { askingPage, ratingHeaders, sayingPage } from './rating-page.ts';

export interface RatingOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly internalTokenKey: string;
  readonly log: Logger;
  readonly now?: () => number;
}

const path = '/rate';
/** A comment in UTF-8 with every character percent-encoded, and the token. */
const largestFormBytes = 32_768;
const mostCharacters = 2_000;
const ratingsPerMinute = 10;

const mutation = `mutation Rate($token: String!, $score: RatingScore!, $comment: String) {
  rateTicket(token: $token, score: $score, comment: $comment) { userErrors { code message } }
}`;

interface Rated {
  readonly rateTicket: {
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
}

function say(reply: FastifyReply, status: number, title: string, text: string): FastifyReply {
  return reply.code(status).headers(ratingHeaders).send(sayingPage(title, text));
}

/** The same whether the link is forged or has ended, or the ticket cannot be rated: nothing is told about it. */
function notValid(reply: FastifyReply): FastifyReply {
  return say(
    reply,
    404,
    'This link is not valid',
    'It may have ended. Write to us if there is something to say.',
  );
}

function notNow(reply: FastifyReply): FastifyReply {
  return say(reply, 503, 'That did not work', 'Please go back and try again in a moment.');
}

/**
 * The page by which a customer rates an answer, at /rate: a form that needs no script. What it sends goes through the
 * graph's own mutation. Looking at the page changes nothing, since mail programs look at links by themselves.
 */
export function addRating(app: FastifyInstance, options: RatingOptions): void {
  const { apollo, log, now = Date.now } = options;
  const tokens = new RatingTokens(options.internalTokenKey);
  const budgets = new Budgets(ratingsPerMinute, now);

  const rate = async (
    form: URLSearchParams,
    requestId: string,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const token = form.get('token') ?? '';
    const claims = tokens.read(token, now());
    if (claims === null) return notValid(reply);
    const score = form.get('score');
    if (score !== 'GOOD' && score !== 'BAD') {
      return say(reply, 400, 'That did not work', 'Please go back and press one of the two buttons.');
    }
    const viewer = customerOf(claims);
    const balance = budgets.spend(viewerKey(viewer), 1);
    if (!balance.allowed) {
      void reply.header('retry-after', String(balance.resetSeconds));
      return say(reply, 429, 'Not so fast', 'Please try again in a minute.');
    }
    // Forms send line ends as two characters, which the page counted as one.
    const comment = (form.get('comment') ?? '').replaceAll('\r\n', '\n');
    const { body } = await apollo.executeOperation<Rated>(
      { query: mutation, variables: { token, score, comment } },
      { contextValue: { viewer, requestId, balance } },
    );
    const faults = body.kind === 'single' ? body.singleResult.data?.rateTicket.userErrors : undefined;
    if (faults === undefined) {
      log.warn({ requestId }, 'a rating could not be taken');
      return notNow(reply);
    }
    const [fault] = faults;
    if (fault === undefined) return say(reply, 200, 'Thank you', 'Your rating has reached us.');
    return fault.code === 'INVALID' ? notValid(reply) : say(reply, 400, 'That did not work', fault.message);
  };

  const readable = (query: unknown): { token: string; claims: RatingClaims | null } => {
    const token = typeof query === 'object' && query !== null && 'token' in query ? query.token : '';
    return typeof token === 'string'
      ? { token, claims: tokens.read(token, now()) }
      : { token: '', claims: null };
  };

  void app.register((pages, _options, done) => {
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: largestFormBytes },
      (_request, text, parsed) => {
        parsed(null, new URLSearchParams(text.toString()));
      },
    );
    pages.setErrorHandler((error, request, reply) => {
      const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
      if (status === 413) return say(reply, 413, 'That did not work', 'The comment is too long.');
      if (status >= 400 && status < 500)
        return say(reply, status, 'That did not work', 'This is not our form.');
      log.error({ err: error, requestId: request.id }, 'the rating page failed');
      return notNow(reply);
    });
    pages.get(path, (request, reply) => {
      const { token, claims } = readable(request.query);
      if (claims === null) return notValid(reply);
      return reply.headers(ratingHeaders).send(askingPage(token, mostCharacters));
    });
    pages.post(path, { bodyLimit: largestFormBytes }, (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      return rate(form, request.id, reply);
    });
    done();
  });
}
