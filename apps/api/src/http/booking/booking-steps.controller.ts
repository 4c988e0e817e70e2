import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { locationsOf } from '@yoyaku/access';
import {
  type Booked,
  Booking,
  type BookingCommand,
  ConfirmBooking,
  GiveUpBooking,
  RescheduleBooking,
  UndoCancellation,
} from '@yoyaku/booking';
import type { Permission } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, IdParam, ofThing, result } from '../conventions';
import { ReasonBody, RescheduleBody } from './bookings.dto';
import { BookingView, bookingView, partyOf } from './bookings.views';

/** A step that is refused when it does not follow from the booking's status. */
const step = (permission: Permission, summary: string) =>
  ({
    access: { permission, of: ofThing(Booking, 'id') },
    summary,
    answers: BookingView,
    refuses: ['booking.invalid_transition'],
  }) as const;

/** The steps in the life of a booking. */
@ApiTags('Bookings')
@Controller('bookings/:id')
export class BookingStepsController {
  constructor(private readonly commands: Commands) {}

  @Command('POST', 'confirm', {
    ...step('bookings:confirm', 'Approve a pending booking'),
    refuses: ['booking.business_closed', 'booking.invalid_transition', 'booking.slot_taken'],
  })
  async confirmBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return answer(await this.commands.send(new ConfirmBooking(id, context)));
  }

  @Command('POST', 'decline', step('bookings:decline', 'Decline a pending booking; its time is free again'))
  async declineBooking(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReasonBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return answer(
      await this.commands.send(
        new GiveUpBooking(id, { type: 'DeclineBooking', data: { reason: reason ?? null } }, context),
      ),
    );
  }

  @Command('POST', 'check-in', step('bookings:check_in', 'The customer is here'))
  checkInBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CheckIn', data: {} }, context);
  }

  @Command('POST', 'complete', step('bookings:complete', 'The service was performed'))
  completeBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CompleteBooking', data: {} }, context);
  }

  @Command('POST', 'no-show', step('bookings:no_show', 'The customer did not come'))
  markNoShow(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'MarkNoShow', data: {} }, context);
  }

  @Command('POST', 'reschedule', {
    access: { permission: 'bookings:reschedule', of: ofThing(Booking, 'id'), self: 'first' },
    summary: 'Move a booking; the customer may as long as cancelling is free',
    answers: BookingView,
    refuses: [
      'booking.abandoned',
      'booking.already_started',
      'booking.business_closed',
      'booking.changed_meanwhile',
      'booking.customer_blocked',
      'booking.invalid_transition',
      'booking.off_grid',
      'booking.outside_hours',
      'booking.party_too_large',
      'booking.resource_unsuitable',
      'booking.slot_taken',
      'booking.too_far',
      'booking.too_late_to_change',
      'booking.too_soon',
    ],
  })
  async rescheduleBooking(
    @IdParam('id') id: Uuid,
    @Body() { start, resourceIds = [] }: RescheduleBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    const [by, within] = [partyOf(context), locationsOf(context.scope)];
    const move = { start: instant(start), resourceIds, by, within };
    return answer(await this.commands.send(new RescheduleBooking(id, move, context)));
  }

  @Command('POST', 'undo-cancel', {
    ...step('bookings:undo_cancel', 'Bring a cancelled booking back, if its time is still free'),
    refuses: [
      'booking.abandoned',
      'booking.already_started',
      'booking.business_closed',
      'booking.changed_meanwhile',
      'booking.invalid_transition',
      'booking.outside_hours',
      'booking.party_too_large',
      'booking.slot_taken',
    ],
  })
  async undoCancellation(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return answer(await this.commands.send(new UndoCancellation(id, context)));
  }

  private async step(id: Uuid, command: BookingCommand, context: CommandContext): Promise<Answer<BookingView>> {
    const outcome = await this.commands.execute(Booking, id, command, context);
    return result(outcome, bookingView(outcome));
  }
}

const answer = (outcome: Booked): Answer<BookingView> => result(outcome, bookingView(outcome));
