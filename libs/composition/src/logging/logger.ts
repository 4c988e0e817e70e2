import { isTracing, traceFields } from '@yoyaku/tracing';
import { type DestinationStream, type Level, type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config';
import { type Facts, Repeats } from './repeats';
import { isTrouble } from './trouble';

const WARN = 40;
const FATAL = 60;

/**
 * JSON lines on standard output, of the process that `base` names. A failure that goes on is told once, and counted; what
 * tells of servers or settings has no stack.
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
    serializers: { err: told, ...serializers },
    hooks: { logMethod },
    mixin: isTracing() ? traceFields : undefined,
  };
  const logger = pino(options, destination);
  return logger;
}

/** An error as the log has it. What else somebody tells under its name is left as it is. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, ...more } = pino.stdSerializers.err(error);
  const { code } = more;
  return isTrouble(error) ? { type, message, code } : { type, message, stack, ...more };
}
