import type { BookingEvent } from '@yoyaku/booking/events';
import type { CustomerEvent } from '@yoyaku/customers/events';
import { epochMs, type Instant, type OfType, type Uuid } from '@yoyaku/kernel';
import { defineProjection, type GivenRow, searchRow, type Unit } from '@yoyaku/projecting';
import { type CustomerRow, customerSearch, customers, erasures } from './table';

const tables = { customers, customerSearch, erasures };
type Change = (row: CustomerRow) => Partial<GivenRow<typeof customers>>;

/** Customers, with the totals of their bookings. */
export const customersProjection = defineProjection<CustomerEvent | BookingEvent>()({
  name: 'customers',
  version: 11,
  tables,
  ignored: [
    'CustomerLinkOffered',
    'CustomerPointedElsewhere',
    'BookingPartlyConfirmed',
    'BookingConfirmed',
    'BookingDeclined',
    'BookingExpired',
    'BookingRescheduled',
    'BookingDetailsChanged',
    'BookingCheckedIn',
    'AttentionRaised',
    'AttentionCleared',
    'BookingAbandoned',
    'BookingHoldForfeited',
  ],
  on: {
    CustomerCreated: ({ data: { customerId: id, ...data } }, rows) => {
      // One that was removed and has come again begins anew.
      rows.customers.delete({ id });
      rows.customers.put({ ...UNTRIED, id, ...data, tags: data.tags ?? [], blockReason: null });
      rows.customerSearch.put(searchOf({ id, ...data }));
    },
    CustomerChanged: ({ data: { customerId: id, ...data } }, rows) => {
      rows.customers.patch({ id }, data);
      rows.customerSearch.put(searchOf({ id, ...data }));
    },
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
    CustomerRemoved: ({ data: { customerId: id } }, rows) => {
      rows.customers.patch({ id }, { status: 'deleted' });
      rows.customerSearch.delete({ id });
    },
    CustomerErased: ({ data: { customerId: id }, at }, rows) => {
      rows.customers.patch({ id }, { ...FORGOTTEN, status: 'erased' });
      rows.customerSearch.delete({ id });
      rows.erasures.put({ customerId: id, erasedAt: at });
    },

    BookingRequested: ({ data }, rows) => change(rows, data, ({ bookings }) => ({ bookings: bookings + 1 })),
    BookingCancelled: ({ data }, rows) => change(rows, data, ({ cancelled }) => ({ cancelled: cancelled + 1 })),
    BookingCancellationUndone: ({ data }, rows) =>
      change(rows, data, ({ cancelled }) => ({ cancelled: cancelled - 1 })),
    BookingCompleted: ({ data }, rows) => change(rows, data, visited(data)),
    BookingMarkedNoShow: ({ data }, rows) => change(rows, data, missed(1)),
    BookingOutcomeCorrected: ({ data }, rows) => {
      if (data.from === 'completed') change(rows, data, notVisited(data));
      if (data.from === 'no_show') change(rows, data, missed(-1));
      if (data.to === 'completed') change(rows, data, visited(data));
      if (data.to === 'no_show') change(rows, data, missed(1));
    },
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
  lastVisits: [],
} as const;

/** Far more than anybody's visits of the week in which they can be taken back. */
const VISITS_KEPT = 20;

type Visit = Pick<OfType<BookingEvent, 'BookingCompleted'>['data'], 'start' | 'price'>;

const visited =
  ({ start, price: { amount, currency } }: Visit): Change =>
  ({ completed, spent, lastVisits }) => {
    const visits = [...lastVisits, start].toSorted((a, b) => epochMs(b) - epochMs(a)).slice(0, VISITS_KEPT);
    return { completed: completed + 1, spent: spent + amount, currency, ...withVisits(visits) };
  };

const notVisited =
  ({ start, price: { amount } }: Visit): Change =>
  ({ completed, spent, lastVisits }) => {
    const taken = lastVisits.indexOf(start);
    // Counted before the customer was removed and came again.
    if (taken < 0) return {};
    return { completed: completed - 1, spent: spent - amount, ...withVisits(lastVisits.toSpliced(taken, 1)) };
  };

const withVisits = (lastVisits: readonly Instant[]) => ({ lastVisits, lastVisitAt: lastVisits[0] ?? null });

const missed =
  (times: 1 | -1): Change =>
  ({ noShows }) => ({ noShows: Math.max(0, noShows + times) });

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

const searchOf = ({
  id,
  businessId,
  name,
  email,
  phone,
}: Pick<CustomerRow, 'id' | 'businessId' | 'name' | 'email' | 'phone'>) =>
  searchRow({ id, texts: [name, email], phone, within: businessId });

function change({ customers }: Unit<typeof tables>, { customerId: id }: { customerId: Uuid }, of: Change): void {
  const row = customers.get({ id });
  if (row) customers.patch({ id }, of(row));
}
