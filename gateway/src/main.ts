import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { RatingTokens } from '@smart-tickets/kit/link-token';
import { createLogger, type Logger } from '@smart-tickets/kit/logger';
import { runProcess } from '@smart-tickets/kit/process';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { readFileSync } from 'node:fs';
import { readGatewayConfig, type GatewayConfig } from './config.ts';
import { createProviderKeys } from './provider-keys.ts';
import { Scanner } from './scanner.ts';

// Both are read by Apollo's packages when they are loaded: reports to the vendor, query plans and stack traces for
// whoever asks. Hence before the app is imported.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
process.env['NODE_ENV'] ??= 'production';

function keysOf(config: GatewayConfig, log: Logger): JWTVerifyGetKey {
  if (config.JWKS_URL !== undefined) return createProviderKeys({ url: new URL(config.JWKS_URL), log });
  const text = readFileSync(config.JWKS_FILE ?? '', 'utf8');
  return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
}

await runProcess(async () => {
  const config = readGatewayConfig(process.env);
  const { createGateway } = await import('./app.ts');
  const { createAuthenticate } = await import('./authenticate.ts');
  const { TrustedDocuments } = await import('./trusted-documents.ts');
  const log = createLogger('gateway', config.LOG_LEVEL);
  const gateway = await createGateway({
    host: config.HOST,
    port: config.PORT,
    supergraphFile: config.SUPERGRAPH_FILE,
    subgraphUrls: config.SUBGRAPH_URLS,
    internalTokenKey: config.INTERNAL_TOKEN_KEY,
    authenticate: createAuthenticate({
      keys: keysOf(config, log),
      issuer: config.JWT_ISSUER,
      audience: config.JWT_AUDIENCE,
      ratingTokens: new RatingTokens(config.INTERNAL_TOKEN_KEY),
      channelTokens: new ChannelTokens(config.INTERNAL_TOKEN_KEY),
    }),
    blobs: openBlobs(config),
    ...(config.SCANNER_URL === undefined ? {} : { scanner: new Scanner(config.SCANNER_URL) }),
    ...(config.TRUSTED_DOCUMENTS_FILE === undefined
      ? {}
      : { trusted: new TrustedDocuments(readFileSync(config.TRUSTED_DOCUMENTS_FILE, 'utf8')) }),
    introspection: config.INTROSPECTION,
    graphiql: config.GRAPHIQL ?? config.NODE_ENV === 'development',
    trustedProxies: config.TRUSTED_PROXIES,
    ...(config.SIGN_IN_KEY === undefined
      ? {}
      : {
          signIn: {
            subgraph: 'routing',
            key: config.SIGN_IN_KEY,
            issuer: config.JWT_ISSUER,
            audience: config.JWT_AUDIENCE,
            workspaceId: config.SIGN_IN_WORKSPACE,
          },
        }),
    executor: config.GATEWAY_EXECUTOR,
    sharedReadMs: config.SHARED_READ_MS,
    limits: { cost: config.MAX_QUERY_COST },
    allowedOrigins: config.ALLOWED_ORIGINS,
    costPerMinute: config.COST_PER_MINUTE,
    socketsPerCaller: config.MAX_SOCKETS_PER_CALLER,
    log,
  });
  log.info({ port: gateway.port }, 'ready');
  return gateway;
});
