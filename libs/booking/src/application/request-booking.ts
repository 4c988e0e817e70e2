import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isBlockedCustomer } from '@yoyaku/customers';
import { AggregateStore, type CommandContext, Commands, ensureRevision, idFor, stepOf } from '@yoyaku/eventing';
import { ensure, type Instant, type Money, type Uuid } from '@yoyaku/kernel';
import { Booking, type Party } from '../domain/booking.decider';
import type { PendingFor, StartRule } from '../domain/booking.events';
import { expiryOf, isMade } from '../domain/booking-state';
import type { SlotWish } from '../domain/choices';
import { depositOf } from '../domain/fees';
import { offerOf } from '../domain/offers';
import type { Rules } from '../domain/rules';
import { type Booked, Holds } from './holds';
import { RuleBook } from './rule-book';
import { SlotChoice, wishFor } from './slot-choice';
import { type Guest, Welcome } from './welcome';

export interface BookingRequest {
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
  readonly start: Instant;
  /** Only these resources; empty: any that fit. */
  readonly resourceIds: readonly Uuid[];
  /** The location to be at; absent: where the service and the resources are. */
  readonly locationId?: Uuid | undefined;
  readonly partySize: number;
  /** The offer that was seen, as far as it is said. */
  readonly seen?: SlotWish['seen'];
  readonly note: string | null;
  readonly whom: Guest;
  /** Who asks: the customer, or the business's people, whose own bookings need no approval. */
  readonly by: Party;
  /** Rules for its start that the business's people set aside for it; absent: none. */
  readonly override?: readonly StartRule[];
  /** It has to be at one of these locations, as who asks is limited to them; empty or absent: anywhere. */
  readonly atLocations?: readonly Uuid[];
}

/**
 * Makes a booking. Throws `booking.slot_taken`, the objections of `request-policies.ts`, `booking.customer_blocked`,
 * `*.not_found`.
 */
export class RequestBooking extends Command<Booked> {
  constructor(
    readonly request: BookingRequest,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** Of a booking that is to be made. */
const NOT_THERE = -1;

/** Reserves the calendars, then makes the booking; what fails on the way is undone before it is told. */
@CommandHandler(RequestBooking)
export class RequestBookingHandler implements ICommandHandler<RequestBooking> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly choice: SlotChoice,
    private readonly holds: Holds,
    private readonly welcome: Welcome,
  ) {}

  async execute({ request, context }: RequestBooking): Promise<Booked> {
    const bookingId = idFor(context, 'booking');
    if (context.repeated) {
      const known = await this.aggregates.load(Booking, bookingId, 'requireLoad');
      if (isMade(known.state)) return known;
      // An attempt that was settled can't be taken up again, but the client was told to come again: this is a new one.
      if (known.state.status === 'abandoned')
        return this.execute(new RequestBooking(request, stepOf(context, 'again')));
    }
    ensureRevision({ id: bookingId, revision: NOT_THERE }, context);
    const { businessId, whom, note, partySize, by, override = [] } = request;
    return this.holds.during(context, async (held) => {
      const { rules, place } = await this.rules.apply(request, async (rules) => {
        await this.welcome.ensure(businessId, whom);
        const wish = wishFor(rules, { ...request, bookingId }, context);
        return { rules, place: await this.choice.reserve(wish, held, context) };
      });
      const customer = await this.welcome.customer(businessId, whom, context);
      // They may have been blocked since they were welcome.
      ensure(!isBlockedCustomer(customer), 'booking.customer_blocked');
      const { business, service } = rules;
      const { price } = offerOf(service, place.resourceIds[0] as Uuid, partySize);
      const pendingFor = by === 'customer' ? waitsFor(business, service, price) : [];
      const isPending = pendingFor.length > 0;
      return this.commands.execute(
        Booking,
        bookingId,
        {
          type: 'RequestBooking',
          data: {
            bookingId,
            businessId: business.businessId,
            customerId: customer.customerId,
            userId: customer.userId,
            ...place,
            serviceId: service.serviceId,
            serviceName: service.name,
            price,
            partySize,
            note,
            terms: service.terms,
            status: isPending ? 'pending' : 'confirmed',
            pendingFor,
            expiresAt: isPending ? expiryOf(service.terms, pendingFor, place.start, context.at) : null,
            overridden: override,
          },
        },
        context,
        'assumeEmpty',
      );
    });
  }
}

/** For what a booking waits that its customer asks for. */
export const waitsFor = (
  { autoConfirm }: Rules['business'],
  { terms }: Rules['service'],
  price: Money,
): PendingFor[] => [
  ...(autoConfirm ? [] : ['approval' as const]),
  ...(depositOf(terms, price) ? ['deposit' as const] : []),
];
