import type { CustomerRow } from '@projections/customers';
import type { KnownCustomer, KnownNote } from '@yoyaku/customers';
import type { CustomerRecordView, CustomerView, OwnProfileView } from './customer.dto';
import type { NoteView } from './note.dto';

/** A customer right after a command. */
export function viewOf(state: KnownCustomer): CustomerView {
  const { customerId: id, linkOfferedTo: _, wasBlocked: __, ...customer } = { wasBlocked: false, ...state };
  return { id, ...customer };
}

export const noteView = ({ noteId: id, status: _, ...note }: KnownNote): NoteView => ({ id, ...note });

/** A customer with what the bookings came to. */
export const recordOf = ({ spent, currency, ...row }: CustomerRow): CustomerRecordView => ({
  ...row,
  spent: currency === null ? null : { amount: spent, currency },
});

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
  createdAt,
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
  createdAt,
});
