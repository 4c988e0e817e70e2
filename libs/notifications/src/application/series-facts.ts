import { Injectable } from '@nestjs/common';
import { type MadeBooking, type MadeSeries, Series } from '@yoyaku/booking';
import { AggregateStore } from '@yoyaku/eventing';
import type { Money, Uuid } from '@yoyaku/kernel';
import type { BookingFacts, Notice, SeriesFacts, SeriesKind } from '../domain/notice';
import { BookingsToTell, type BookingToTell } from './booking-facts';
import { Notifier } from './notifier';
import type { Concern } from './people-of-bookings';

interface SeriesTold {
  readonly facts: SeriesFacts;
  readonly concern: Concern;
}

/** What requests do with several bookings of a series, one after the other. */
export type DoneTogether = 'BookingCancelled' | 'BookingRescheduled';

interface TogetherTold {
  /** Of those of which these notices do not tell; null: there are none. */
  readonly rest: (told: readonly Notice[]) => SeriesFacts | null;
  readonly isByCustomer: boolean;
  readonly isPending: boolean;
  readonly concern: Concern;
}

/** Gathers what one message tells of several bookings of a series. Null: there is nothing to tell. */
@Injectable()
export class SeriesToTell {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly bookings: BookingsToTell,
    private readonly notifier: Notifier,
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

  /** Those with which the same request did that as with that booking, as far as it has come. */
  async together(bookingId: Uuid, request: string, what: DoneTogether): Promise<TogetherTold | null> {
    const first = await this.bookings.find(bookingId, 0);
    const series = first && (await this.seriesOf(first.booking));
    if (!series) return null;
    const found: BookingToTell[] = [];
    for (const occurrence of series.occurrences) {
      const revision = await this.bookings.doneBy(occurrence.bookingId, request, what);
      const told = revision === null ? null : await this.bookings.find(occurrence.bookingId, revision);
      if (told) found.push(told);
    }
    const [example] = found;
    if (!example) return null;
    const { event, booking } = example;
    const resourceIds = distinct(found.flatMap((one) => one.booking.resourceIds));
    const told = await this.bookings.tellingOf({ ...booking, resourceIds }, 0);
    if (!told) return null;
    const shared = { ...sharedOf(told.facts), seriesId: series.seriesId };
    return {
      rest: (before) => {
        const known = toldIn(before);
        const rest = found.flatMap(({ facts }) => (known.has(facts.bookingId) ? [] : [facts]));
        if (rest.length === 0) return null;
        const times = rest.map(({ bookingId, start, end, sequence }) => ({ bookingId, start, end, sequence }));
        return { ...shared, times, fee: sumOf(rest.flatMap(({ fee }) => fee ?? [])) };
      },
      isByCustomer:
        event.type === 'BookingCancelled'
          ? event.data.by === 'customer'
          : event.actor.id !== null && event.actor.id === booking.userId,
      isPending: booking.status === 'pending',
      concern: concernOf(example, told, causeOf(series, request)),
    };
  }

  /** Whether its customer was told, by one of these kinds, what that request did with the booking and others. */
  async isTold(bookingId: Uuid, request: string, ...kinds: readonly SeriesKind[]): Promise<boolean> {
    const first = await this.bookings.find(bookingId, 0);
    const series = first && (await this.seriesOf(first.booking));
    if (!series) return false;
    for (const kind of kinds) {
      const told = await this.notifier.told(kind, series.customerId, causeOf(series, request));
      if (toldIn(told).has(bookingId)) return true;
    }
    return false;
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

const causeOf = ({ seriesId }: MadeSeries, request: string): string => `${seriesId} ${request}`;

const toldIn = (notices: readonly Notice[]): ReadonlySet<Uuid> =>
  new Set(notices.flatMap(({ facts }) => ('times' in facts ? facts.times.map(({ bookingId }) => bookingId) : [])));

/** What all of them have in common. */
function sharedOf(facts: BookingFacts): Omit<SeriesFacts, 'seriesId' | 'times'> {
  const { bookingId: _, start: __, end: ___, sequence: ____, ...shared } = facts;
  return shared;
}

const distinct = (ids: readonly Uuid[]): Uuid[] => [...new Set(ids)];

/** Bookings of one service have one currency. */
const sumOf = (fees: readonly Money[]): Money | null =>
  fees.reduce<Money | null>((sum, fee) => ({ ...fee, amount: fee.amount + (sum?.amount ?? 0) }), null);
