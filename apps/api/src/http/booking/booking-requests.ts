import { Injectable } from '@nestjs/common';
import { locationsOf } from '@yoyaku/access';
import { CheckInCodes, RequestBooking } from '@yoyaku/booking';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { type Answer, created, type Principal } from '../conventions';
import { BookedFor } from './booked-for';
import type { BookBody } from './bookings.dto';
import { type BookingView, bookingView, partyOf } from './bookings.views';
import { TwoClicks } from './two-clicks';

/** A booking of a service, as far as a request says what it is to be. */
export type ServiceWish = Omit<BookBody, 'businessId' | 'serviceId' | 'title' | 'end'> & {
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
};

/** Books a service, for oneself or, as the business's people, for a customer; wherever that is asked for. */
@Injectable()
export class BookingRequests {
  constructor(
    private readonly commands: Commands,
    private readonly codes: CheckInCodes,
    private readonly twoClicks: TwoClicks,
    private readonly bookedFor: BookedFor,
  ) {}

  async book(
    wish: ServiceWish,
    user: Principal,
    context: CommandContext,
    httpRequest: FastifyRequest,
  ): Promise<Answer<BookingView>> {
    const { businessId, serviceId, resourceIds = [], partySize = 1, note = null, customerId } = wish;
    const { locationId, override, price, durationMinutes, another = false } = wish;
    const by = partyOf(context);
    const whom = await this.bookedFor.whom({ businessId, customerId }, user, context, httpRequest);
    const request = {
      businessId,
      serviceId,
      resourceIds,
      locationId,
      partySize,
      seen: price || durationMinutes ? { price, durationMinutes } : undefined,
      note,
      atLocations: locationsOf(context.scope),
      start: instant(wish.start),
      whom,
      by,
      override,
    };
    const book = async (step: CommandContext) => {
      const outcome = await this.commands.send(new RequestBooking(request, step));
      return created(outcome, bookingView(outcome, this.codes, context.scope), `/bookings/${outcome.id}`);
    };
    if (another || httpRequest.claimed) return book(context);
    const { atLocations } = request;
    const choice = [...resourceIds.toSorted(), locationId ?? null, ...atLocations.toSorted()];
    const besides = [user.userId, customerId ?? null, serviceId, partySize, ...choice];
    return this.twoClicks.once({ what: 'booking', start: request.start, besides }, context, book);
  }
}
