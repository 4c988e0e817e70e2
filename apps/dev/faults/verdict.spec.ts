import { chain } from '@yoyaku/eventing';
import type { Answer, Decided, Exchange } from './client';
import { Disturbances } from './disturbances';
import { answersDiffer, shows } from './load';
import { acknowledged, chainsAreWhole, offerDifferences, unbecoming, unreasonable } from './verdict';

const answer = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  body: JSON.stringify(body),
  headers: new Headers(headers),
});
const booking = {
  id: 'b1',
  status: 'confirmed',
  serviceId: 's',
  resourceIds: ['r'],
  start: '1',
  end: '2',
  partySize: 1,
};
const decided = (method: 'POST' | 'DELETE', found: Answer): Decided => ({
  command: { method, path: '/bookings', key: 'k' },
  answer: found,
  sentAt: 0,
  endedAt: 1,
});
const exchange = (changes: Partial<Exchange>): Exchange => ({
  request: 'POST /bookings',
  origin: 'http://localhost',
  sentAt: 0,
  endedAt: 10,
  status: 201,
  code: null,
  retryAfter: null,
  ...changes,
});

describe('a verdict', () => {
  it('takes the last successful answer as what was acknowledged', () => {
    const cancelled = { ...booking, status: 'cancelled' };
    const refused = decided('POST', answer(409, { code: 'booking.slot_taken' }));
    const history = [decided('POST', answer(201, booking)), refused, decided('DELETE', answer(200, cancelled))];
    expect([...acknowledged(history).values()]).toEqual([cancelled]);
  });

  it('bears 503 that says when to come again, broken connections, and refusals', () => {
    const fine = [{ status: 503, retryAfter: '1' }, { status: null }, { status: 409, code: 'booking.slot_taken' }, {}];
    expect(unbecoming(fine.map(exchange), () => 10)).toEqual([]);
  });

  it.each([{ status: 500 }, { status: 503 }, { status: 502, retryAfter: '1' }, { status: null, endedAt: 20_000 }])(
    'does not bear %p',
    (changes) => {
      expect(unbecoming([exchange(changes)], () => 0)).toHaveLength(1);
    },
  );

  it('knows for how long a process was disturbed, and counts no moment twice', () => {
    const clock = jest.spyOn(performance, 'now');
    const at = <T>(time: number, act: () => T): T => {
      clock.mockReturnValue(time);
      return act();
    };
    const disturbances = new Disturbances();
    const first = at(10, () => disturbances.begin('api'));
    const second = at(15, () => disturbances.begin('api'));
    at(20, first);
    at(25, second);
    at(40, () => disturbances.begin('api'));
    clock.mockRestore();
    expect(disturbances.within('api', 0, 30)).toBe(15);
    expect(disturbances.within('api', 18, 50)).toBe(7 + 10);
    expect(disturbances.within('api', 26, 39)).toBeUndefined();
    expect(disturbances.within('api-2', 0, 50)).toBeUndefined();
  });

  it('does not bear an answer that did not come, with nothing to blame', () => {
    expect(unbecoming([exchange({ status: null })], () => undefined)).toHaveLength(1);
  });

  it('does not bear refusals that the load gave no reason for', () => {
    expect(unreasonable([decided('POST', answer(409, { code: 'booking.slot_taken' }))])).toEqual([]);
    expect(unreasonable([decided('POST', answer(422, { code: 'booking.off_grid' }))])).toHaveLength(1);
  });

  it.each([
    ['status', answer(200, booking)],
    ['body', answer(201, { ...booking, status: 'cancelled' })],
    ['header', answer(201, booking, { etag: '"1"' })],
  ])('tells a repeated answer with another %s from the first one', (_, again) => {
    expect(answersDiffer(answer(201, booking), answer(201, booking))).toBeUndefined();
    expect(answersDiffer(answer(201, booking), again)).toBeDefined();
  });

  it('tells a reading that is behind what was told, or knows nothing of it', () => {
    const told = { ...booking, status: 'cancelled' };
    expect(shows(answer(200, told), told)).toBe(true);
    expect(shows(answer(200, booking), told)).toBe(false);
    expect(shows(answer(404, { code: 'booking.not_found' }), told)).toBe(false);
  });

  it('tells offers that are not those that must be', () => {
    const offers = [
      { start: 0, remaining: 1 },
      { start: 1, remaining: 2 },
    ];
    expect(offerDifferences(offers, offers)).toEqual([]);
    expect(offerDifferences(offers, offers.slice(1))).toHaveLength(1);
    expect(offerDifferences(offers, [...offers, { start: 2, remaining: 1 }])).toHaveLength(1);
    expect(offerDifferences(offers, [{ start: 0, remaining: 2 }, ...offers.slice(1)])).toHaveLength(1);
  });

  it('finds the chain broken where an event was altered or taken out', async () => {
    const link = (revision: number, prevHash: string | null) => {
      const metadata = {
        tenantId: 'platform',
        actor: { id: null, role: 'system' },
        correlationId: 'c',
        causationId: 'c',
        commandId: '00000000-0000-4000-8000-000000000000',
        occurredAt: '2027-04-01T00:00:00Z',
        schemaVersion: 1,
        prevHash,
      };
      const event = {
        id: `00000000-0000-4000-8000-00000000000${revision}`,
        type: 'Said',
        data: { revision },
        metadata,
      };
      return { ...chain('talk-1', event), stream: 'talk-1', revision, position: BigInt(revision) };
    };
    const first = link(0, null);
    const second = link(1, first.metadata.hash);
    await expect(chainsAreWhole([first, second])).resolves.toBe('2 events in 1 streams');
    await expect(chainsAreWhole([first, { ...second, data: { revision: 7 } }])).rejects.toThrow('revision 1 of talk-1');
    await expect(chainsAreWhole([second])).rejects.toThrow('revision 0 of talk-1');
  });
});
