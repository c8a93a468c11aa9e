import { blobConfigShape, portSchema, readConfig } from '@smart-tickets/kit/config';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const jsonText = z.string().transform((text, issues): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    issues.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

/** Values separated by commas; none when left out. */
const listOf = <S extends z.ZodType<string, string>>(value: S) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(value));

const gatewayConfigSchema = z
  .object({
    HOST: z.string().default('127.0.0.1'),
    PORT: portSchema,
    INTERNAL_TOKEN_KEY: z.string().min(32),
    SUBGRAPH_URLS: jsonText.pipe(z.record(z.string(), z.url({ protocol: /^https?$/ }))),
    SUPERGRAPH_FILE: z.string().default(fileURLToPath(new URL('../../supergraph.graphql', import.meta.url))),
    JWT_ISSUER: z.string().min(1),
    JWT_AUDIENCE: z.string().min(1).default('smart-tickets'),
    JWKS_FILE: z.string().optional(),
    JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
    ...blobConfigShape,
    /** Where a ClamAV daemon listens, such as tcp://clamd:3310; without it files are not scanned. */
    SCANNER_URL: z.url({ protocol: /^tcp$/ }).optional(),
    TRUSTED_DOCUMENTS_FILE: z.string().optional(),
    INTROSPECTION: z.stringbool().default(true),
    /** Origins of other sites, separated by commas. */
    ALLOWED_ORIGINS: listOf(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)),
    COST_PER_MINUTE: z.coerce.number().int().min(1).default(600_000),
    MAX_SOCKETS_PER_CALLER: z.coerce.number().int().min(1).default(1_000),
    /** What runs query plans; `stock` is Apollo's own executor. */
    GATEWAY_EXECUTOR: z.enum(['compiled', 'stock']).default('compiled'),
    /** How long a read of a subgraph can be joined by those who ask for the same; 0 shares nothing. */
    SHARED_READ_MS: z.coerce.number().int().min(0).max(10_000).default(500),
    MAX_QUERY_COST: z.coerce.number().int().min(1).default(20_000),
    /** Whether /graphiql is there; left out: in development only. */
    GRAPHIQL: z.stringbool().optional(),
    NODE_ENV: z.string().optional(),
    /** Private key by which the gateway signs the tokens of those who sign in at it; without it nobody does. */
    SIGN_IN_KEY: jsonText
      .pipe(z.looseObject({ kty: z.enum(['OKP', 'EC', 'RSA']), d: z.string() }))
      .optional(),
    SIGN_IN_WORKSPACE: z.uuid().optional(),
    /** Addresses and networks of proxies whose word on where a request comes from is taken, separated by commas. */
    TRUSTED_PROXIES: listOf(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  .refine((config) => (config.JWKS_FILE === undefined) !== (config.JWKS_URL === undefined), {
    message: 'set exactly one of JWKS_FILE and JWKS_URL',
    path: ['JWKS_FILE'],
  });

/** What the gateway reads from its environment; the README's table says what each name means. */
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/** Reads the gateway's configuration; throws one error that names every fault. */
export function readGatewayConfig(env: Record<string, string | undefined>): GatewayConfig {
  return readConfig(gatewayConfigSchema, env);
}
