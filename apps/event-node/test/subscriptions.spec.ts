import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type AllStreamSubscription,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  type Position,
  START,
  StreamDeletedError,
  streamNameFilter,
} from '@eventstore/db-client';
import { heldMemory, until } from '@yoyaku/testing';
import type { SlowConsumer } from '../src/reading/follow';
import { collect, happened, numberOf, type Peer, startPeer } from './support';

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const append = (stream: string, ...ns: number[]) =>
  peer.client.appendToStream(
    stream,
    ns.map((n) => happened(n)),
  );
/** Bytes of buffers in use, of the node and the client. */
const bytesHeld = () => heldMemory().arrayBuffers;
/** The client's types do not know this event yet. */
const caughtUp = (subscription: NodeJS.EventEmitter) => once(subscription, 'caughtUp');

describe('to a stream', () => {
  it('gets history, then what comes', async () => {
    await append('s', 0, 1, 2);
    const subscription = peer.client.subscribeToStream('s', { fromRevision: START });
    subscription.once(
      'caughtUp' as 'end',
      () =>
        void append('s', 3, 4)
          .then(() => append('other', 99))
          .then(() => append('s', 5)),
    );
    const events = await collect(subscription, 6);
    expect(events.map(numberOf)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('begins after the revision', async () => {
    await append('s', 0, 1, 2);
    const events = await collect(peer.client.subscribeToStream('s', { fromRevision: 0n }), 2);
    expect(events.map(numberOf)).toEqual([1, 2]);
  });

  it('begins at the end', async () => {
    await append('s', 0, 1);
    const subscription = peer.client.subscribeToStream('s', { fromRevision: END });
    await caughtUp(subscription);
    await append('s', 2);
    expect((await collect(subscription, 1)).map(numberOf)).toEqual([2]);
  });

  it('waits for a stream that is not there yet, and has not caught up before', async () => {
    const subscription = peer.client.subscribeToStream('later');
    const told: unknown[] = [];
    subscription.on('caughtUp' as 'end', () => told.push('caught up'));
    subscription.on('data', (resolved) => told.push(numberOf(resolved)));
    // The node hears of it before the append, which comes by the same connection.
    await once(subscription, 'confirmation');
    await append('later', 1);
    await until(() => told.length === 2);
    expect(told).toEqual([1, 'caught up']);
    await subscription.unsubscribe();
  });

  it('gets every live event of a stream that keeps one', async () => {
    await peer.client.setStreamMetadata('s', { maxCount: 1 });
    await append('s', 0, 1);
    const subscription = peer.client.subscribeToStream('s');
    await caughtUp(subscription);
    await append('s', 2, 3);
    expect((await collect(subscription, 3)).map(numberOf)).toEqual([1, 2, 3]);
  });

  it('has not fallen behind when what comes fills a page to its last event', async () => {
    await append('s', 0);
    const subscription = peer.client.subscribeToStream('s');
    const all = peer.client.subscribeToAll();
    const fellBehind = jest.fn();
    for (const each of [subscription, all]) {
      await caughtUp(each);
      each.on('fellBehind' as 'end', fellBehind);
    }
    await append('s', ...range(1, 257));
    await append('s', 257);
    for (const each of [subscription, all]) await collect(each, 258);
    expect(fellBehind).not.toHaveBeenCalled();
  });

  it('goes on when the stream is deleted and recreated', async () => {
    await append('s', 0);
    const subscription = peer.client.subscribeToStream('s');
    await caughtUp(subscription);
    await peer.client.deleteStream('s');
    await append('s', 1);
    expect((await collect(subscription, 2)).map(numberOf)).toEqual([0, 1]);
  });

  it('ends when the stream is deleted for good', async () => {
    await append('s', 0);
    const subscription = peer.client.subscribeToStream('s');
    await caughtUp(subscription);
    subscription.resume();
    const [[error]] = await Promise.all([once(subscription, 'error'), peer.client.tombstoneStream('s')]).catch(
      (e: unknown) => [[e]],
    );
    expect(error).toBeInstanceOf(StreamDeletedError);
  });
});

describe('live, and slower than the writers', () => {
  const startSlow = async (slowConsumer: SlowConsumer) => {
    const own = await startPeer({ slowConsumer });
    const subscription = own.client.subscribeToAll();
    await caughtUp(subscription);
    const text = 'x'.repeat(50_000);
    // What the connection and the client hold of a reader that does not read is some hundred kilobytes.
    for (const n of range(0, 100)) await own.client.appendToStream('big', { ...happened(n), data: { n, text } });
    return { own, subscription };
  };

  it('is waited for, unless the node is told otherwise', async () => {
    const { own, subscription } = await startSlow('wait');
    expect((await collect(subscription, 100)).map(numberOf)).toEqual(range(0, 100));
    await own.close();
  });

  it('is ended where the node does as EventStoreDB, and goes on from where it was', async () => {
    const { own, subscription } = await startSlow('end');
    const seen: number[] = [];
    let reached: Position | undefined;
    const reading = (async () => {
      for await (const { event } of subscription) {
        seen.push(numberOf({ event: event! }));
        reached = event!.position!;
      }
    })();
    await expect(reading).rejects.toThrow(
      '10 ABORTED: Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    );
    const rest = await collect(own.client.subscribeToAll({ fromPosition: reached! }), 100 - seen.length);
    expect([...seen, ...rest.map(numberOf)]).toEqual(range(0, 100));
    await own.close();
  });
});

describe('to $all', () => {
  it('is in order and complete through the switch to live, under load', async () => {
    const WRITERS = 8;
    const EACH = 150;
    const write = async (writer: number, from: number, to: number) => {
      for (const n of range(from, to)) await append(`load-${writer}`, n);
    };
    await Promise.all(range(0, WRITERS).map((writer) => write(writer, 0, 50)));
    const writing = Promise.all(range(0, WRITERS).map((writer) => write(writer, 50, EACH)));
    const subscriptions = range(0, 3).map(() =>
      collect(peer.client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['load-'] }) }), WRITERS * EACH),
    );
    const plain = collect(peer.client.subscribeToAll(), WRITERS * EACH);
    await writing;
    const all = (await collect(peer.client.readAll())).map(({ event }) => event!.id);
    for (const events of await Promise.all([...subscriptions, plain])) {
      expect(events.map(({ event }) => event!.id)).toEqual(all);
    }
  });

  it('begins after the position', async () => {
    await append('s', 0, 1);
    const { position } = await append('s', 2);
    await append('s', 3);
    expect((await collect(peer.client.subscribeToAll({ fromPosition: position! }), 1)).map(numberOf)).toEqual([3]);
  });

  it('begins at the end', async () => {
    await append('s', 0);
    const subscription = peer.client.subscribeToAll({ fromPosition: END });
    await caughtUp(subscription);
    await append('s', 1);
    expect((await collect(subscription, 1)).map(numberOf)).toEqual([1]);
  });

  it.each([
    ['stream prefixes', streamNameFilter({ prefixes: ['a-', 'c-'] }), [0, 2, 3]],
    ['a stream pattern', streamNameFilter({ regex: '^[bc]-' }), [1, 2]],
    ['type prefixes', eventTypeFilter({ prefixes: ['Happ'] }), [0, 1, 2, 3]],
    ['a type pattern', eventTypeFilter({ regex: '^Hap+ened$' }), [0, 1, 2, 3]],
    ['no system events', excludeSystemEvents(), [0, 1, 2, 3]],
  ])('filters by %s', async (_name, filter, expected) => {
    await append('a-1', 0);
    await peer.client.setStreamMetadata('a-1', {});
    await append('b-1', 1);
    await append('c-1', 2);
    await append('a-1', 3);
    const subscription = peer.client.subscribeToAll({ filter });
    const events = await collect(subscription, expected.length);
    expect(events.map(numberOf)).toEqual(expected);
  });

  it('tells by checkpoints how far it searched: every so many windows, and when it has caught up', async () => {
    await append('quiet', ...range(0, 25));
    const reached: bigint[] = [];
    const checkpointReached = async (_: AllStreamSubscription, { commit }: Position) => void reached.push(commit);
    const filter = streamNameFilter({
      prefixes: ['none'],
      maxSearchWindow: 5,
      checkpointInterval: 2,
      checkpointReached,
    });
    const subscription = peer.client.subscribeToAll({ filter });
    subscription.resume();
    await caughtUp(subscription);
    const positions = (await collect(peer.client.readAll())).map(({ event }) => event!.position!.commit);
    expect(reached).toEqual([positions[9], positions[19], positions[24]]);
    await append('quiet', ...range(0, 10));
    while (reached.length < 4) await append('quiet', 0);
    expect(reached[3]).toBe((await collect(peer.client.readAll()))[34]?.event?.position?.commit);
  });

  it('holds no events for a reader that does not read', async () => {
    const MIB = 1024 * 1024;
    const subscription = peer.client.subscribeToAll();
    await caughtUp(subscription.once('data', () => subscription.pause()));
    const text = 'x'.repeat(MIB / 4);
    const before = bytesHeld();
    for (const n of range(0, 200)) {
      await peer.client.appendToStream('big', { ...happened(n), data: { n, text } });
    }
    await until(() => bytesHeld() - before < 25 * MIB);
    subscription.resume();
    await expect(collect(subscription, 199)).resolves.toHaveLength(199);
  }, 90_000);

  it('lets go of subscriptions that were ended', async () => {
    for (const _ of range(0, 30)) {
      const subscription = peer.client.subscribeToAll({ fromPosition: END });
      await caughtUp(subscription);
      await subscription.unsubscribe();
    }
    await append(`s-${randomUUID()}`, 1);
  });
});
