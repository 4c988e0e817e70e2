import { Injectable } from '@nestjs/common';
import { Booking, isMade, type MadeBooking } from '@yoyaku/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import { BusinessFacts, isKnownBusiness, type KnownBusiness } from '@yoyaku/business';
import { CatalogFacts } from '@yoyaku/catalog';
import { AggregateStore, type RecordedEvent } from '@yoyaku/eventing';
import { evolve, type Uuid } from '@yoyaku/kernel';
import type { BookingStands } from '../domain/due';
import type { BookingFacts } from '../domain/notice';

/** A booking as messages tell of it, and whose it is. */
export interface BookingToTell {
  readonly booking: MadeBooking;
  /** The last thing that happened to it. */
  readonly event: RecordedEvent<BookingEvent>;
  readonly facts: BookingFacts;
  readonly business: KnownBusiness;
  /** The users who are the staff that it takes up. */
  readonly staff: readonly Uuid[];
}

/** Gathers what messages tell of a booking: names, the place and its zone. */
@Injectable()
export class BookingsToTell {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly catalog: CatalogFacts,
  ) {}

  /** The booking as it was at that revision of its stream, else as it is. Null: it is not there. */
  async find(bookingId: Uuid, revision = Number.POSITIVE_INFINITY): Promise<BookingToTell | null> {
    const found = await this.read(bookingId, revision);
    if (!found) return null;
    const { booking, event, sequence } = found;
    const told = await this.tellingOf(booking, sequence);
    return told && { booking, event, ...told };
  }

  /** How it stands with the booking now. Null: it is not there. */
  async stands(bookingId: Uuid): Promise<BookingStands | null> {
    const found = await this.read(bookingId);
    return found && { status: found.booking.status, start: found.booking.start, sequence: found.sequence };
  }

  /** The revision at which that request did that with it; null: it did not. */
  async doneBy(bookingId: Uuid, request: string, what: BookingEvent['type']): Promise<number | null> {
    for await (const { type, causationId, revision } of this.aggregates.history(Booking, bookingId))
      if (type === what && causationId === request) return revision;
    return null;
  }

  private async read(bookingId: Uuid, revision = Number.POSITIVE_INFINITY) {
    const history = await Array.fromAsync(this.aggregates.history(Booking, bookingId));
    const events = history.filter((event) => event.revision <= revision);
    const booking = events.reduce((state, event) => evolve(Booking.decider, state, event), Booking.decider.initial);
    const event = events.at(-1);
    if (!event || !isMade(booking)) return null;
    return { booking, event, sequence: events.filter(({ type }) => CHANGES.includes(type)).length };
  }

  /** What is told of it, and of which business and staff. Null: the business is not there. */
  async tellingOf(booking: MadeBooking, sequence: number): Promise<Omit<BookingToTell, 'booking' | 'event'> | null> {
    const business = await this.businesses.business(booking.businessId);
    if (!isKnownBusiness(business)) return null;
    const found = await Promise.all(booking.resourceIds.map((id) => this.catalog.resource(id)));
    const resources = found.filter((resource) => 'name' in resource);
    const location = booking.locationId ? business.locations[booking.locationId] : undefined;
    const isOneOfSeveral = Object.keys(business.locations).length > 1;
    const { bookingId, serviceName, start, end, price, partySize, fee } = booking;
    return {
      business,
      staff: resources.flatMap(({ userId }) => userId ?? []),
      facts: {
        bookingId,
        businessName: business.name,
        serviceName,
        resourceIds: booking.resourceIds,
        place: location && (isOneOfSeveral || location.address) ? placeOf(location) : null,
        start,
        end,
        timeZone: location?.timeZone ?? business.timeZone,
        // Where its customers are is not known: most are where it is.
        readerTimeZone: business.timeZone,
        price,
        partySize,
        fee,
        sequence,
      },
    };
  }
}

/** Calendars count these. */
const CHANGES = ['BookingRescheduled', 'BookingCancelled', 'BookingCancellationUndone'];

const placeOf = ({ name, address }: { name: string; address: string | null }): string =>
  address ? `${name}, ${address}` : name;
