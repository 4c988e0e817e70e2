import { Injectable } from '@nestjs/common';
import { type MadeBooking, type MadeSeries, Series } from '@yoyaku/booking';
import { AggregateStore } from '@yoyaku/eventing';
import type { Money, Uuid } from '@yoyaku/kernel';
import type { BookingFacts, SeriesFacts } from '../domain/notice';
import { BookingsToTell, type BookingToTell } from './booking-facts';
import type { Concern } from './people-of-bookings';

interface SeriesTold {
  readonly facts: SeriesFacts;
  readonly concern: Concern;
}

/** Gathers what one message tells of several bookings of a series. Null: there is nothing to tell. */
@Injectable()
export class SeriesToTell {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly bookings: BookingsToTell,
  ) {}

  /** The series with which that booking was requested. */
  async requested(bookingId: Uuid): Promise<(SeriesTold & { readonly isPending: boolean }) | null> {
    const first = await this.bookings.find(bookingId, 0);
    const series = first && (await this.seriesOf(first.booking));
    if (!series) return null;
    const { seriesId, occurrences } = series;
    const resourceIds = distinct(occurrences.flatMap((one) => one.resourceIds));
    const told = await this.bookings.tellingOf({ ...first.booking, resourceIds }, 0);
    if (!told) return null;
    const times = occurrences.map(({ bookingId, start, end }) => ({ bookingId, start, end, sequence: 0 }));
    return {
      facts: { ...sharedOf(told.facts), seriesId, times },
      isPending: occurrences.some(({ pendingFor }) => pendingFor.length > 0),
      concern: concernOf(first, told, seriesId),
    };
  }

  /** Those that were cancelled by the same request as that booking. */
  async cancelled(bookingId: Uuid, request: string): Promise<(SeriesTold & { readonly isByCustomer: boolean }) | null> {
    const first = await this.bookings.find(bookingId, 0);
    const series = first && (await this.seriesOf(first.booking));
    if (!series) return null;
    const found: BookingToTell[] = [];
    for (const occurrence of series.occurrences) {
      const revision = await this.bookings.cancelledBy(occurrence.bookingId, request);
      const told = revision === null ? null : await this.bookings.find(occurrence.bookingId, revision);
      if (told) found.push(told);
    }
    const [example] = found;
    if (!example) return null;
    const { event, booking } = example;
    const resourceIds = distinct(found.flatMap((one) => one.booking.resourceIds));
    const told = await this.bookings.tellingOf({ ...booking, resourceIds }, 0);
    if (!told) return null;
    const times = found.map(({ facts: { bookingId, start, end, sequence } }) => ({ bookingId, start, end, sequence }));
    const fee = sumOf(found.flatMap(({ facts }) => facts.fee ?? []));
    return {
      facts: { ...sharedOf(told.facts), seriesId: series.seriesId, times, fee },
      isByCustomer: event.type === 'BookingCancelled' && event.data.by === 'customer',
      concern: concernOf(example, told, `${series.seriesId} ${request}`),
    };
  }

  /** A booking's first hold is its series'. */
  private async seriesOf({ holdId }: MadeBooking): Promise<MadeSeries | null> {
    const { state } = await this.aggregates.load(Series, holdId, 'requireLoad');
    return state.type === 'requested' ? state : null;
  }
}

const concernOf = (
  { event, booking }: BookingToTell,
  { business, staff }: Pick<BookingToTell, 'business' | 'staff'>,
  cause: string,
): Concern => ({ customerId: booking.customerId, business, staff, by: event.actor.id, cause });

/** What all of them have in common. */
function sharedOf(facts: BookingFacts): Omit<SeriesFacts, 'seriesId' | 'times'> {
  const { bookingId: _, start: __, end: ___, sequence: ____, ...shared } = facts;
  return shared;
}

const distinct = (ids: readonly Uuid[]): Uuid[] => [...new Set(ids)];

/** Bookings of one service have one currency. */
const sumOf = (fees: readonly Money[]): Money | null =>
  fees.reduce<Money | null>((sum, fee) => ({ ...fee, amount: fee.amount + (sum?.amount ?? 0) }), null);
