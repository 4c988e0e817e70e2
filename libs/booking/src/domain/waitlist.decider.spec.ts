import { HOUR, MINUTE, plusMs, type Unbranded } from '@yoyaku/kernel';
import { id, SPEC_TIME, specify } from '@yoyaku/kernel/specification';
import { MOST_OF_ONE, MOST_WAITING, Waitlist } from './waitlist.decider';
import type { WaitlistEvent } from './waitlist.events';
import { findEntry, hasRefused, nextInLine, placeOf } from './waitlist-state';

const { given, fold } = specify(Waitlist.decider);
type Event = Unbranded<WaitlistEvent> & { at?: string };

const line = { businessId: 'salon', serviceId: 'cut' };
const wish = { from: '2026-04-02', to: '2026-04-03', partySize: 1, resourceIds: [], locationId: null } as const;
const add = (entryId: string, customerId = entryId, other: object = {}) =>
  ({
    type: 'AddToWaitlist',
    data: { ...line, entryId, customerId, userId: null, ...wish, endsAt: '2026-04-03T15:00:00Z', ...other },
  }) as const;
const joined = (entryId: string, customerId = entryId, other: object = {}): Event => ({
  type: 'WaitlistJoined',
  data: add(entryId, customerId, other).data,
});
const held = { holdId: 'hold', resourceIds: ['yuki'], start: '2026-04-02T01:00:00Z', end: '2026-04-02T02:00:00Z' };
const offer = {
  ...held,
  locationId: null,
  serviceName: 'Cut',
  price: { amount: 8000, currency: 'JPY' },
  terms: {
    freeUntilHours: 0,
    lateFee: null,
    noShowFee: null,
    pendingExpiryMinutes: 60,
    checkInFromMinutes: 120,
    noShowAfterMinutes: 15,
    autoCompleteMinutes: null,
    depositRule: null,
    holdMinutes: 15,
    reminderHours: [24],
  },
  pendingFor: [],
  expiresAt: '2026-04-01T00:15:00Z',
} as const;
const offerTo = (entryId: string, holdId = 'hold') =>
  ({ type: 'OfferSlot', data: { entryId, offer: { ...offer, holdId } } }) as const;
const offered = (entryId: string, customerId = entryId, holdId = 'hold'): Event => ({
  type: 'WaitlistSlotOffered',
  data: { ...line, entryId, customerId, userId: null, partySize: 1, ...offer, holdId },
});
const subject = { ...line, entryId: 'a', customerId: 'a' };
const accepted: Event = { type: 'WaitlistOfferAccepted', data: { ...subject, ...held } };
const declined: Event = { type: 'WaitlistOfferDeclined', data: { ...subject, ...held } };
const lapsed: Event = {
  type: 'WaitlistOfferLapsed',
  data: { ...subject, ...held, serviceName: 'Cut', locationId: null },
};
const left = (reason: 'customer' | 'erased', gave: typeof held | null = null): Event => ({
  type: 'WaitlistLeft',
  data: { ...subject, reason, offer: gave },
});
const [accept, decline, expire] = (['AcceptOffer', 'DeclineOffer', 'ExpireOffer'] as const).map((type) => ({
  type,
  data: { entryId: 'a' },
})) as [
  { type: 'AcceptOffer'; data: { entryId: string } },
  { type: 'DeclineOffer'; data: { entryId: string } },
  { type: 'ExpireOffer'; data: { entryId: string } },
];
const remove = { type: 'RemoveFromWaitlist', data: { entryId: 'a', reason: 'customer' } } as const;
const forfeit = { type: 'ForfeitOffer', data: { ...line, entryId: 'a', holdId: 'hold' } } as const;
const forfeited: Event = { type: 'WaitlistOfferForfeited', data: forfeit.data };
const later = plusMs(SPEC_TIME, 16 * 60_000);

