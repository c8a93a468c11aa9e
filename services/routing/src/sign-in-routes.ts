import { InternalCalls, internalCallHeader } from '@smart-tickets/kit/internal-call';
import type { FastifyInstance } from '@smart-tickets/kit/subgraph-server';
import type { Result } from '@smart-tickets/kit/result';
import { z } from 'zod';
import { refreshSession, signOut } from './use-cases/refresh-session.ts';
import { signIn, type SignInParts } from './use-cases/sign-in.ts';

const trySchema = z.object({
  workspaceId: z.string(),
  email: z.string(),
  password: z.string(),
  source: z.string(),
});
const refreshSchema = z.object({ refreshToken: z.string() });
const largestBodyBytes = 16_384;

/**
 * Signing in, for the gateway alone, which asks before anybody has an account to speak for: POST /internal/sign-in,
 * /internal/refresh and /internal/sign-out with a signed JSON body; the answers are the use-cases' results. Others get
 * 404 as for any address that is not there.
 */
export function addSignIn(app: FastifyInstance, parts: SignInParts, internalTokenKey: string): void {
  const calls = new InternalCalls(internalTokenKey);
  const routes: Readonly<Record<string, (body: unknown) => Promise<Result<unknown, unknown>>>> = {
    '/internal/sign-in': (body) => signIn(parts, trySchema.parse(body)),
    '/internal/refresh': (body) => refreshSession(parts, refreshSchema.parse(body).refreshToken),
    '/internal/sign-out': async (body) => {
      await signOut(parts, refreshSchema.parse(body).refreshToken);
      return { ok: true, value: null };
    },
  };
  void app.register((internal, _options, done) => {
    internal.removeAllContentTypeParsers();
    // The signature is over the text, so that the text is what is read.
    internal.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, parsed) => {
      parsed(null, text.toString());
    });
    for (const [path, answer] of Object.entries(routes)) {
      internal.post(path, { bodyLimit: largestBodyBytes }, async (request, reply) => {
        const body = typeof request.body === 'string' ? request.body : '';
        if (!calls.isSigned(request.headers[internalCallHeader], path, body, parts.now().getTime()))
          return reply.callNotFound();
        return reply.header('cache-control', 'no-store').send(await answer(JSON.parse(body)));
      });
    }
    done();
  });
}
