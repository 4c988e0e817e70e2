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
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, IdParam, ofThing, result } from '../conventions';
import { BookingView, ReasonBody, RescheduleBody } from './bookings.dto';
import { bookingView, partyOf } from './bookings.views';

const may = (permission: string) => ({ permission, of: ofThing(Booking, 'id') });

/** The steps in the life of a booking. */
@ApiTags('Bookings')
@Controller('bookings/:id')
export class BookingStepsController {
  constructor(private readonly commands: Commands) {}

  @Command('POST', 'confirm', {
    access: may('bookings:confirm'),
    summary: 'Approve a pending booking',
    answers: BookingView,
  })
  async confirmBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return answer(await this.commands.send(new ConfirmBooking(id, context)));
  }

  @Command('POST', 'decline', {
    access: may('bookings:decline'),
    summary: 'Decline a pending booking; its time is free again',
    answers: BookingView,
  })
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

  @Command('POST', 'check-in', {
    access: may('bookings:check_in'),
    summary: 'The customer is here',
    answers: BookingView,
  })
  checkInBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CheckIn', data: {} }, context);
  }

  @Command('POST', 'complete', {
    access: may('bookings:complete'),
    summary: 'The service was performed',
    answers: BookingView,
  })
  completeBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CompleteBooking', data: {} }, context);
  }

  @Command('POST', 'no-show', {
    access: may('bookings:no_show'),
    summary: 'The customer did not come',
    answers: BookingView,
  })
  markNoShow(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'MarkNoShow', data: {} }, context);
  }

  @Command('POST', 'reschedule', {
    access: { ...may('bookings:reschedule'), self: 'first' },
    summary: 'Move a booking; the customer may as long as cancelling is free',
    answers: BookingView,
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
    access: may('bookings:undo_cancel'),
    summary: 'Bring a cancelled booking back, if its time is still free',
    answers: BookingView,
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
