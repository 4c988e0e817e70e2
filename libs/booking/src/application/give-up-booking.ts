import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import type { OfType, Uuid } from '@yoyaku/kernel';
import { Booking, type BookingStep } from '../domain/booking.decider';
import { type Booked, Holds } from './holds';

/**
 * Whatever ends a booking before its time, whose slot is then free. Throws what the decider throws: of `ExpireBooking`
 * for instance `booking.not_due`, while somebody may still answer.
 */
export class GiveUpBooking extends Command<Booked> {
  constructor(
    readonly bookingId: Uuid,
    readonly command: OfType<BookingStep, 'CancelBooking' | 'DeclineBooking' | 'ExpireBooking'>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(GiveUpBooking)
export class GiveUpBookingHandler implements ICommandHandler<GiveUpBooking> {
  constructor(
    private readonly commands: Commands,
    private readonly holds: Holds,
  ) {}

  async execute({ bookingId, command, context }: GiveUpBooking): Promise<Booked> {
    const givenUp = await this.commands.execute(Booking, bookingId, command, context);
    return this.holds.releaseFormer(givenUp.known, givenUp, context);
  }
}
