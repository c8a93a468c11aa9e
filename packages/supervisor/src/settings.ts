import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartFault } from './start-fault.ts';

/** What the supervisor was asked to do. */
export interface Settings {
  /** Root of the checkout. */
  readonly root: string;
  readonly dataDir: string;
  /** Where the gateway listens; everything else is on loopback. */
  readonly host: string;
  readonly port: number;
  /** null: the database `queue` of the same Postgres as everything else. */
  readonly queueUrl: string | null;
  /** null: the embedded Postgres. Else a connection string whose database name is replaced. */
  readonly databaseHostUrl: string | null;
  /** Whether all earlier data are to be deleted first. */
  readonly fresh: boolean;
  readonly logFormat: 'pretty' | 'json';
  /** Whether the gateway serves GraphiQL. */
  readonly graphiql: boolean;
  /** Environment that the services inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Reads DATA_DIR, HOST, PORT, QUEUE_URL, DATABASE_HOST_URL, LOG_FORMAT and `--fresh`. Throws a StartFault. */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const unknown = args.find((arg) => arg !== '--fresh');
  if (unknown !== undefined) {
    throw new StartFault(
      `Unknown argument ${unknown}. Known is --fresh, which deletes all earlier data first.`,
    );
  }
  const given = (name: string): string | null => env[name]?.trim() || null;
  const logFormat = given('LOG_FORMAT') ?? 'pretty';
  if (logFormat !== 'pretty' && logFormat !== 'json') {
    throw new StartFault(`LOG_FORMAT is ${logFormat}. It may be pretty or json.`);
  }
  return {
    root,
    dataDir: path.resolve(root, given('DATA_DIR') ?? '.data'),
    host: given('HOST') ?? '127.0.0.1',
    port: readPort(given('PORT') ?? '4000'),
    queueUrl: readUrl('QUEUE_URL', given('QUEUE_URL'), /^(postgres(ql)?|rediss?):$/),
    databaseHostUrl: readUrl('DATABASE_HOST_URL', given('DATABASE_HOST_URL'), /^postgres(ql)?:$/),
    fresh: args.includes('--fresh'),
    logFormat,
    graphiql: !/^(false|0|no|off|n|disabled)$/i.test(given('GRAPHIQL') ?? ''),
    env,
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new StartFault(`PORT is ${text}. It must be a number from 1 to 65535.`);
}

function readUrl(name: string, text: string | null, protocol: RegExp): string | null {
  if (text === null) return null;
  if (URL.canParse(text) && protocol.test(new URL(text).protocol)) return text;
  // The value itself may hold a password.
  throw new StartFault(
    `${name} is not a usable URL, such as ${name === 'QUEUE_URL' ? 'redis://host:6379' : 'postgres://user:password@host:5432'}.`,
  );
}
