import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Structured log lines on standard output, one JSON object each, with the service's name. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    name: service,
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['authorization', '*.authorization', 'token', '*.token'],
  });
}
