/** A read ended before what the store is known to hold: another of its nodes answered, which is behind. */
export class ShortRead extends Error {
  override readonly name = 'ShortRead';

  constructor(end: bigint, known: bigint) {
    super(`The event store ended a read at ${end}, but is known to go on to ${known}`);
  }
}
