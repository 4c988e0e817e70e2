import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isBlockedCustomer } from '@yoyaku/customers';
import { AggregateStore, type CommandContext, Commands, ensureRevision, idFor, stepOf } from '@yoyaku/eventing';
import { DomainError, ensure, type Instant, type Uuid } from '@yoyaku/kernel';
import { ensureSuitable } from '../domain/choices';
import type { Rules } from '../domain/rules';
import { type MadeSeries, Series } from '../domain/series.decider';
import type { SeriesMode } from '../domain/series.events';
import { addHolds, calendarsOf, type Hold, Holds } from './holds';
import { occurrencesOf } from './recurrence';
import { type BookingRequest, waitsFor } from './request-booking';
import { RuleBook } from './rule-book';
import { type RequestedSeries, SeriesBookings } from './series-bookings';
import { planSeries, type SeriesPlan } from './series-plan';
import { wishFor } from './slot-choice';
import { Welcome } from './welcome';

export interface SeriesRequest
  extends Pick<
    BookingRequest,
    'businessId' | 'serviceId' | 'start' | 'resourceIds' | 'locationId' | 'partySize' | 'whom' | 'by' | 'atLocations'
  > {
  /** A rule of RFC 5545; see {@link occurrencesOf}. */
  readonly rrule: string;
  readonly mode: SeriesMode;
}

/**
 * Books a service at all times of a series, or at those that are free. Throws `booking.series_clash`, which names each
 * time that cannot be booked and why, what {@link occurrencesOf} throws, and as {@link RequestBooking} does.
 */
export class RequestSeries extends Command<RequestedSeries> {
  constructor(
    readonly request: SeriesRequest,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** How often a plan is made anew, because others took what it was made with. */
const MOST_PLANS = 5;

/** Of a series that is to be made. */
const NOT_THERE = -1;

/**
 * Plans all times, reserves each calendar with one append, says in the series' stream that it is made, and only then makes
 * its bookings.
 */
@CommandHandler(RequestSeries)
export class RequestSeriesHandler implements ICommandHandler<RequestSeries> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly welcome: Welcome,
    private readonly bookings: SeriesBookings,
    private readonly holds: Holds,
  ) {}

  async execute({ request, context }: RequestSeries): Promise<RequestedSeries> {
    const seriesId = idFor(context, 'series');
    if (context.repeated) {
      const known = await this.aggregates.load(Series, seriesId, 'requireLoad');
      if (known.state.type === 'requested') return this.withBookings(known, context);
      // An attempt that was settled cannot be taken up again, but the client was told to come again: this is a new one.
      if (known.state.type === 'abandoned') return this.execute(new RequestSeries(request, stepOf(context, 'again')));
    }
    ensureRevision({ id: seriesId, revision: NOT_THERE }, context);
    const held: Hold[] = [];
    try {
      const series = await this.withBookings(await this.hold(request, seriesId, held, context), context);
      return series.upTo(await this.holds.release(spareOf(series.known, held), context));
    } catch (error) {
      // Where the store does not answer nothing can be settled now; the reaper will.
      if (held.length > 0) await this.bookings.settle(seriesId, held, context).catch(() => {});
      throw error;
    }
  }

  private async withBookings(series: RequestedSeries, context: CommandContext): Promise<RequestedSeries> {
    const made = await this.bookings.make(series.known, context);
    return made.reduce((latest, { position }) => latest.upTo(position), series);
  }

