import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What an import is told to do. */
export interface ImportOptions {
  readonly source: string;
  readonly url: string;
  readonly token: string;
  readonly concurrency: number;
  /** Null for the default place. */
  readonly stateFile: string | null;
  readonly dataDir: string;
  readonly again: boolean;
  readonly timeoutMinutes: number;
}

/** Thrown for a command line that cannot be carried out; the message is for the person who typed it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The text for `--help`. */
export const usage = `npm run import -- FILE|DIR [options]

Hands every mail of an mbox file, a Maildir or a folder of mails in to Smart Tickets.

  --url URL             GraphQL address of the gateway     [http://127.0.0.1:4000/graphql]
  --token TOKEN         channel token of an EMAIL channel
  --token-file FILE     file that holds it                 [DATA_DIR/tokens.json]
  --concurrency N       mails in flight at once            [8]
  --state FILE          where to note what is handed in    [DATA_DIR/import-<hash>.jsonl]
  --again               begin anew, whatever an earlier start handed in
  --timeout-minutes N   longest wait for the intake after handing in  [60]

DATA_DIR is an environment variable; .data unless it is set.`;

/**
 * Reads the command line; null when it asks for help. Throws a UsageError that says what is wrong with it.
 */
export function readOptions(
  args: readonly string[],
  env: Record<string, string | undefined>,
): ImportOptions | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const [source, ...more] = positionals;
  if (source === undefined) throw new UsageError('say which file or folder to import');
  if (more.length > 0) throw new UsageError(`one file or folder at a time, not also ${more.join(' ')}`);
  const dataDir = env['DATA_DIR'] || '.data';
  const url = values.url ?? 'http://127.0.0.1:4000/graphql';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--url is no http address: ${url}`);
  return {
    source,
    url,
    dataDir,
    token: values.token ?? readToken(values['token-file'] ?? join(dataDir, 'tokens.json')),
    concurrency: wholeNumber('--concurrency', values.concurrency ?? '8', 1, 256),
    stateFile: values.state ?? null,
    again: values.again === true,
    timeoutMinutes: wholeNumber('--timeout-minutes', values['timeout-minutes'] ?? '60', 1, 10_080),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        'token-file': { type: 'string' },
        concurrency: { type: 'string' },
        state: { type: 'string' },
        again: { type: 'boolean' },
        'timeout-minutes': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not ${text}`);
}

/** The EMAIL channel's token from the file that the first start wrote, or from a file with nothing but the token. */
function readToken(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`no token: ${path} cannot be read (${code}); give --token or --token-file`);
  }
  if (!text.startsWith('{')) return text;
  const parsed = JSON.parse(text) as { channels?: { EMAIL?: unknown } };
  const token = parsed.channels?.EMAIL;
  if (typeof token !== 'string') throw new UsageError(`no token: ${path} holds none for an EMAIL channel`);
  return token;
}
