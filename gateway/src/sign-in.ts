import { InternalCalls, internalCallHeader } from '@smart-tickets/kit/internal-call';
import type { Logger } from '@smart-tickets/kit/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Budgets } from './budgets.ts';
import { gatewayError, publicError } from './errors.ts';
import { networkOf } from './network.ts';
import { originAllowed } from './origins.ts';
import { signInTokenSeconds, type SignToken } from './sign-in-tokens.ts';

export interface SignInOptions {
  /** Where the service that keeps the passwords takes GraphQL; its other addresses are beside it. */
  readonly serviceUrl: string;
  readonly internalTokenKey: string;
  readonly signToken: SignToken;
  /** The workspace of those who name none. */
  readonly workspaceId: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
  readonly now?: () => number;
}

const largestBodyBytes = 8_192;
const answerLimitMs = 10_000;
/** From one network: an office may begin its day at once. What one account takes is counted by the service. */
const triesPerMinute = 60;
const refreshesPerMinute = 600;

const trySchema = z.object({
  email: z.string().min(1),
  password: z.string().min(1),
  workspaceId: z.string().optional(),
});
const refreshSchema = z.object({ refreshToken: z.string().min(1) });

const signedInSchema = z.object({
  workspaceId: z.uuid(),
  agentId: z.uuid(),
  role: z.enum(['ADMIN', 'AGENT', 'VIEWER']),
  sessionId: z.uuid(),
  refreshToken: z.string(),
});
const resultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: signedInSchema.nullable() }),
  z.object({
    ok: z.literal(false),
    error: z.discriminatedUnion('code', [
      z.object({ code: z.literal('REFUSED') }),
      z.object({ code: z.literal('BUSY') }),
      z.object({ code: z.literal('LIMITED'), retryAfterSeconds: z.int() }),
    ]),
  }),
]);
type SignInResult = z.infer<typeof resultSchema>;

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  const error = publicError(gatewayError(code, message).toJSON(), reply.request.id);
  return reply.code(status).send({ errors: [error] });
}

function notSoFast(reply: FastifyReply, seconds: number): FastifyReply {
  void reply.header('retry-after', String(seconds));
  return refuse(reply, 429, 'RATE_LIMITED', `Too many tries; wait ${seconds} seconds.`);
}

/** Refuses what pages of other sites send, and what is no JSON, before it is looked at. */
function addFaults(pages: FastifyInstance, { allowedOrigins, log }: SignInOptions): void {
  pages.removeContentTypeParser('text/plain');
  pages.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (!originAllowed(request.headers.origin, request.headers.host, allowedOrigins))
      return refuse(reply, 403, 'FORBIDDEN', 'Pages of this origin may not sign anybody in here.');
    return undefined;
  });
  pages.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status === 413)
      return refuse(
        reply,
        413,
        'PAYLOAD_TOO_LARGE',
        `The request body is larger than ${largestBodyBytes} bytes.`,
      );
    if (status === 415) return refuse(reply, 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json.');
    if (status >= 400 && status < 500)
      return refuse(reply, 400, 'BAD_REQUEST', 'The request body is not usable JSON.');
    log.error({ err: error, requestId: request.id }, 'signing in failed');
    return refuse(reply, 503, 'SIGN_IN_UNAVAILABLE', 'Nobody can sign in just now; try again in a moment.');
  });
}

/** Asks the service, which finds out whether the call is ours by its signature. */
function createAsk({ serviceUrl, internalTokenKey, now = Date.now }: SignInOptions) {
  const calls = new InternalCalls(internalTokenKey);
  return async (path: string, content: object): Promise<SignInResult> => {
    const body = JSON.stringify(content);
    const response = await fetch(new URL(path, serviceUrl), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', [internalCallHeader]: calls.sign(path, body, now()) },
      signal: AbortSignal.timeout(answerLimitMs),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`the service answered ${response.status}`);
    return resultSchema.parse(await response.json());
  };
}

/**
 * Signing in at the gateway itself, for installations without an identity provider: POST /sign-in, /sign-in/refresh and
 * /sign-out, JSON only and without cookies, so that no page of another site can use what a browser knows.
 */
export function addSignIn(app: FastifyInstance, options: SignInOptions): void {
  const { signToken, workspaceId: ownWorkspace, log, now = Date.now } = options;
  const ask = createAsk(options);
  const tries = new Budgets(triesPerMinute, now);
  const refreshes = new Budgets(refreshesPerMinute, now);

  const answer = async (result: SignInResult, reply: FastifyReply): Promise<FastifyReply> => {
    if (result.ok) {
      if (result.value === null) return reply.code(204).send();
      const { refreshToken, ...agent } = result.value;
      const at = now();
      return reply.send({
        token: await signToken(agent, at),
        expiresAt: new Date((Math.floor(at / 1_000) + signInTokenSeconds) * 1_000).toISOString(),
        refreshToken,
        agent: { id: agent.agentId, role: agent.role, workspaceId: agent.workspaceId },
      });
    }
    log.info({ code: result.error.code, requestId: reply.request.id }, 'a sign-in was refused');
    switch (result.error.code) {
      case 'REFUSED':
        return refuse(reply, 401, 'SIGN_IN_FAILED', 'This does not sign anybody in.');
      case 'LIMITED':
        return notSoFast(reply, result.error.retryAfterSeconds);
      case 'BUSY':
        void reply.header('retry-after', '2');
        return refuse(reply, 503, 'SIGN_IN_UNAVAILABLE', 'Too many sign in at once; try again in a moment.');
    }
  };

  const late = (budgets: Budgets, { ip }: FastifyRequest): number | undefined => {
    const balance = budgets.spend(networkOf(ip), 1);
    return balance.allowed ? undefined : balance.resetSeconds;
  };

  void app.register((pages, _options, done) => {
    addFaults(pages, options);
    const limits = { bodyLimit: largestBodyBytes };
    pages.post('/sign-in', limits, async (request, reply) => {
      const sent = trySchema.safeParse(request.body);
      if (!sent.success)
        return refuse(
          reply,
          400,
          'BAD_REQUEST',
          'Send {"email": …, "password": …} and, if need be, "workspaceId".',
        );
      const seconds = late(tries, request);
      if (seconds !== undefined) return notSoFast(reply, seconds);
      const { email, password, workspaceId = ownWorkspace ?? '' } = sent.data;
      const source = networkOf(request.ip);
      return answer(await ask('/internal/sign-in', { workspaceId, email, password, source }), reply);
    });
    for (const [path, inner] of [
      ['/sign-in/refresh', '/internal/refresh'],
      ['/sign-out', '/internal/sign-out'],
    ] as const) {
      pages.post(path, limits, async (request, reply) => {
        const sent = refreshSchema.safeParse(request.body);
        if (!sent.success) return refuse(reply, 400, 'BAD_REQUEST', 'Send {"refreshToken": …}.');
        const seconds = late(refreshes, request);
        if (seconds !== undefined) return notSoFast(reply, seconds);
        return answer(await ask(inner, sent.data), reply);
      });
    }
    done();
  });
}
