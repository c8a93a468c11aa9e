import { z } from 'zod';

/** Reads a process's configuration from its environment; every fault is named in one error. */
export function readConfig<S extends z.ZodType>(
  shape: S,
  env: Record<string, string | undefined>,
): z.output<S> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = shape.safeParse(present);
  if (!parsed.success) throw new Error(`Configuration is not usable:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

const portSchema = z.coerce.number().int().min(0).max(65_535);

/**
 * Where files are kept: `file:///folder`, or `s3://bucket/prefix?region=…&endpoint=…` with its credentials. Read by
 * whoever works with files: the gateway, channel-ingest and ticket.
 */
export const blobConfigShape = {
  BLOB_URL: z.url({ protocol: /^(file|s3)$/ }).optional(),
  AWS_ACCESS_KEY_ID: z.string().min(1).optional(),
  AWS_SECRET_ACCESS_KEY: z.string().min(1).optional(),
} as const;
const blobConfigSchema = z.object(blobConfigShape);
export type BlobConfig = z.infer<typeof blobConfigSchema>;

/** What every subgraph process reads. */
export const serviceConfigShape = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  QUEUE_URL: z.url({ protocol: /^(postgres(ql)?|rediss?)$/ }),
  QUEUE_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('smart-tickets'),
  INTERNAL_TOKEN_KEY: z.string().min(32),
  HOST: z.string().default('127.0.0.1'),
  PORT: portSchema,
  ROLES: z
    .string()
    .default('api,worker,sequencer')
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(['api', 'worker', 'sequencer'])).min(1)),
  RUN_MIGRATIONS: z.stringbool().default(true),
  SEED_FILE: z.string().optional(),
  ...blobConfigShape,
  /** Where the gateway is reached from outside; links to files begin with it. Without it they are relative. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Lets webhooks go by http and to addresses that are not public, as to this very machine. Read by ticket. */
  WEBHOOK_ALLOW_INSECURE: z.stringbool().default(false),
  /** Checks senders of mails by DKIM, SPF and DMARC where the channel names no mail server that does. Read by channel-ingest. */
  MAIL_DNS: z.stringbool().default(false),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
} as const;

export const serviceConfigSchema = z.object(serviceConfigShape);
export type ServiceConfig = z.infer<typeof serviceConfigSchema>;

export { portSchema };
