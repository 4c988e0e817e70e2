import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BookingQueries, SeriesQueries } from '@projections/booking';
import { locationsOf, type Scope } from '@yoyaku/access';
import {
  Booking,
  CancelSeries,
  isMade,
  lifecycleRefusals,
  MoveSeries,
  type RequestedSeries,
  RequestSeries,
  Series,
} from '@yoyaku/booking';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import { DomainError, instant, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import {
  type Answer,
  Command,
  Ctx,
  created,
  ensureFields,
  IdParam,
  InScope,
  inBody,
  ofThing,
  type Principal,
  Query,
  QueryString,
  result,
  User,
} from '../conventions';
import { BookedFor, selfUnlessCustomerNamed } from './booked-for';
import { MOVES } from './booking-steps.controller';
import { CancelBody } from './bookings.dto';
import { partyOf } from './bookings.views';
import { BookSeriesBody, CancelSeriesQuery, MoveSeriesBody } from './series.dto';
import { MovedSeriesView, SeriesView, seriesRowView, seriesView } from './series.views';
import { TwoClicks } from './two-clicks';

@ApiTags('Series')
@Controller('bookings/series')
export class SeriesController {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly queries: SeriesQueries,
    private readonly bookings: BookingQueries,
    private readonly bookedFor: BookedFor,
    private readonly twoClicks: TwoClicks,
  ) {}

  @Command('POST', '', {
    access: { permission: 'bookings:create', of: inBody('businessId'), self: selfUnlessCustomerNamed, verified: true },
    summary: 'Book a service again and again; each time is a booking of its own',
    description:
      'With the mode `all` either every time is booked or none is, and the refusal names each that cannot be',
    creates: SeriesView,
    refuses: [
      'access.own',
      'booking.abandoned',
      'booking.business_closed',
      'booking.customer_blocked',
      'booking.resource_unsuitable',
      'booking.series_clash',
      'booking.slot_taken',
      'customer.erased',
      'customer.not_found',
      'location.unknown',
      'series.empty',
      'series.endless',
      'series.invalid_rule',
      'series.too_long',
      'service.not_found',
    ],
  })
  async bookSeries(
    @Body() body: BookSeriesBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() httpRequest: FastifyRequest,
  ): Promise<Answer<SeriesView>> {
    const { businessId, serviceId, start, rrule, mode, resourceIds = [], locationId, partySize = 1, customerId } = body;
    const { another = false } = body;
    const by = partyOf(context);
    const whom = await this.bookedFor.whom({ businessId, customerId }, user, context, httpRequest);
    const request = {
      businessId,
      serviceId,
      start: instant(start),
      rrule,
      mode,
      resourceIds,
      locationId,
      partySize,
      whom,
      by,
      atLocations: locationsOf(context.scope),
    };
    const book = async (step: CommandContext) => {
      const outcome = await this.commands.send(new RequestSeries(request, step));
      return created(outcome, await this.viewOf(outcome), `/bookings/series/${outcome.id}`);
    };
    if (another || httpRequest.claimed) return book(context);
    const { atLocations } = request;
    const choice = [...resourceIds.toSorted(), locationId ?? null, ...atLocations.toSorted()];
    const besides = [user.userId, customerId ?? null, serviceId, rrule, mode, partySize, ...choice];
    return this.twoClicks.once({ what: 'series', start: request.start, besides }, context, book);
  }

  @Query(':id', {
    access: { permission: 'bookings:read', of: ofThing(Series, 'id'), self: 'else' },
    summary: 'A series, and how its bookings are now',
    answers: SeriesView,
    reads: ['series', 'bookings'],
    refuses: ['series.not_found'],
  })
  async getSeries(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<SeriesView> {
    const row = await this.queries.find(scope, id);
    if (!row) throw new DomainError('series.not_found');
    return seriesRowView(row, await this.bookings.timesOf(scope, row.bookingIds));
  }

  @Command('DELETE', ':id', {
    access: { permission: 'bookings:cancel', of: ofThing(Series, 'id'), self: 'first' },
    summary: 'Cancel one booking of a series, that and all later ones, or all; what has begun stays',
    answers: SeriesView,
    refuses: ['booking.not_found', ...lifecycleRefusals('CancelBooking')],
  })
  async cancelSeries(
    @IdParam('id') id: Uuid,
    @QueryString() { scope = 'all', start }: CancelSeriesQuery,
    @Body() { reason, onBehalfOfCustomer }: CancelBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<SeriesView>> {
    const by = partyOf(context);
    ensureFields([
      [by === 'customer' && onBehalfOfCustomer !== undefined, { path: 'onBehalfOfCustomer', code: 'unknown_field' }],
      [scope !== 'all' && start === undefined, { path: 'start', code: 'required' }],
    ]);
    const cancellation = {
      scope,
      start: start ? instant(start) : null,
      by: onBehalfOfCustomer ? 'customer' : by,
      reason: reason ?? null,
      atLocations: locationsOf(context.scope),
    } as const;
    const outcome = await this.commands.send(new CancelSeries(id, cancellation, context));
    return result(outcome, await this.viewOf(outcome));
  }

  @Command('POST', ':id/reschedule', {
    access: { permission: 'bookings:reschedule', of: ofThing(Series, 'id'), self: 'first' },
    standing: true,
    summary: 'Move one booking of a series, that and all later ones, or all; what has begun stays',
    description:
      'All are moved by as much, in the wall time of the series, and keep their resources. With the mode `all` either each is moved or none is, and the refusal names each time that cannot be had; with `available` the answer names those that stay. A customer may move what cancelling would be free for.',
    answers: MovedSeriesView,
    refuses: [
      ...lifecycleRefusals('RescheduleBooking'),
      ...MOVES,
      'booking.customer_blocked',
      'booking.not_found',
      'booking.series_clash',
      'booking.service_withdrawn',
      'service.not_found',
    ],
  })
  async rescheduleSeries(
    @IdParam('id') id: Uuid,
    @Body() { start, from, scope = from ? 'following' : 'all', mode = 'all', keepPrice }: MoveSeriesBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<MovedSeriesView>> {
    const by = partyOf(context);
    ensureFields([
      [by === 'customer' && keepPrice !== undefined, { path: 'keepPrice', code: 'unknown_field' }],
      [scope !== 'all' && from === undefined, { path: 'from', code: 'required' }],
    ]);
    const move = {
      start: instant(start),
      from: from ?? null,
      scope,
      mode,
      by,
      keepPrice: keepPrice ?? false,
      atLocations: locationsOf(context.scope),
    };
    const { series, unmoved } = await this.commands.send(new MoveSeries(id, move, context));
    return result(series, { ...(await this.viewOf(series)), unmoved });
  }

  private async viewOf(series: RequestedSeries): Promise<SeriesView> {
    const bookings = await Promise.all(
      series.known.occurrences.map(({ bookingId }) => this.aggregates.load(Booking, bookingId, 'anyCached')),
    );
    return seriesView(
      series,
      bookings.map(({ state }) => state).filter((state) => isMade(state)),
    );
  }
}
