import { once } from 'node:events';
import { END, type Position, streamNameFilter } from '@eventstore/db-client';
import { until } from '@yoyaku/testing';
import { happened, numberOf } from '../support';
import { type Situation, type Stage, toldError } from './situation';

/** The client's types do not know this event yet. */
const CAUGHT_UP = 'caughtUp' as 'end';

/** Follows the whole store for what stands in the situation's stream; the numbers, and when it caught up. */
function followAll({ client, stream }: Stage, fromPosition: Position | 'start' | 'end') {
  const told: unknown[] = [];
  const filter = streamNameFilter({ prefixes: [stream] });
  const subscription = client.subscribeToAll({ fromPosition, filter });
  subscription.on(CAUGHT_UP, () => told.push('caught up'));
  subscription.on('data', (resolved) => told.push(numberOf(resolved)));
  return { subscription, told };
}

export const SUBSCRIPTIONS: Situation[] = [
  {
    when: 'subscription to all, from the start',
    ask: async (stage) => {
      await stage.fill(2);
      const { subscription, told } = followAll(stage, 'start');
      await until(() => told.length === 3);
      await stage.fill(1, 2);
      await until(() => told.length === 4);
      await subscription.unsubscribe();
      return told;
    },
    answer: [0, 1, 'caught up', 2],
  },
  {
    when: 'subscription to all, after a position',
    ask: async (stage) => {
      const { position } = await stage.fill(1);
      await stage.fill(1, 1);
      const { subscription, told } = followAll(stage, position!);
      await until(() => told.length === 2);
      await subscription.unsubscribe();
      return told;
    },
    answer: [1, 'caught up'],
  },
  {
    when: 'subscription to a stream that is not there yet',
    ask: async ({ client, stream }) => {
      const told: unknown[] = [];
      const subscription = client.subscribeToStream(stream);
      subscription.on(CAUGHT_UP, () => told.push('caught up'));
      subscription.on('data', (resolved) => told.push(numberOf(resolved)));
      await once(subscription, 'confirmation');
      await client.appendToStream(stream, happened(1));
      await until(() => told.length === 2);
      await subscription.unsubscribe();
      return told;
    },
    answer: [1, 'caught up'],
  },
  {
    when: 'live subscription that is slower than the writes',
    ask: async ({ client, stream }) => {
      const subscription = client.subscribeToAll({ fromPosition: END });
      await once(subscription, 'caughtUp');
      const text = 'x'.repeat(50_000);
      for (let n = 0; n < 200; n++) {
        await client.appendToStream(stream, { ...happened(n), data: { n, text } });
      }
      const ended = once(subscription, 'end').catch((error: unknown) => error);
      subscription.resume();
      const error = await ended;
      return [toldError(error), (error as Error).message];
    },
    answer: [
      'timeout',
      '10 ABORTED: Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    ],
  },
  {
    when: 'filter with a broken pattern',
    ask: async ({ client }) => {
      const subscription = client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) });
      return toldError(await once(subscription.resume(), 'end').catch((error: unknown) => error));
    },
    answer: 'status 2',
  },
];
