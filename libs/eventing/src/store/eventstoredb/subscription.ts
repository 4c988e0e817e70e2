import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  excludeSystemEvents,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { sleep } from '@yoyaku/kernel';
import { type StoredEvent } from '../../envelope/stored-event';
import { EventStoreUnavailable, GarbledAnswer, StoreSetBack } from '../errors';
import { beginsWith, type FoundEvent, isOther, type SubscribeOptions } from '../event-store';
import type { Report } from './connection';
import { translated, wasTooSlow } from './errors';
import { foundEvent } from './found-event';
import type { StreamNames } from './stream-names';

const RECONNECT = { first: 50, most: 1_000 };
/** How often a subscription is compared with the store's head, in milliseconds. */
const LOOK_EVERY = 1_000;
/**
 * How long a subscription may then yield nothing, though events up to that head are missing, before it counts as
 * broken.
 */
const CATCH_UP = 3_000;
/** How often an event is asked for again before it counts as damaged. */
const GARBLED_TRIES = 3;

/** What a subscription needs from the store's adapter. */
export interface Source {
  readonly names: StreamNames;
  /** Position of the store's last event. */
  head(): Promise<bigint>;
  /** Whether anything, of whatever kind, stands at that position or behind it. */
  reaches(position: bigint): Promise<boolean>;
  /** The client of this moment, and a signal that aborts when it is given up for another. */
  connection(): { readonly client: EventStoreDBClient; readonly lost: AbortSignal };
  report: Report;
  /** Told of each event of others that is passed over. */
  onPassed(): void;
}

/** Subscribes, and again whenever the subscription breaks: each cause is reported once, and the end of the trouble. */
export async function* subscribed(source: Source, options: SubscribeOptions): AsyncIterable<StoredEvent> {
  const { signal, streamPrefixes } = options;
  const isWanted = beginsWith(streamPrefixes);
  let position = options.after === 'start' ? undefined : options.after;
  let pause = RECONNECT.first;
  let failures = 0;
  let garbled = 0;
  let reported = '';
  const goesOn = () => {
    if (failures > 0) source.report(`Follows the event store again, after ${failures} failures`);
    failures = 0;
    garbled = 0;
    reported = '';
    pause = RECONNECT.first;
  };
  while (!signal.aborted) {
    try {
      if (position === 'end') position = await source.head();
      for await (const found of subscribeOnce(source, position, options, goesOn)) {
        position = typeof found === 'bigint' ? found : found.position;
        goesOn();
        if (typeof found === 'bigint') options.onPassed?.(found);
        else if (isOther(found)) {
          if (found.other === 'foreign') source.onPassed();
          options.onPassed?.(found.position);
        } else if (isWanted(found)) yield found;
      }
      if (signal.aborted) return;
      throw new EventStoreUnavailable(new Error('The subscription ended'));
    } catch (thrown) {
      if (signal.aborted) return;
      if (thrown instanceof StoreSetBack) throw thrown;
      if (wasTooSlow(thrown)) continue;
      const error = translated(thrown);
      failures += 1;
      garbled = error instanceof GarbledAnswer ? garbled + 1 : 0;
      if (garbled === GARBLED_TRIES) throw new GarbledAnswer(error, typeof position === 'bigint' ? position : -1n);
      if (reported !== String(error)) source.report('Lost the event store, which is followed; trying again', error);
      reported = String(error);
    }
    await sleep(pause, { signal });
    pause = Math.min(RECONNECT.most, pause * 2);
  }
}

/**
 * One subscription, until it breaks, or falls silent although the store has more. Between the events it yields how far
 * the store has searched, because very many events of others may stand before the next one of ours.
 */
async function* subscribeOnce(
  source: Source,
  after: bigint | undefined,
  { signal, streamPrefixes, onLive, onCurrent }: SubscribeOptions,
  onCaughtUp: () => void,
): AsyncIterable<FoundEvent | bigint> {
  const { client, lost } = source.connection();
  lost.throwIfAborted();
  const { names } = source;
  const beginnings = (streamPrefixes ?? ['']).map((prefix) => names.inStore(prefix));
  // It takes its turn behind the events, because some that the store sent before may still wait to be read.
  const checkpointReached = async (to: AllStreamSubscription, { commit }: Position) => void to.push(commit);
  const subscription: AllStreamSubscription = client.subscribeToAll({
    fromPosition: after === undefined ? START : { commit: after, prepare: after },
    filter: beginnings.every(Boolean)
      ? streamNameFilter({ prefixes: beginnings, checkpointReached })
      : excludeSystemEvents({ checkpointReached }),
  });
  Object.assign(subscription, { convertGrpcEvent: (read: ReadResp.ReadEvent) => foundEvent(read, names) });
  const stop = () => subscription.destroy();
  const breakOff = (reason: unknown) => subscription.destroy(new EventStoreUnavailable(reason));
  const onLost = () => breakOff(lost.reason);
  signal.addEventListener('abort', stop);
  lost.addEventListener('abort', onLost);
  // Errors that come after the reader has left are ignored.
  subscription.on('error', () => {});
  subscription.on('caughtUp', () => {
    onCaughtUp();
    onLive?.();
  });

  let reached = after ?? -1n;
  let looked: bigint | undefined;
  let cameAt = performance.now();
  let waiting = true;
  let isLooking = false;
  let target: { readonly head: bigint; readonly askedAt: number } | undefined;
  const compare = () => {
    if (!target || reached < target.head) return;
    onCurrent?.(target.askedAt);
    target = undefined;
  };
  const look = async () => {
    const askedAt = performance.now();
    if (target) {
      const isLate = askedAt - Math.max(target.askedAt, cameAt) > CATCH_UP;
      if (isLate && waiting) breakOff(new Error(`Nothing came, though the store has events up to ${target.head}`));
      return;
    }
    const before = reached;
    if (isLooking) return;
    isLooking = true;
    const head = await source.head().catch(() => undefined);
    isLooking = false;
    if (head === undefined) return;
    if (head < before && !(await source.reaches(before).catch(() => true))) {
      subscription.destroy(new StoreSetBack(before, head));
      return;
    }
    target = { head, askedAt };
    compare();
  };
  const timer = streamPrefixes ? undefined : setInterval(() => void look(), LOOK_EVERY);
  try {
    for await (const found of subscription as unknown as AsyncIterable<FoundEvent | bigint>) {
      waiting = false;
      if (typeof found !== 'bigint') {
        reached = found.position;
        yield found;
      } else {
        // Some servers name the end of the store, and the next event then stands at that position. A later position
        // proves that nothing of ours stands there.
        if (looked !== undefined && looked > reached && looked < found) {
          reached = looked;
          yield reached;
        }
        looked = found;
      }
      if (target) compare();
      cameAt = performance.now();
      waiting = true;
    }
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
    lost.removeEventListener('abort', onLost);
    void subscription.unsubscribe().catch(() => {});
  }
}
