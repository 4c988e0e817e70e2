import type { Consistency } from '@yoyaku/projecting';
import type { FastifyRequest } from 'fastify';
import { MinPosition } from './min-position';
import type { StoreHead } from './store-head';

/** A read model that comes to nothing more, and tells how long each was ready to wait. */
function aStandstill() {
  const patience: number[] = [];
  const waitFor: Consistency['waitFor'] = async (_projections, _position, { timeoutMs }) => {
    patience.push(timeoutMs);
    return timeoutMs > 0 ? stopped.promise : false;
  };
  const stopped = Promise.withResolvers<boolean>();
  const head = { isBeyond: async () => false };
  const queries = new MinPosition({ waitFor } as Consistency, head as unknown as StoreHead);
  const ask = (ip: string) =>
    queries.await(
      { headers: { 'x-min-position': '7', prefer: 'wait=10' }, ip, principal: null } as unknown as FastifyRequest,
      ['bookings'],
      async () => undefined,
    );
  return { patience, ask, stop: () => stopped.resolve(false) };
}

it('lets one caller wait at ten places, and tells those beyond at once', async () => {
  const { patience, ask, stop } = aStandstill();
  const answers = Array.from({ length: 400 }, (_, i) => ask(`2001:db8::${i + 1}`).catch(({ code }) => code));
  const told = await Promise.race(answers);
  const other = ask('198.51.100.7').catch(({ code }) => code);
  await new Promise(setImmediate);
  expect(told).toBe('projection.behind');
  expect(patience.filter((ms) => ms === 10_000)).toHaveLength(11);
  stop();
  expect(new Set(await Promise.all([...answers, other]))).toEqual(new Set(['projection.behind']));
});