describe('a line', () => {
  it('has people in the order in which they came; who leaves lets the others move up', () => {
    given([joined('a')])
      .when(add('b'))
      .then([joined('b')]);
    const state = fold([joined('a'), joined('b'), joined('c'), left('customer')]);
    expect(['a', 'b', 'c'].map((name) => placeOf(state, id(name)))).toEqual([null, 1, 2]);
  });

  it('has nobody twice for the very same, however it is written', () => {
    given([joined('a')])
      .when(add('b', 'a'))
      .thenNothing();
    given([joined('a', 'a', { resourceIds: ['x', 'y'] })])
      .when(add('b', 'a', { resourceIds: ['y', 'x'] }))
      .thenNothing();
    given([joined('a')])
      .when(add('b', 'a', { partySize: 2 }))
      .then([joined('b', 'a', { partySize: 2 })]);
    given([joined('a'), left('customer')])
      .when(add('b', 'a'))
      .then([joined('b', 'a')]);
  });

  it('is not longer than it may be, nor full of one', () => {
    const own = Array.from({ length: MOST_OF_ONE }, (_, i) => joined(`${i}`, 'a', { partySize: i + 1 }));
    given(own)
      .when(add('b', 'a', { partySize: 99 }))
      .thenRejects('waitlist.too_often');
    const all = Array.from({ length: MOST_WAITING }, (_, i) => joined(`${i}`));
    given(all).when(add('b')).thenRejects('waitlist.full');
  });
});

