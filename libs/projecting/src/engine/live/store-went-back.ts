/** The event store ends before an event that was read from it. Checkpoints are meaningless in such a store. */
export class StoreWentBack extends Error {
  override readonly name = 'StoreWentBack';

  constructor(read: bigint, head: bigint) {
    super(
      `The event store ends at position ${head}, but the read models go to ${read}: it was restored from an older ` +
        'backup, or is another store. Restore PostgreSQL as of the same time; or drop the schema "projecting" ' +
        '(cascade), so that all read models are built anew, and delete the stream in NATS, so that it is filled anew',
    );
  }
}
