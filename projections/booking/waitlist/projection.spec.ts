import type { WaitlistEvent } from '@yoyaku/booking/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { waitlistProjection } from './projection';

const subject = { entryId: 'entry', businessId: 'salon', serviceId: 'cut', customerId: 'hanako' };
const dates = { from: '2027-04-01', to: '2027-04-02' } as const;
const wish = { partySize: 2, resourceIds: ['yuki'], locationId: null, userId: null };
const held = { holdId: 'hold', resourceIds: ['yuki'], start: '2027-04-01T03:00:00Z', end: '2027-04-01T04:00:00Z' };
const agreed = {
  locationId: null,
  price: { amount: 8000, currency: 'JPY' },
  expiresAt: '2027-03-01T00:15:00Z',
} as const;
const terms = {
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
};
const joined: Unbranded<WaitlistEvent> = {
  type: 'WaitlistJoined',
  data: { ...subject, ...wish, ...dates, endsAt: '2027-04-02T15:00:00Z' },
};
const offered: Unbranded<WaitlistEvent> = {
  type: 'WaitlistSlotOffered',
  data: { ...subject, ...held, ...agreed, userId: null, partySize: 2, serviceName: 'Cut', terms, pendingFor: [] },
};

const rowsAfter = (...events: Unbranded<WaitlistEvent>[]) =>
  runProjection(
    waitlistProjection,
    events.map((event) => ({ ...event, stream: 'waitlist-cut' })),
  ).waitlist;

describe('an entry of a waitlist', () => {
  it('stands with what is waited for, and with what is offered', () => {
    const { entryId: id, ...ids } = subject;
    const entry = { id, ...ids, ...wish, fromDate: dates.from, toDate: dates.to, number: 0 };
    expect(rowsAfter(joined)).toMatchObject([{ ...entry, status: 'waiting', reason: null, offer: null }]);
    const { holdId: _, ...time } = held;
    expect(rowsAfter(joined, offered)).toMatchObject([{ ...entry, status: 'offered', offer: { ...time, ...agreed } }]);
  });

  it.each<[string, Unbranded<WaitlistEvent>]>([
    ['accepted', { type: 'WaitlistOfferAccepted', data: { ...subject, ...held } }],
    ['declined', { type: 'WaitlistOfferDeclined', data: { ...subject, ...held } }],
    ['lapsed', { type: 'WaitlistOfferLapsed', data: { ...subject, ...held, serviceName: 'Cut', locationId: null } }],
    ['removed', { type: 'WaitlistLeft', data: { ...subject, reason: 'customer', offer: held } }],
  ])('stays when it is %s, without an offer', (status, event) =>
    expect(rowsAfter(joined, offered, event)).toMatchObject([{ status, offer: null }]),
  );
});
