import type { LoggerService } from '@nestjs/common';
import type { Config } from '@yoyaku/composition';
import { type Logger, pino } from 'pino';

/** JSON lines on standard output. Requests are told by route, status and correlation id; never by what is in them. */
export const createLogger = ({ logLevel }: Pick<Config, 'logLevel'>): Logger =>
  pino({
    level: logLevel,
    base: { app: 'api', pid: process.pid },
    serializers: { req: ({ id }: { id: string }) => ({ id }), res: () => undefined },
  });

/** Nest's own messages in the same log. What it says while starting up is for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  /** An object is the whole line, its `msg` included. */
  debug(message: unknown, context?: unknown): void {
    if (typeof message === 'object') this.logger.debug({ context, ...message });
    else this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ context: rest.at(-1), err: message instanceof Error ? message : undefined }, String(message));
  }

  fatal(message: unknown, context?: unknown): void {
    this.logger.fatal({ context }, String(message));
  }
}