describe('an offer', () => {
  it('goes to somebody who waits, and to each one at a time', () => {
    given([joined('a')])
      .when(offerTo('a'))
      .then([offered('a')]);
    given([joined('a'), offered('a')])
      .when(offerTo('a'))
      .thenNothing();
    given([joined('a'), offered('a')])
      .when(offerTo('a', 'other'))
      .thenRejects('waitlist.not_waiting');
    const twice = [joined('a'), joined('b', 'a', { partySize: 2 }), offered('a')];
    given(twice).when(offerTo('b', 'other')).thenRejects('waitlist.not_waiting');
    expect(nextInLine(fold([...twice, joined('c')])).map(({ entryId }) => entryId)).toEqual(['c']);
    given([joined('a'), left('erased')])
      .when(offerTo('a'))
      .thenRejects('waitlist.not_waiting');
    given([]).when(offerTo('a')).thenRejects('waitlist.ended');
  });

  it('is accepted until it lapses, once', () => {
    given([joined('a'), offered('a')])
      .when(accept)
      .then([accepted]);
    given([joined('a'), offered('a'), accepted])
      .when(accept)
      .thenNothing();
    given([joined('a'), offered('a')])
      .when(accept, offer.expiresAt)
      .thenRejects('waitlist.offer_lapsed');
    given([joined('a'), offered('a'), lapsed])
      .when(accept, later)
      .thenRejects('waitlist.ended');
    given([joined('a')])
      .when(accept)
      .thenRejects('waitlist.no_offer');
    given([joined('a'), offered('a'), accepted])
      .when(expire, later)
      .thenNothing();
  });

  it('is declined until it lapses, and ends the wait', () => {
    given([joined('a'), offered('a')])
      .when(decline)
      .then([declined]);
    given([joined('a'), offered('a'), declined])
      .when(decline)
      .thenNothing();
    given([joined('a'), offered('a'), declined])
      .when(accept)
      .thenRejects('waitlist.ended');
    given([joined('a'), offered('a')])
      .when(decline, later)
      .thenRejects('waitlist.offer_lapsed');
    given([joined('a'), offered('a'), lapsed])
      .when(decline, later)
      .thenRejects('waitlist.ended');
  });

  it('of a time that they declined or let lapse, or gave back, is made to nobody again, whatever else they wait for', () => {
    for (const end of [declined, lapsed, left('customer', held)]) {
      const refused = [joined('a'), joined('b', 'a', { partySize: 2 }), offered('a'), end];
      given(refused).when(offerTo('b', 'other')).thenRejects('waitlist.not_waiting');
      const again = { ...joined('c', 'a', { partySize: 3 }), at: plusMs(SPEC_TIME, HOUR) } as Event;
      given([...refused, again])
        .when(offerTo('c', 'other'))
        .thenRejects('waitlist.not_waiting');
      given([...refused, joined('d')])
        .when(offerTo('d', 'other'))
        .then([offered('d', 'd', 'other')]);
    }
    const state = fold([joined('a'), offered('a'), declined]);
    const span = (start: string, end: string) => ({ start: Date.parse(start), end: Date.parse(end) });
    expect(hasRefused(state, id('a'), span('2026-04-02T01:30:00Z', '2026-04-02T02:30:00Z'))).toBe(true);
    expect(hasRefused(state, id('a'), span('2026-04-02T02:00:00Z', '2026-04-02T03:00:00Z'))).toBe(false);
  });

  it('is not made when its time to answer is over', () => {
    given([joined('a')])
      .when(offerTo('a'), offer.expiresAt)
      .thenRejects('waitlist.offer_lapsed');
  });

  it('lapses at its time, not before', () => {
    given([joined('a'), offered('a')])
      .when(expire)
      .thenRejects('waitlist.not_due');
    given([joined('a'), offered('a')])
      .when(expire, later)
      .then([lapsed]);
    given([joined('a'), offered('a'), lapsed])
      .when(expire, later)
      .thenNothing();
  });

  it('is given back by who leaves; who has accepted cannot leave', () => {
    given([joined('a'), offered('a')])
      .when(remove)
      .then([left('customer', held)]);
    given([joined('a')])
      .when(remove)
      .then([left('customer')]);
    given([joined('a'), left('customer')])
      .when(remove)
      .thenNothing();
    given([joined('a'), offered('a'), accepted])
      .when(remove)
      .thenRejects('waitlist.ended');
    expect(findEntry(fold([joined('a'), offered('a'), left('customer', held)]), id('a'))).toMatchObject({
      given: held,
    });
  });

  it('can no longer be made of a hold that was given up, unless it was made', () => {
    given([joined('a')])
      .when(forfeit)
      .then([forfeited]);
    given([joined('a'), forfeited])
      .when(forfeit)
      .thenNothing();
    given([joined('a'), forfeited])
      .when(offerTo('a'))
      .thenRejects('waitlist.not_waiting');
    given([joined('a'), forfeited])
      .when(offerTo('a', 'other'))
      .then([offered('a', 'a', 'other')]);
    given([joined('a'), offered('a')])
      .when(forfeit)
      .thenNothing();
    given([]).when(forfeit).thenNothing();
  });

  it('ends for all when there is nothing to wait for', () => {
    given([joined('a'), offered('a'), joined('b'), joined('c', 'c'), { ...left('customer'), at: SPEC_TIME }])
      .when({ type: 'EndWaitlist', data: { reason: 'service_withdrawn' } })
      .then(
        ['b', 'c'].map((entryId) => ({
          type: 'WaitlistLeft',
          data: { ...line, entryId, customerId: entryId, reason: 'service_withdrawn', offer: null },
        })),
      );
  });
});

describe('what a line remembers', () => {
  it('is who waits, and for ten minutes who left; an accepted offer until its time comes', () => {
    const known = (events: Event[], at: string) =>
      fold([...events, { ...joined('z'), at } as Event]).entries.map(({ entryId }) => entryId);
    const [soon, hours] = [plusMs(SPEC_TIME, 10 * MINUTE - 1), plusMs(SPEC_TIME, 2 * HOUR)];
    expect(known([joined('a'), left('customer')], soon)).toEqual(['a', 'z']);
    expect(known([joined('a'), left('customer'), joined('b')], hours)).toEqual(['b', 'z']);
    expect(known([joined('a'), offered('a'), accepted], hours)).toEqual(['a', 'z']);
    expect(known([joined('a'), offered('a'), accepted], held.end)).toEqual(['z']);
  });
});
