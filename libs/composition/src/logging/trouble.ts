import { EventStoreUnavailable, isOfNats, PublishedBeyondStore, StoreSetBack, UnusableUrl } from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { isTransient, OtherSetting, sqlStateOf } from '@yoyaku/postgres';
import { Misconfigured } from '../config';

/** What tells of the servers we use, or of our settings: where in our code that was noticed is of no use to anybody. */
const TROUBLE = [EventStoreUnavailable, UnusableUrl, StoreSetBack, PublishedBeyondStore, OtherSetting, Misconfigured];

export const isTrouble = (error: unknown): boolean =>
  TROUBLE.some((each) => error instanceof each) || isTransient(error) || isOfNats(error) || isOfListening(error);

/** Mistakes in code throw these, or what is no error at all. */
const MISTAKES = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** Whether a stack says more of it than its message. What is not known here tells enough by its name and message. */
export const isMistake = (error: unknown): boolean =>
  !(error instanceof Error) || (MISTAKES.some((each) => error instanceof each) && !isTrouble(error));

/** Why something did not begin, in one sentence: first the variable that may have to be changed, where that is known. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const setting = settingOf(error);
  const facts = error instanceof DomainError ? JSON.stringify(error.facts) : '';
  const cause = error instanceof EventStoreUnavailable && error.cause instanceof Error ? error.cause.message : '';
  // An address that stands for several fails with an error for each, and with none of its own.
  const what = error.message || (error instanceof AggregateError && error.errors[0]?.message) || error.name;
  return [setting, what, cause, facts].filter(Boolean).join(': ').trim();
}

function settingOf(error: Error): string | undefined {
  if (error instanceof EventStoreUnavailable || error instanceof UnusableUrl) return 'ESDB_URL';
  if (isOfNats(error)) return 'NATS_URL';
  if (isOfListening(error)) return 'PORT';
  return isTransient(error) || sqlStateOf(error) ? 'DATABASE_URL' : undefined;
}

/** A port is taken, or is not for us. */
const isOfListening = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';
