import {
  EventStoreUnavailable,
  isOfNats,
  MasterKeyMissing,
  PublishedBeyondStore,
  StoreSetBack,
  UnusableUrl,
} from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { denialOf, isLost, isTransient, OtherSetting, outcomeOf, sqlStateOf } from '@yoyaku/postgres';
import { Misconfigured } from '../config';
import { messageFor } from '../messages/messages';

/** Errors of the servers that we use, or of our settings. A stack of our code does not help to mend them. */
const SERVER_OR_SETTING_ERRORS = [
  EventStoreUnavailable,
  UnusableUrl,
  StoreSetBack,
  PublishedBeyondStore,
  OtherSetting,
  Misconfigured,
];

export const isServerOrSettingError = (error: unknown): boolean =>
  SERVER_OR_SETTING_ERRORS.some((each) => error instanceof each) ||
  isOfPostgres(error) ||
  isOfNats(error) ||
  isOfListening(error);

/** SQLSTATE of a statement that took too long. Here the stack helps: it shows which statement it was. */
const TOO_SLOW = '57014';

const isOfPostgres = (error: unknown): boolean => isTransient(error) && sqlStateOf(error) !== TOO_SLOW;

/** Errors that a mistake in code throws. */
const MISTAKES = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** PostgreSQL cannot run the statement: a migration or a query of ours is wrong. */
const isWrongStatement = (error: unknown): boolean =>
  sqlStateOf(error) !== undefined && outcomeOf(error) === 'fault' && !isServerOrSettingError(error);

/** Whether the error is a mistake in our code, so that its stack must be shown. */
export const isMistake = (error: unknown): boolean =>
  !(error instanceof Error) ||
  isWrongStatement(error) ||
  (MISTAKES.some((each) => error instanceof each) && !isServerOrSettingError(error));

/**
 * Why something did not start, in one sentence. It begins with the variable that may be wrong, if that is known.
 *
 * @param portSetting the variable that names the port at which the process listens
 */
export function reasonOf(error: unknown, portSetting = 'PORT'): string {
  if (!(error instanceof Error)) return String(error);
  const setting = isOfListening(error) ? portSetting : settingOf(error);
  const cause = error instanceof EventStoreUnavailable && error.cause instanceof Error ? error.cause.message : '';
  return [setting, sentenceOf(error), cause].filter(Boolean).join(': ').trim();
}

function sentenceOf(error: Error): string {
  if (error instanceof DomainError) return messageFor(error.code, error.facts, 'en');
  // A host name with several addresses fails with one error for each, and has no message of its own.
  return error.message || (error instanceof AggregateError && error.errors[0]?.message) || error.name;
}

function settingOf(error: Error): string | undefined {
  if (error instanceof EventStoreUnavailable || error instanceof UnusableUrl) return 'ESDB_URL';
  if (error instanceof MasterKeyMissing) return 'PII_MASTER_KEY or PII_MASTER_KEYS_OLD';
  if (isOfNats(error)) return 'NATS_URL';
  return isLost(error) || denialOf(error) ? 'DATABASE_URL' : undefined;
}

/** A port is taken, or we have no right to it. */
const isOfListening = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';