  /** Whatever it reserved is added to `held`. */
  private async hold(
    request: SeriesRequest,
    seriesId: Uuid,
    held: Hold[],
    context: CommandContext,
  ): Promise<RequestedSeries> {
    const { businessId, whom, rrule, start, mode, partySize, by } = request;
    const { rules, timeZone, plan } = await this.rules.apply(request, async (rules) => {
      await this.welcome.ensure(businessId, whom);
      return this.reserveSomewhere(request, rules, seriesId, held, context);
    });
    const customer = await this.welcome.customer(businessId, whom, context);
    // They may have been blocked since they were welcome.
    ensure(!isBlockedCustomer(customer), 'booking.customer_blocked');
    const { business, service } = rules;
    return this.commands.execute(
      Series,
      seriesId,
      {
        type: 'RequestSeries',
        data: {
          seriesId,
          businessId,
          customerId: customer.customerId,
          userId: customer.userId,
          serviceId: service.serviceId,
          serviceName: service.name,
          rrule,
          start,
          timeZone,
          mode,
          partySize,
          terms: service.terms,
          occurrences: plan.occurrences.map((planned) => ({
            ...planned,
            pendingFor: by === 'customer' ? waitsFor(business, service, planned.price) : [],
          })),
          skipped: plan.clashes,
        },
      },
      context,
      'assumeEmpty',
    );
  }

  /** A series repeats in the wall time of its place, so all of it is at places of one time zone. */
  private async reserveSomewhere(
    request: SeriesRequest,
    rules: Rules,
    seriesId: Uuid,
    held: Hold[],
    context: CommandContext,
  ): Promise<{ rules: Rules; timeZone: string; plan: SeriesPlan }> {
    const zones = [...Map.groupBy(rules.venues, ({ opening }) => opening.timeZone)];
    if (zones.length === 0) zones.push([rules.business.timeZone, []]);
    let refusal: unknown;
    for (const [timeZone, venues] of zones) {
      try {
        const starts = occurrencesOf(request.rrule, request.start, timeZone);
        const plan = await this.reserve(request, { ...rules, venues }, starts, seriesId, held, context);
        return { rules, timeZone, plan };
      } catch (error) {
        refusal ??= error;
        // What is held is held for the times of this zone.
        if (!(error instanceof DomainError) || held.length > 0) throw error;
      }
    }
    throw refusal;
  }

  /** Reserves what it plans, and plans anew where somebody else was first. */
  private async reserve(
    { businessId, start, mode, partySize, resourceIds }: SeriesRequest,
    rules: Rules,
    starts: readonly Instant[],
    seriesId: Uuid,
    held: Hold[],
    context: CommandContext,
  ): Promise<SeriesPlan> {
    const wish = wishFor(rules, { bookingId: seriesId, partySize, resourceIds, start }, context);
    ensureSuitable(wish);
    for (let left = MOST_PLANS; ; left--) {
      const calendars = await calendarsOf(this.aggregates, [...rules.resources.keys()]);
      // An earlier run of the request may have died with them.
      for (const [resourceId, { entries }] of calendars) {
        const own = entries.filter(({ holdId }) => holdId === seriesId);
        addHolds(
          held,
          own.map(({ bookingId, holdId }) => ({ bookingId, businessId, resourceId, holdId })),
        );
      }
      const plan = await planSeries(wish, starts, seriesId, calendars);
      ensureNoClash(plan, mode);
      const slots = [...plan.slots].sort(([a], [b]) => (a < b ? -1 : 1));
      try {
        for (const [resourceId, ofResource] of slots) {
          // Without an answer they may be held all the same, now or later.
          addHolds(held, ofResource);
          await this.holds.reserveTogether(resourceId, ofResource, context);
        }
        return plan;
      } catch (error) {
        const isTaken = error instanceof DomainError && error.code === 'booking.slot_taken';
        if (!isTaken || left === 0) throw error;
      }
    }
  }
}

function ensureNoClash({ occurrences, clashes }: SeriesPlan, mode: SeriesMode): void {
  const isEnough = mode === 'all' ? clashes.length === 0 : occurrences.length > 0;
  if (!isEnough) throw new DomainError('booking.series_clash', { clashes });
}

/** Holds that the series was not made with in the end. */
const spareOf = ({ occurrences }: MadeSeries, held: readonly Hold[]): Hold[] =>
  held.filter(
    ({ bookingId, resourceId }) =>
      !occurrences.some((one) => one.bookingId === bookingId && one.resourceIds.includes(resourceId)),
  );
