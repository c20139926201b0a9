import { pino } from 'pino';

/**
 * Log lines carry picked fields (ids, counts, codes), never bodies: pino redacts by path, and a path that
 * nobody foresaw would leak.
 */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** @param level trace | debug | info | warn | error | silent */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['authorization', 'token', 'password', 'headers'],
  });
}
