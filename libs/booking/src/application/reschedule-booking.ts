import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Booking, type Party } from '../domain/booking.decider';
import { allowed } from '../domain/lifecycle';
import { offerOf } from '../domain/offers';
import { type Booked, Holds, loadBooking } from './holds';
import type { BookingRequest } from './request-booking';
import { RuleBook } from './rule-book';
import { holdIdAgain, SlotChoice, wishFor } from './slot-choice';
import { Welcome } from './welcome';

/** Where to move a booking: empty `resourceIds` leave it where it is. */
export type Move = Pick<BookingRequest, 'start' | 'resourceIds' | 'within'> & {
  readonly by: Party;
  /** The business's people may leave the price as it was; otherwise it is that of the new time and resources. */
  readonly keepPrice?: boolean | undefined;
};

/**
 * Moves a booking: to the same resources, or to the given ones. Throws as {@link RequestBooking} does,
 * `booking.changed_meanwhile` when another move was first, and `booking.too_late_to_change` for a customer.
 */
export class RescheduleBooking extends Command<Booked> {
  constructor(
    readonly bookingId: Uuid,
    readonly move: Move,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** The old time is released once the booking says that it moved. */
@CommandHandler(RescheduleBooking)
export class RescheduleBookingHandler implements ICommandHandler<RescheduleBooking> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly choice: SlotChoice,
    private readonly holds: Holds,
    private readonly welcome: Welcome,
  ) {}

  async execute({ bookingId, move, context }: RescheduleBooking): Promise<Booked> {
    const { start, within, by, keepPrice = false } = move;
    const loaded = await loadBooking(this.aggregates, bookingId, context);
    const before = loaded.known;
    if (before.holdId === holdIdAgain(context, before)) return loaded;
    allowed('RescheduleBooking', before, { by, at: context.at });
    const { businessId, serviceId, userId, partySize } = before;
    if (by === 'customer' && userId) await this.welcome.ensure(businessId, { userId });
    const moved = await this.holds.during(context, async (held) => {
      const resourceIds = move.resourceIds.length > 0 ? move.resourceIds : before.resourceIds;
      const { place, rules } = await this.rules.apply({ businessId, serviceId, resourceIds, within }, async (rules) => {
        const wish = wishFor(rules, { bookingId, partySize, start, resourceIds }, context);
        return { rules, place: await this.choice.reserve(wish, held, context) };
      });
      const { business, service } = rules;
      const data = {
        ...place,
        by,
        from: before.holdId,
        price: keepPrice ? before.price : offerOf(service, place.resourceIds[0] as Uuid, partySize).price,
        terms: service.terms,
        needsApproval: !business.autoConfirm,
      };
      return this.commands.execute(Booking, bookingId, { type: 'RescheduleBooking', data }, context);
    });
    return this.holds.releaseFormer(before, moved, context);
  }
}
