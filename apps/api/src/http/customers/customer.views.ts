import type { CustomerRow } from '@projections/customers';
import type { KnownCustomer, KnownNote } from '@yoyaku/customers';
import { type Shown, versionOf } from '../conventions';
import type { CustomerView, OwnProfileView, RecordedCustomerView } from './customer.dto';
import type { NoteView } from './note.dto';

/** What was written down of a customer. One that was removed and has come again is as old as that. */
export function recordOf(outcome: Shown<KnownCustomer>): RecordedCustomerView {
  const { customerId: _, linkOfferedTo: __, wasBlocked: ___, ...customer } = { wasBlocked: false, ...outcome.known };
  return { ...customer, ...versionOf(outcome), createdAt: outcome.known.createdAt };
}

/** A customer right after a command, with what the bookings came to as it was known before. */
export const viewOf = (outcome: Shown<KnownCustomer>, before: CustomerRow | undefined): CustomerView => ({
  ...recordOf(outcome),
  ...bookingsOf(before ?? UNTRIED),
});

export function rowView(row: CustomerRow): CustomerView {
  const { currency: _, ...customer } = row;
  return { ...customer, ...bookingsOf(row) };
}

type Tried = Pick<
  CustomerRow,
  'bookings' | 'completed' | 'cancelled' | 'noShows' | 'spent' | 'currency' | 'lastVisitAt'
>;

const UNTRIED: Tried = {
  bookings: 0,
  completed: 0,
  cancelled: 0,
  noShows: 0,
  spent: 0,
  currency: null,
  lastVisitAt: null,
};

const bookingsOf = ({ bookings, completed, cancelled, noShows, spent, currency, lastVisitAt }: Tried) => ({
  bookings,
  completed,
  cancelled,
  noShows,
  spent: currency === null ? null : { amount: spent, currency },
  lastVisitAt,
});

export function noteView(outcome: Shown<KnownNote>): NoteView {
  const { noteId: _, status: __, ...note } = outcome.known;
  return { ...note, ...versionOf(outcome) };
}

/** What customers see of themselves. */
export const profileOf = ({
  id,
  businessId,
  userId,
  name,
  email,
  phone,
  birthday,
  locale,
  consents,
  revision,
  createdAt,
  updatedAt,
}: OwnProfileView): OwnProfileView => ({
  id,
  businessId,
  userId,
  name,
  email,
  phone,
  birthday,
  locale,
  consents,
  revision,
  createdAt,
  updatedAt,
});
