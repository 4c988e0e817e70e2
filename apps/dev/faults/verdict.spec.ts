import type { Answer, Exchange } from './client';
import { Disturbances } from './disturbances';
import { answersDiffer } from './load';
import { offerDifferences, unbecoming } from './verdict';

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

/** So that one that breaks off is no great share of all. */
const answered = Array.from({ length: 10 }, () => ({}));

describe('a verdict', () => {
  it('bears 503 that says when to come again, broken connections, and refusals', () => {
    const fine = [{ status: 503, retryAfter: '1' }, { status: null }, { status: 409, code: 'booking.slot_taken' }, {}];
    expect(unbecoming([...fine, ...answered].map(exchange), () => 10)).toEqual([]);
  });

  it('does not bear that a great share of all requests breaks off, whatever there is to blame', () => {
    const broken = Array.from({ length: answered.length + 1 }, () => exchange({ status: null }));
    expect(unbecoming([...broken, ...answered.map(exchange)], () => 10)).toHaveLength(1);
  });

  it.each([{ status: 500 }, { status: 503 }, { status: 502, retryAfter: '1' }, { status: null, endedAt: 20_000 }])(
    'does not bear %p',
    (changes) => {
      expect(unbecoming([exchange(changes), ...answered.map(exchange)], () => 0)).toHaveLength(1);
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
    expect(unbecoming([exchange({ status: null }), ...answered.map(exchange)], () => undefined)).toHaveLength(1);
  });

  it.each([
    ['status', answer(200, booking)],
    ['body', answer(201, { ...booking, status: 'cancelled' })],
    ['header', answer(201, booking, { etag: '"1"' })],
  ])('tells a repeated answer with another %s from the first one', (_, again) => {
    expect(answersDiffer(answer(201, booking), answer(201, booking))).toBeUndefined();
    expect(answersDiffer(answer(201, booking), again)).toBeDefined();
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
});
