import type { BookingEvent } from '@yoyaku/booking/events';
import type { CustomerEvent } from '@yoyaku/customers/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { customersProjection } from './projection';

const ids = {
  customerId: '01900000-0000-7000-8000-000000000030',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const { customerId: id, businessId } = ids;
const profile = {
  name: 'Hanako',
  email: 'hanako@example.com',
  phone: null,
  birthday: '1990-01-02',
  locale: 'ja',
  assignedTo: null,
};
const created: Unbranded<CustomerEvent> = {
  type: 'CustomerCreated',
  data: { ...ids, ...profile, status: 'customer', userId: null, tags: ['vip'], consents: ['email'] },
};

const tablesAfter = (...events: (Unbranded<CustomerEvent> | Unbranded<BookingEvent>)[]) =>
  runProjection(
    customersProjection,
    [created, ...events].map((event) => ({
      ...event,
      stream: event.type.startsWith('Booking') ? `booking-${businessId}` : `customer-${id}`,
    })),
  );
const rowsAfter = (...events: Parameters<typeof tablesAfter>) => tablesAfter(...events).customers;

describe('the customers projection', () => {
  it('holds a customer without bookings', () =>
    expect(rowsAfter()).toEqual([
      {
        id,
        businessId,
        ...profile,
        userId: null,
        status: 'customer',
        blockReason: null,
        tags: ['vip'],
        consents: ['email'],
        bookings: 0,
        completed: 0,
        cancelled: 0,
        noShows: 0,
        spent: 0,
        currency: null,
        lastVisitAt: null,
        lastVisits: [],
        revision: 0,
        createdAt: '2026-04-01T00:00:00Z',
        updatedAt: '2026-04-01T00:00:00Z',
      },
    ]));

  it.each<[string, object, Unbranded<CustomerEvent>[]]>([
    ['profile', { name: 'Hana' }, [{ type: 'CustomerChanged', data: { ...ids, ...profile, name: 'Hana' } }]],
    ['status', { status: 'inactive' }, [{ type: 'CustomerStatusChanged', data: { ...ids, status: 'inactive' } }]],
    [
      'tags',
      { tags: ['regular'] },
      [
        { type: 'CustomerTagged', data: { ...ids, tag: 'regular' } },
        { type: 'CustomerUntagged', data: { ...ids, tag: 'vip' } },
      ],
    ],
    [
      'consents',
      { consents: ['sms'] },
      [
        { type: 'ConsentGiven', data: { ...ids, channel: 'sms' } },
        { type: 'ConsentWithdrawn', data: { ...ids, channel: 'email' } },
      ],
    ],
    [
      'being blocked',
      { status: 'blocked', blockReason: 'rude' },
      [{ type: 'CustomerBlocked', data: { ...ids, reason: 'rude' } }],
    ],
    [
      'being unblocked',
      { status: 'customer', blockReason: null },
      [
        { type: 'CustomerBlocked', data: { ...ids, reason: 'rude' } },
        { type: 'CustomerUnblocked', data: ids },
      ],
    ],
    ['user', { userId: id }, [{ type: 'CustomerUserLinked', data: { ...ids, userId: id } }]],
  ])('follows %s', (_, row, events) => expect(rowsAfter(...events)).toMatchObject([row]));

  it('keeps a removed one as deleted, and goes on counting its bookings', () =>
    expect(
      rowsAfter({ type: 'CustomerRemoved', data: ids }, { type: 'BookingMarkedNoShow', data: noShow }),
    ).toMatchObject([{ id, status: 'deleted', name: 'Hanako', noShows: 1 }]));

  it('knows nothing of an erased one but what its bookings came to', () => {
    const everything = { email: 'h@example.com', phone: '+81312345678', birthday: '1990-01-02', locale: 'ja' };
    const events: Unbranded<CustomerEvent>[] = [
      { type: 'CustomerChanged', data: { ...ids, name: 'Hanako', ...everything, assignedTo: id } },
      { type: 'CustomerTagged', data: { ...ids, tag: 'vip' } },
      { type: 'ConsentGiven', data: { ...ids, channel: 'sms' } },
      { type: 'CustomerBlocked', data: { ...ids, reason: 'rude' } },
    ];
    const booked = { type: 'BookingRequested', data: { ...ids } } as BookingEvent;
    expect(rowsAfter(booked, ...events, { type: 'CustomerErased', data: ids })).toMatchObject([
      {
        id,
        status: 'erased',
        bookings: 1,
        name: null,
        email: null,
        phone: null,
        birthday: null,
        locale: null,
        blockReason: null,
        assignedTo: null,
        tags: [],
        consents: [],
      },
    ]);
  });

  it('is found as it is called now, until it is removed or erased', () => {
    const changed = { ...ids, ...profile, name: 'ハナコ', phone: '+81 3 1234 5678' };
    const textsAfter = (...events: Unbranded<CustomerEvent>[]) =>
      tablesAfter(...events).customerSearch.map(({ text }) => text);
    expect(textsAfter()).toEqual(['hanako\nhanako@example.com']);
    expect(textsAfter({ type: 'CustomerChanged', data: changed })).toEqual([
      'はなこ\nhanako@example.com\n81312345678\n0312345678',
    ]);
    expect(textsAfter({ type: 'CustomerRemoved', data: ids })).toEqual([]);
    expect(textsAfter({ type: 'CustomerErased', data: ids })).toEqual([]);
  });

  it('is as of its own events, not of its bookings', () => {
    const requested = { type: 'BookingRequested', data: { ...ids } } as BookingEvent;
    const offered: Unbranded<CustomerEvent> = { type: 'CustomerLinkOffered', data: { ...ids, userId: id } };
    expect(rowsAfter(offered, requested, requested)).toMatchObject([{ revision: 1, bookings: 2 }]);
  });

  it('counts bookings, visits, no-shows and what was spent', () => {
    const requested = { type: 'BookingRequested', data: { ...ids } } as BookingEvent;
    const cancelled = { type: 'BookingCancelled', data: { ...ids } } as BookingEvent;
    const undone = { type: 'BookingCancellationUndone', data: { ...ids } } as BookingEvent;
    const completed = (start: string): Unbranded<BookingEvent> => ({
      type: 'BookingCompleted',
      data: { ...ids, bookingId: id, serviceId: id, start, price: { amount: 8000, currency: 'JPY' } },
    });
    expect(
      rowsAfter(
        requested,
        requested,
        requested,
        cancelled,
        undone,
        cancelled,
        completed('2026-04-03T00:00:00.500Z'),
        completed('2026-04-03T00:00:00Z'),
        { type: 'BookingMarkedNoShow', data: noShow },
      ),
    ).toMatchObject([
      {
        bookings: 3,
        completed: 2,
        cancelled: 1,
        noShows: 1,
        spent: 16_000,
        currency: 'JPY',
        lastVisitAt: '2026-04-03T00:00:00.500Z',
      },
    ]);
  });

  it('takes back what was corrected', () => {
    const visit = { ...ids, bookingId: id, serviceId: id, price: { amount: 8000, currency: 'JPY' } };
    const completed = (start: string) => ({ type: 'BookingCompleted', data: { ...visit, start } }) as BookingEvent;
    const corrected = (from: string, to: string, start = '2026-04-03T00:00:00Z') =>
      ({
        type: 'BookingOutcomeCorrected',
        data: { ...visit, start, from, to, reason: 'x', fee: null },
      }) as BookingEvent;
    const visits = [completed('2026-04-01T00:00:00Z'), completed('2026-04-03T00:00:00Z')];
    const one = { completed: 1, noShows: 0, spent: 8000, lastVisitAt: '2026-04-01T00:00:00Z' };
    const missed = corrected('completed', 'no_show');
    expect(rowsAfter(...visits, corrected('completed', 'checked_in'))).toMatchObject([one]);
    expect(rowsAfter(...visits, missed)).toMatchObject([{ ...one, noShows: 1 }]);
    expect(rowsAfter(...visits, missed, corrected('no_show', 'completed'))).toMatchObject([
      { completed: 2, noShows: 0, spent: 16_000, lastVisitAt: '2026-04-03T00:00:00Z' },
    ]);
    // Of a customer who was removed and has come again.
    expect(rowsAfter(missed)).toMatchObject([{ completed: 0, noShows: 1, spent: 0, lastVisitAt: null }]);
    expect(rowsAfter(corrected('no_show', 'checked_in'))).toMatchObject([{ noShows: 0 }]);
  });
});

const noShow = { ...ids, bookingId: id, start: '2026-04-03T00:00:00Z', fee: null };
