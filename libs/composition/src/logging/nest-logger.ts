import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** The context in which Nest logs an error that ends the start. The caller gets the same error and logs it. */
const ENDS_THE_START = 'ExceptionHandler';

/**
 * Writes the messages of Nest, and of code that uses its logger, to our log. What Nest says at start is at level debug.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.write('debug', message, context);
  }

  debug(message: unknown, context?: unknown): void {
    this.write('debug', message, context);
  }

  warn(message: unknown, context?: unknown): void {
    this.write('warn', message, context);
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) === ENDS_THE_START) return;
    this.write('error', message, rest.at(-1));
  }

  fatal(message: unknown, context?: unknown): void {
    this.write('fatal', message, context);
  }

  /** An object is a whole line of the log, with its `msg`. */
  private write(level: 'debug' | 'warn' | 'error' | 'fatal', message: unknown, context: unknown): void {
    if (message instanceof Error) this.logger[level]({ context, err: message }, message.message);
    else if (typeof message === 'object') this.logger[level]({ context, ...message });
    else this.logger[level]({ context }, String(message));
  }
}
