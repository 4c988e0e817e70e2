import { isTracing, traceFields } from '@yoyaku/tracing';
import { type DestinationStream, type Level, type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config';
import { type Facts, Repeats } from './repeats';
import { isServerOrSettingError } from './trouble';

const WARN = 40;
const FATAL = 60;

/**
 * Writes JSON lines to standard output; `base` names the process. A failure that repeats is written once and then
 * counted. Errors of servers or settings are written without a stack.
 */
export function createLogger(
  base: Readonly<Record<string, unknown>>,
  { logLevel }: Pick<Config, 'logLevel'>,
  serializers: LoggerOptions['serializers'] = {},
  destination: DestinationStream = pino.destination(),
): Logger {
  const repeats = new Repeats((level, facts, message) => logger[pino.levels.labels[level] as Level](facts, message));
  const logMethod: NonNullable<LoggerOptions['hooks']>['logMethod'] = function (args, method, level) {
    if (level < WARN || level >= FATAL || admits(args, level)) method.apply(this, args);
  };
  const admits = ([first, second]: readonly unknown[], level: number): boolean => {
    const facts = typeof first === 'object' && first !== null ? (first as Facts) : {};
    return repeats.admit(level, facts, String((typeof first === 'object' ? second : first) ?? facts.msg ?? ''));
  };
  const options: LoggerOptions = {
    level: logLevel,
    base: { ...base, pid: process.pid },
    serializers: { err: loggedError, ...serializers },
    hooks: { logMethod },
    mixin: isTracing() ? traceFields : undefined,
  };
  const logger = pino(options, destination);
  return logger;
}

/** An error as the log shows it. A value of `err` that is no error is left as it is. */
function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, ...more } = pino.stdSerializers.err(error);
  const { code } = more;
  return isServerOrSettingError(error) ? { type, message, code } : { type, message, stack, ...more };
}
