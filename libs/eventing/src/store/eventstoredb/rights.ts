import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { BACKWARDS, END, ErrorType, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { within } from '../within';
import { connect } from './connection';
import { typeOf } from './errors';
import { StreamNames } from './stream-names';

/** How long the answer to each question is waited for, in milliseconds. */
const PATIENCE = 5_000;

/** What the product needs to be allowed at the event store, each by a call that needs just that. */
const NEEDED: Readonly<Record<string, (client: EventStoreDBClient, stream: string) => Promise<unknown>>> = {
  'append to its streams': (client, stream) => client.appendToStream(stream, jsonEvent({ type: '$check', data: {} })),
  'read its streams': (client, stream) =>
    Array.fromAsync(client.readStream(stream)).catch((error: unknown) => {
      // Where it could not be written, reading it is allowed all the same.
      if (typeOf(error) !== ErrorType.STREAM_NOT_FOUND) throw error;
    }),
  'set the metadata of its streams': (client, stream) => client.setStreamMetadata(stream, { maxCount: 1 }),
  'read all events ($all)': (client) =>
    Array.fromAsync(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })),
  'follow all events ($all)': async (client) => {
    const subscription = client.subscribeToAll({ fromPosition: END });
    try {
      await once(subscription, 'confirmation');
    } finally {
      void subscription.unsubscribe().catch(() => {});
    }
  },
};

export interface CheckedRight {
  readonly right: string;
  /** Why not; undefined when it was granted. */
  readonly problem: string | undefined;
}

/**
 * Tries each right that the product needs, as the user of the URL. Leaves a stream of its own with one event of a system
 * type, which no reader of ours sees.
 * @param prefix of our streams, as the installation has it
 */
export async function checkRights(url: string, prefix = ''): Promise<CheckedRight[]> {
  const client = connect(url);
  const stream = new StreamNames(prefix).inStore(`check-${randomUUID()}`);
  try {
    const checked: CheckedRight[] = [];
    for (const [right, ask] of Object.entries(NEEDED)) {
      const problem = await within(PATIENCE, ask(client, stream)).then(() => undefined, reasonOf);
      checked.push({ right, problem });
    }
    return checked;
  } finally {
    await within(PATIENCE, client.dispose()).catch(() => {});
  }
}

const reasonOf = (error: unknown): string =>
  typeOf(error) === ErrorType.ACCESS_DENIED ? 'the store refuses it to this user' : (error as Error).message;
