import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Booking } from '../domain/booking.decider';
import { allowed } from '../domain/lifecycle';
import { type Booked, Holds, loadBooking } from './holds';
import { RuleBook } from './rule-book';
import { holdIdAgain, SlotChoice } from './slot-choice';

/**
 * Approves a pending booking, or, by `system`, says that its deposit is paid; it is confirmed when it waits for nothing
 * more. Throws `booking.business_closed`: who may take no bookings confirms none.
 */
export class ConfirmBooking extends Command<Booked> {
  constructor(
    readonly bookingId: Uuid,
    readonly context: CommandContext,
    readonly by: 'business' | 'system' = 'business',
  ) {
    super();
  }
}

@CommandHandler(ConfirmBooking)
export class ConfirmBookingHandler implements ICommandHandler<ConfirmBooking> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
  ) {}

  async execute({ bookingId, context, by }: ConfirmBooking): Promise<Booked> {
    const { status, businessId } = (await loadBooking(this.aggregates, bookingId, context)).known;
    if (status === 'pending') await this.rules.ensureTakesBookings(businessId);
    return this.commands.execute(Booking, bookingId, { type: 'ConfirmBooking', data: { by } }, context);
  }
}

/** Brings a cancelled booking back if its time is still free. Throws `booking.slot_taken`, `booking.business_closed`. */
export class UndoCancellation extends Command<Booked> {
  constructor(
    readonly bookingId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(UndoCancellation)
export class UndoCancellationHandler implements ICommandHandler<UndoCancellation> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly choice: SlotChoice,
    private readonly holds: Holds,
  ) {}

  async execute({ bookingId, context }: UndoCancellation): Promise<Booked> {
    const loaded = await loadBooking(this.aggregates, bookingId, context);
    const booking = loaded.known;
    if (booking.holdId === holdIdAgain(context, booking)) return loaded;
    allowed('UndoCancellation', booking, { by: 'business', at: context.at });
    await this.rules.ensureTakesBookings(booking.businessId);
    return this.holds.during(context, async (held) => {
      const again = { ...booking, ...(await this.rules.ofCancelled(booking)) };
      const holdId = await this.choice.reserveAgain(again, held, context);
      const command = { type: 'UndoCancellation', data: { by: 'business', holdId } } as const;
      return this.commands.execute(Booking, bookingId, command, context);
    });
  }
}
