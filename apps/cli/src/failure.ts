import { isMistake, isServerOrSettingError, messageFor, reasonOf } from '@yoyaku/composition';
import { DamagedHistory, EventStoreDenied, EventStoreUnavailable, NotReadableHere } from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { BrokenHistory } from '@yoyaku/platform';
import { denialOf, isTransient, sqlStateOf } from '@yoyaku/postgres';
import { CommanderError } from 'commander';
import { ExitCode } from './exit-code';

/** Why a command ended early. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** Stable. Where the api has a code for the same thing, it is that one. */
  readonly code: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Where in our code, if that is to blame. */
  readonly stack?: string | undefined;
}

interface Kind {
  readonly exitCode: ExitCode;
  readonly code: string;
  is(error: unknown): boolean;
}

const { problemFound, usageError, refused, unavailable, internalError } = ExitCode;

/** The first one that applies to an error says what it is. */
const KINDS: readonly Kind[] = [
  { exitCode: usageError, code: 'command_line.invalid', is: (error) => error instanceof CommanderError },
  { exitCode: problemFound, code: 'history.damaged', is: (error) => error instanceof BrokenHistory },
  { exitCode: problemFound, code: 'history.damaged', is: (error) => error instanceof DamagedHistory },
  { exitCode: unavailable, code: 'event_store.newer_build', is: (error) => error instanceof NotReadableHere },
  { exitCode: unavailable, code: 'event_store.access_denied', is: (error) => error instanceof EventStoreDenied },
  { exitCode: unavailable, code: 'event_store.unavailable', is: (error) => error instanceof EventStoreUnavailable },
  { exitCode: unavailable, code: 'database.not_prepared', is: isNotPrepared },
  { exitCode: unavailable, code: 'database.access_denied', is: (error) => denialOf(error) !== undefined },
  { exitCode: unavailable, code: 'database.unavailable', is: isTransient },
  { exitCode: unavailable, code: 'settings.invalid', is: isServerOrSettingError },
];

/** A table or a schema is not there, says the SQLSTATE. */
function isNotPrepared(error: unknown): boolean {
  return ['42P01', '3F000'].includes(sqlStateOf(error) ?? '');
}

export function failureOf(error: unknown): Failure {
  if (error instanceof DomainError) {
    return { exitCode: refused, code: error.code, message: reasonOf(error), facts: error.facts };
  }
  const kind = KINDS.find(({ is }) => is(error));
  if (kind) return { exitCode: kind.exitCode, code: kind.code, message: messageOf(error, kind) };
  const stack = error instanceof Error && isMistake(error) ? error.stack : undefined;
  return { exitCode: internalError, code: 'server.error', message: reasonOf(error), stack };
}

function messageOf(error: unknown, { code }: Kind): string {
  const reason = reasonOf(error);
  if (code === 'command_line.invalid') return reason.replace(/^error: /, '').replaceAll('\n', ' ');
  return code === 'database.not_prepared' ? messageFor(code, { reason }, 'en') : reason;
}
