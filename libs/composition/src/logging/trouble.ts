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

/** What tells of the servers we use, or of our settings: where in our code that was noticed is of no use to anybody. */
const TROUBLE = [EventStoreUnavailable, UnusableUrl, StoreSetBack, PublishedBeyondStore, OtherSetting, Misconfigured];

export const isTrouble = (error: unknown): boolean =>
  TROUBLE.some((each) => error instanceof each) || isOfPostgres(error) || isOfNats(error) || isOfListening(error);

/** SQLSTATE of a statement that took too long: which of ours it was tells more than that PostgreSQL has much to do. */
const TOO_SLOW = '57014';

const isOfPostgres = (error: unknown): boolean => isTransient(error) && sqlStateOf(error) !== TOO_SLOW;

/** Mistakes in code throw these, or what is no error at all. */
const MISTAKES = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** What PostgreSQL does not understand, or finds there already: a migration or a query of ours is wrong. */
const isWrongStatement = (error: unknown): boolean =>
  sqlStateOf(error) !== undefined && outcomeOf(error) === 'fault' && !isTrouble(error);

/** Whether a stack says more of it than its message. What is not known here tells enough by its name and message. */
export const isMistake = (error: unknown): boolean =>
  !(error instanceof Error) ||
  isWrongStatement(error) ||
  (MISTAKES.some((each) => error instanceof each) && !isTrouble(error));

/**
 * Why something did not begin, in one sentence: first the variable that may have to be changed, where that is known.
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
  // An address that stands for several fails with an error for each, and with none of its own.
  return error.message || (error instanceof AggregateError && error.errors[0]?.message) || error.name;
}

function settingOf(error: Error): string | undefined {
  if (error instanceof EventStoreUnavailable || error instanceof UnusableUrl) return 'ESDB_URL';
  if (error instanceof MasterKeyMissing) return 'PII_MASTER_KEY or PII_MASTER_KEYS_OLD';
  if (isOfNats(error)) return 'NATS_URL';
  return isLost(error) || denialOf(error) ? 'DATABASE_URL' : undefined;
}

/** A port is taken, or is not for us. */
const isOfListening = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';
