import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands, ensureRevision, stepOf } from '@yoyaku/eventing';
import { DomainError, ensure, epochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import type { MadeBooking } from '../domain/booking-state';
import { allowed, type Who } from '../domain/lifecycle';
import { cancelStep, Series } from '../domain/series.decider';
import { GiveUpBooking } from './give-up-booking';
import { type RequestedSeries, SeriesBookings } from './series-bookings';

/** Which times of a series are meant: the one that starts then, that and all later ones, or all. */
export const SERIES_SCOPES = ['one', 'following', 'all'] as const;
export type SeriesScope = (typeof SERIES_SCOPES)[number];

export interface SeriesCancellation {
  readonly scope: SeriesScope;
  /** When the booking starts as it is now; with `all` none is needed. */
  readonly start: Instant | null;
  /** By `customer` also where the business's people cancel on their behalf. */
  readonly by: Who;
  readonly reason: string | null;
  /** Only those that are at these locations, or at none; empty: anywhere. */
  readonly atLocations: readonly Uuid[];
}

/**
 * Cancels bookings of a series, each by its own terms. What has begun, or was given up before, stays as it is. Throws
 * `series.not_found`; `booking.not_found` where none of its bookings starts then; and of a single one what its lifecycle
 * refuses.
 */
export class CancelSeries extends Command<RequestedSeries> {
  constructor(
    readonly seriesId: Uuid,
    readonly cancellation: SeriesCancellation,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** So many bookings are cancelled at once. */
const AT_ONCE = 8;

@CommandHandler(CancelSeries)
export class CancelSeriesHandler implements ICommandHandler<CancelSeries> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly bookings: SeriesBookings,
  ) {}

  async execute({ seriesId, cancellation, context }: CancelSeries): Promise<RequestedSeries> {
    const series = await this.aggregates.load(Series, seriesId, 'requireLoad');
    ensureRevision(series, context);
    const { scope, by, reason } = cancellation;
    const meant = (await this.bookings.all(series, context)).filter((booking) => isMeant(booking, cancellation));
    ensure(scope === 'all' || meant.length > 0, 'booking.not_found', { path: 'start' });
    const ending = scope === 'one' ? meant : meant.filter((booking) => isCancellable(booking, by, context));
    const stepFor = scope === 'one' ? (bookingId: Uuid) => `cancel ${bookingId}` : cancelStep;
    let cancelled = series;
    for (let i = 0; i < ending.length; i += AT_ONCE) {
      const some = ending.slice(i, i + AT_ONCE).map(({ bookingId }) => {
        const command = { type: 'CancelBooking', data: { by, reason } } as const;
        return this.commands.send(new GiveUpBooking(bookingId, command, stepOf(context, stepFor(bookingId))));
      });
      for (const { position } of await Promise.all(some)) cancelled = cancelled.upTo(position);
    }
    return cancelled;
  }
}

function isMeant({ start, locationId }: MadeBooking, { scope, start: from, atLocations }: SeriesCancellation): boolean {
  if (atLocations.length > 0 && locationId !== null && !atLocations.includes(locationId)) return false;
  if (scope === 'all' || from === null) return true;
  return scope === 'one' ? start === from : epochMs(start) >= epochMs(from);
}

function isCancellable(booking: MadeBooking, by: Who, { at }: CommandContext): boolean {
  try {
    allowed('CancelBooking', booking, { by, at });
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
