import { stripVTControlCharacters, styleText } from 'node:util';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

const levelNames: Readonly<Record<number, Level>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const nameWidth = 'channel-ingest'.length;
const levelWidth = 5;
// Fields of a log line that say nothing to somebody who watches a terminal.
const hidden = new Set(['level', 'time', 'pid', 'hostname', 'service', 'name', 'msg', 'v']);

/** What all processes of the system say, line by line on standard output. */
export interface LogLines {
  /** A line of the supervisor's own, about one of the parts. */
  say(part: string, level: Level, message: string): void;
  /** A line that a part has written: JSON in the manner of pino, or anything else. */
  relay(part: string, line: string): void;
  /** A line for the person who started the system, without any prefix. */
  announce(message: string): void;
}

/** Lines as `service | level message`, or as one JSON object each. */
export function createLogLines(
  format: 'pretty' | 'json',
  write: (line: string) => void,
  colours = false,
): LogLines {
  if (format === 'json') return jsonLines(write);
  const put = (part: string, level: Level, message: string): void => {
    write(`${part.padEnd(nameWidth)} | ${coloured(level, colours)} ${oneLine(message)}`);
  };
  return {
    say: put,
    relay: (part, line) => {
      const record = parseRecord(line);
      if (record === null) put(part, 'error', line);
      else put(part, levelOf(record), messageOf(record));
    },
    announce: write,
  };
}

function jsonLines(write: (line: string) => void): LogLines {
  const put = (service: string, level: Level, msg: string): void => {
    const number = Number(Object.entries(levelNames).find(([, name]) => name === level)?.[0] ?? 30);
    write(JSON.stringify({ level: number, time: new Date().toISOString(), service, msg }));
  };
  return {
    say: put,
    relay: (part, line) => {
      if (parseRecord(line) === null) put(part, 'error', line);
      else write(line);
    },
    announce: (message) => {
      put('supervisor', 'info', message);
    },
  };
}

function coloured(level: Level, colours: boolean): string {
  const text = level.padEnd(levelWidth);
  if (!colours) return text;
  if (level === 'error' || level === 'fatal') return styleText('red', text);
  return level === 'warn' ? styleText('yellow', text) : text;
}

type LogRecord = Record<string, unknown>;

function parseRecord(line: string): LogRecord | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return null;
  }
}

function levelOf(record: LogRecord): Level {
  return levelNames[Number(record['level'])] ?? 'info';
}

function messageOf(record: LogRecord): string {
  const fields = Object.entries(record)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => `${name}=${fieldText(value)}`);
  const message = record['msg'];
  return [typeof message === 'string' ? message : '', ...fields].join(' ').trim();
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return /\s/.test(value) ? JSON.stringify(value) : value;
  if (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string'
  ) {
    return JSON.stringify(value.message);
  }
  return JSON.stringify(value);
}

// What customers wrote may stand in a message; it must not move the cursor or forge lines.
function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s*[\r\n]+\s*/g, ' / ')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trimEnd();
}
