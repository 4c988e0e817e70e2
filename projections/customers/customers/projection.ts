import type { BookingEvent } from '@yoyaku/booking/events';
import type { CustomerEvent } from '@yoyaku/customers/events';
import { epochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { defineProjection, type GivenRow, type Unit } from '@yoyaku/projecting';
import { type CustomerRow, customers, erasures } from './table';

const tables = { customers, erasures };
type Change = (row: CustomerRow) => Partial<GivenRow<typeof customers>>;

/** Customers, with the totals of their bookings. */
export const customersProjection = defineProjection<CustomerEvent | BookingEvent>()({
  name: 'customers',
  version: 7,
  tables,
  ignored: [
    'CustomerLinkOffered',
    'CustomerPointedElsewhere',
    'BookingConfirmed',
    'BookingDeclined',
    'BookingExpired',
    'BookingRescheduled',
    'BookingDetailsChanged',
    'BookingCheckedIn',
    'BookingAbandoned',
    'BookingHoldForfeited',
  ],
  on: {
    CustomerCreated: ({ data: { customerId: id, ...data } }, rows) =>
      rows.customers.put({ ...UNTRIED, id, ...data, tags: data.tags ?? [], blockReason: null }),
    CustomerChanged: ({ data: { customerId: id, ...data } }, rows) => rows.customers.patch({ id }, data),
    CustomerStatusChanged: ({ data: { customerId: id, status } }, rows) => rows.customers.patch({ id }, { status }),
    CustomerTagged: ({ data }, rows) =>
      change(rows, data, ({ tags }) => (data.tag === null ? {} : { tags: [...tags, data.tag] })),
    CustomerUntagged: ({ data }, rows) =>
      change(rows, data, ({ tags }) => ({ tags: tags.filter((tag) => tag !== data.tag) })),
    ConsentGiven: ({ data }, rows) => change(rows, data, ({ consents }) => ({ consents: [...consents, data.channel] })),
    ConsentWithdrawn: ({ data }, rows) =>
      change(rows, data, ({ consents }) => ({ consents: consents.filter((channel) => channel !== data.channel) })),
    CustomerBlocked: ({ data: { customerId: id, reason } }, rows) =>
      rows.customers.patch({ id }, { status: 'blocked', blockReason: reason }),
    CustomerUnblocked: ({ data: { customerId: id } }, rows) =>
      rows.customers.patch({ id }, { status: 'customer', blockReason: null }),
    CustomerUserLinked: ({ data: { customerId: id, userId } }, rows) => rows.customers.patch({ id }, { userId }),
    CustomerRemoved: ({ data: { customerId: id } }, rows) => rows.customers.delete({ id }),
    CustomerErased: ({ data: { customerId: id }, at }, rows) => {
      rows.customers.patch({ id }, { ...FORGOTTEN, status: 'erased' });
      rows.erasures.put({ customerId: id, erasedAt: at });
    },

    BookingRequested: ({ data }, rows) => change(rows, data, ({ bookings }) => ({ bookings: bookings + 1 })),
    BookingCancelled: ({ data }, rows) => change(rows, data, ({ cancelled }) => ({ cancelled: cancelled + 1 })),
    BookingCancellationUndone: ({ data }, rows) =>
      change(rows, data, ({ cancelled }) => ({ cancelled: cancelled - 1 })),
    BookingCompleted: ({ data }, rows) =>
      change(rows, data, ({ completed, spent, lastVisitAt }) => ({
        completed: completed + 1,
        spent: spent + data.price.amount,
        currency: data.price.currency,
        lastVisitAt: later(lastVisitAt, data.start),
      })),
    BookingMarkedNoShow: ({ data }, rows) => change(rows, data, ({ noShows }) => ({ noShows: noShows + 1 })),
  },
});

const UNTRIED = {
  bookings: 0,
  completed: 0,
  cancelled: 0,
  noShows: 0,
  spent: 0,
  currency: null,
  lastVisitAt: null,
} as const;

/** Personal fields, which are removed on erasure. Visits and amounts stay, as the business's own figures. */
const FORGOTTEN = {
  name: null,
  email: null,
  phone: null,
  birthday: null,
  locale: null,
  blockReason: null,
  assignedTo: null,
  tags: [],
  consents: [],
} as const;

function change({ customers }: Unit<typeof tables>, { customerId: id }: { customerId: Uuid }, of: Change): void {
  const row = customers.get({ id });
  if (row) customers.patch({ id }, of(row));
}

const later = (a: Instant | null, b: Instant): Instant => (a !== null && epochMs(a) > epochMs(b) ? a : b);
