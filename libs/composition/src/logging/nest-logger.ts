import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** The context in which Nest logs an error that ends the start. It throws the same error to its caller, who logs it. */
const ENDS_THE_START = 'ExceptionHandler';

/** Nest's own messages, and those of what runs in it, in the same log. What Nest says while starting up is for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.say('debug', message, context);
  }

  debug(message: unknown, context?: unknown): void {
    this.say('debug', message, context);
  }

  warn(message: unknown, context?: unknown): void {
    this.say('warn', message, context);
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) === ENDS_THE_START) return;
    this.say('error', message, rest.at(-1));
  }

  fatal(message: unknown, context?: unknown): void {
    this.say('fatal', message, context);
  }

  /** An object is the whole line, its `msg` included. */
  private say(level: 'debug' | 'warn' | 'error' | 'fatal', message: unknown, context: unknown): void {
    if (message instanceof Error) this.logger[level]({ context, err: message }, message.message);
    else if (typeof message === 'object') this.logger[level]({ context, ...message });
    else this.logger[level]({ context }, String(message));
  }
}
