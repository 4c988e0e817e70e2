import { Injectable } from '@nestjs/common';
import { AggregateStore } from '@yoyaku/eventing';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { Booking } from '../domain/booking.decider';
import { Calendar } from '../domain/calendar.decider';
import type { Entry } from '../domain/timetable';

/** The time that a booking takes of its resources, which is free to whoever moves it. */
export interface OwnTime {
  readonly partySize: number;
  readonly entries: ReadonlyMap<Uuid, readonly Entry[]>;
}

/** Reads that time from the calendars, which alone know it with its buffers. */
@Injectable()
export class BookedTime {
  constructor(private readonly aggregates: AggregateStore) {}

  /** Throws `booking.not_found`, also for a booking of another service. */
  async of(bookingId: Uuid, of: { readonly businessId: Uuid; readonly serviceId: Uuid }): Promise<OwnTime> {
    const { known } = await this.aggregates.load(Booking, bookingId, 'requireLoad');
    const isOfService = known.businessId === of.businessId && known.serviceId === of.serviceId;
    ensure(isOfService, 'booking.not_found', { path: 'bookingId' });
    const entries = await Promise.all(
      known.resourceIds.map(async (id) => {
        const { state } = await this.aggregates.load(Calendar, id, 'requireLoad');
        const own = state.entries.filter((entry) => entry.serviceId !== null && entry.bookingId === bookingId);
        return [id, own] as const;
      }),
    );
    return { partySize: known.partySize, entries: new Map(entries) };
  }
}
