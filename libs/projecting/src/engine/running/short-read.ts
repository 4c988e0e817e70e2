/** A read ended before an event that the store is known to hold: a node of the store answered that is behind. */
export class ShortRead extends Error {
  override readonly name = 'ShortRead';

  constructor(end: bigint, known: bigint) {
    super(`The event store ended a read at ${end}, but is known to go on to ${known}`);
  }
}
