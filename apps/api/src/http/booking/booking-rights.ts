import { Injectable } from '@nestjs/common';
import { BookingQueries, type BookingRow } from '@projections/booking';
import { Booking, type BookingState, isMade, type MadeBooking, type Party } from '@yoyaku/booking';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { type Principal, Problem, Rights, WhereThingsAre } from '../conventions';

export const isOwn = (state: BookingState, { userId }: Principal): boolean => isMade(state) && state.userId === userId;

/** Whose booking is whose business. */
@Injectable()
export class BookingRights {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly queries: BookingQueries,
    private readonly rights: Rights,
    private readonly places: WhereThingsAre,
  ) {}

  /** The booking of that id; undefined where there is none, though perhaps a private appointment. */
  async find(id: Uuid): Promise<MadeBooking | undefined> {
    const { state } = await this.aggregates.load(Booking, id);
    if (isMade(state)) return state;
    const { state: current } = await this.aggregates.load(Booking, id, 'requireLoad');
    return isMade(current) ? current : undefined;
  }

  /**
   * As whom the user acts on the booking: its customer, or the business's people with that permission.
   * Throws 404 `booking.not_found` to a stranger, 403 `access.forbidden`.
   */
  async partyOf(user: Principal, booking: MadeBooking, permission: string): Promise<Party> {
    if (isOwn(booking, user)) return 'customer';
    await this.ensureMay(user, permission, booking);
    return 'business';
  }

  /** The booking or appointment as the read model has it. Throws `booking.not_found` unless the user may see it. */
  async readable(user: Principal, id: Uuid): Promise<BookingRow> {
    for (const row of await this.queries.find(id)) {
      if (row.userId === user.userId) return row;
      const where = (load: Load) => this.places.ofResources(row.resourceIds, load);
      if (row.businessId && (await this.rights.may(user, 'bookings:read', row.businessId, where))) return row;
    }
    throw new DomainError('booking.not_found');
  }

  private async ensureMay(user: Principal, permission: string, { businessId, ...booking }: MadeBooking): Promise<void> {
    try {
      const where = (load: Load) => this.places.ofResources(booking.resourceIds, load);
      await this.rights.ensureMay(user, permission, businessId, where);
    } catch (error) {
      throw error instanceof Problem && error.status === 404 ? new DomainError('booking.not_found') : error;
    }
  }
}
