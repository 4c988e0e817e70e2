import type { ExpectedRevision } from './event-store';

export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
  ) {
    super(`${stream} is not at revision ${expected}`);
  }
}

/**
 * A stream of ours is not what we appended: somebody deleted or truncated it, or put events into it. Nothing can be
 * decided on it until an operator has mended it.
 */
export class DamagedHistory extends Error {
  override readonly name = 'DamagedHistory';
  constructor(
    readonly stream: string,
    what: string,
  ) {
    super(`${stream} is damaged: ${what}`);
  }
}

/** The events of one append, or a snapshot, are larger than the store takes at once (by default 1 MiB). */
export class TooLargeToAppend extends Error {
  override readonly name = 'TooLargeToAppend';
  constructor(cause: unknown) {
    super('This is larger than the event store takes at once', { cause });
  }
}

/** The store did not answer, or not in time. After an append the outcome is unknown. */
export class EventStoreUnavailable extends Error {
  override readonly name: string = 'EventStoreUnavailable';
  constructor(cause: unknown) {
    super('The event store does not answer', { cause });
  }
}

/** The store answers, and refuses this to our user. An append that it refused is not stored. */
export class EventStoreDenied extends EventStoreUnavailable {
  override readonly name = 'EventStoreDenied';
  constructor(cause: unknown) {
    super(cause);
    this.message = 'The event store refuses this to the user of its URL';
  }
}

/** The store ends before an event that was read from it: it was restored to an older state, or is another store. */
export class StoreSetBack extends Error {
  override readonly name = 'StoreSetBack';
  constructor(read: bigint, head: bigint) {
    super(`The event store ends at position ${head}, but was read up to ${read}`);
  }
}

/** The store answers, but the answer cannot be read: a stored event is damaged. */
export class GarbledAnswer extends EventStoreUnavailable {
  override readonly name = 'GarbledAnswer';

  /** @param after position of the last event before it that could be read, if that is known; −1: there was none */
  constructor(
    cause: unknown,
    readonly after?: bigint,
  ) {
    super(cause);
    this.message = `An event${after === undefined ? '' : ` after position ${after}`} cannot be read`;
  }
}
