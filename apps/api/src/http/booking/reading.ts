import type { BookingQueries, BookingRow } from '@projections/booking';
import type { Scope } from '@yoyaku/access';
import { Booking } from '@yoyaku/booking';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { ofThing } from '../conventions';

/** To others than its people, bookings are one's own or not there. */
export const READ = { permission: 'bookings:read', of: ofThing(Booking, 'id'), self: 'always' } as const;

/** The booking of that id, or the private appointment. Throws `booking.not_found`. */
export async function foundIn(queries: BookingQueries, scope: Scope, id: Uuid): Promise<BookingRow> {
  const booking = await queries.find(scope, id);
  if (!booking) throw new DomainError('booking.not_found');
  return booking;
}
