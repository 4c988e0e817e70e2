import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Booking, ensureReschedulable, type Party } from '../domain/booking.decider';
import { type Booked, Holds, loadBooking } from './holds';
import type { BookingRequest } from './request-booking';
import { RuleBook } from './rule-book';
import { holdIdAgain, SlotChoice, wishFor } from './slot-choice';
import { Welcome } from './welcome';

/** Where to move a booking: empty `resourceIds` leave it where it is. */
export type Move = Pick<BookingRequest, 'start' | 'resourceIds' | 'within'> & { readonly by: Party };

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
    const { start, within, by } = move;
    const loaded = await loadBooking(this.aggregates, bookingId, context);
    const before = loaded.known;
    if (before.holdId === holdIdAgain(context, before)) return loaded;
    ensureReschedulable(before, by, context.at);
    const { businessId, serviceId, userId, partySize } = before;
    if (by === 'customer' && userId) await this.welcome.ensure(businessId, { userId });
    const moved = await this.holds.during(context, async (held) => {
      const resourceIds = move.resourceIds.length > 0 ? move.resourceIds : before.resourceIds;
      const place = await this.rules.apply({ businessId, serviceId, resourceIds, within }, (rules) =>
        this.choice.reserve(wishFor(rules, { bookingId, partySize, start, resourceIds }, context), held, context),
      );
      const command = { type: 'RescheduleBooking', data: { ...place, by, from: before.holdId } } as const;
      return this.commands.execute(Booking, bookingId, command, context);
    });
    return this.holds.releaseFormer(before, moved, context);
  }
}
