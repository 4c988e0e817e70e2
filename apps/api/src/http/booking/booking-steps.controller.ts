import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { locationsOf } from '@yoyaku/access';
import {
  type Booked,
  Booking,
  type BookingCommand,
  CheckInCodes,
  ConfirmBooking,
  GiveUpBooking,
  type LifecycleCommand,
  lifecycleRefusals,
  ReassignBooking,
  RescheduleBooking,
  UndoCancellation,
} from '@yoyaku/booking';
import type { Permission } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, IdParam, invalid, ofThing, result } from '../conventions';
import { AssignBody, CheckInBody, CorrectBody, ReasonBody, RescheduleBody } from './bookings.dto';
import { BookingView, bookingView, partyOf } from './bookings.views';
import { PLACING_REFUSES } from './placing';

/** A step of the business's people on others' bookings, which the table of the lifecycle may refuse. */
const step = (command: LifecycleCommand, permission: Permission, summary: string) =>
  ({
    access: { permission, of: ofThing(Booking, 'id'), self: 'barred' },
    summary,
    answers: BookingView,
    refuses: lifecycleRefusals(command),
    standing: true,
  }) as const;

/** What refuses a booking another time or other resources, beside the table. */
export const MOVES = [...PLACING_REFUSES, 'booking.changed_meanwhile', 'location.unknown'] as const;

/** The steps in the life of a booking. */
@ApiTags('Bookings')
@Controller('bookings/:id')
export class BookingStepsController {
  constructor(
    private readonly commands: Commands,
    private readonly codes: CheckInCodes,
  ) {}

  @Command('POST', 'confirm', {
    ...step('ConfirmBooking', 'bookings:confirm', 'Approve a pending booking'),
    refuses: [...lifecycleRefusals('ConfirmBooking'), 'booking.business_closed'],
  })
  async confirmBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.answer(await this.commands.send(new ConfirmBooking(id, context)), context);
  }

  @Command(
    'POST',
    'decline',
    step('DeclineBooking', 'bookings:decline', 'Decline a pending booking; its time is free again'),
  )
  async declineBooking(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReasonBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return this.answer(
      await this.commands.send(
        new GiveUpBooking(
          id,
          { type: 'DeclineBooking', data: { by: partyOf(context), reason: reason ?? null } },
          context,
        ),
      ),
      context,
    );
  }

  @Command('POST', 'check-in', {
    access: { permission: 'bookings:check_in', of: ofThing(Booking, 'id'), self: 'else' },
    standing: true,
    summary: 'The customer is here; they say so themselves by the code of their booking',
    answers: BookingView,
    refuses: [...lifecycleRefusals('CheckIn'), 'booking.wrong_code'],
  })
  checkInBooking(
    @IdParam('id') id: Uuid,
    @Body() { code }: CheckInBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return this.step(
      id,
      { type: 'CheckIn', data: { by: partyOf(context), code: this.codes.judge(id, code) } },
      context,
    );
  }

  @Command('POST', 'complete', step('CompleteBooking', 'bookings:complete', 'The service was performed'))
  completeBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CompleteBooking', data: { by: partyOf(context) } }, context);
  }

  @Command('POST', 'no-show', step('MarkNoShow', 'bookings:no_show', 'The customer did not come'))
  markNoShow(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'MarkNoShow', data: { by: partyOf(context) } }, context);
  }

  @Command(
    'POST',
    'correct',
    step('CorrectOutcome', 'bookings:correct', 'Correct what became of a booking; the fee follows'),
  )
  correctOutcome(
    @IdParam('id') id: Uuid,
    @Body() { outcome, reason }: CorrectBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CorrectOutcome', data: { by: partyOf(context), outcome, reason } }, context);
  }

  @Command('POST', 'reschedule', {
    access: { permission: 'bookings:reschedule', of: ofThing(Booking, 'id'), self: 'first' },
    standing: true,
    summary: 'Move a booking; the customer may as long as cancelling is free',
    answers: BookingView,
    refuses: [
      ...lifecycleRefusals('RescheduleBooking'),
      ...MOVES,
      'booking.customer_blocked',
      'booking.service_withdrawn',
    ],
  })
  async rescheduleBooking(
    @IdParam('id') id: Uuid,
    @Body() { start, resourceIds = [], locationId, keepPrice }: RescheduleBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    const [by, atLocations] = [partyOf(context), locationsOf(context.scope)];
    if (by === 'customer' && keepPrice !== undefined) throw invalid({ path: 'keepPrice', code: 'unknown_field' });
    const move = { start: instant(start), resourceIds, locationId, by, atLocations, keepPrice };
    return this.answer(await this.commands.send(new RescheduleBooking(id, move, context)), context);
  }

  @Command('POST', 'assign', {
    ...step('ReassignBooking', 'bookings:assign', 'Give a booking to somebody else, at its time'),
    refuses: [...lifecycleRefusals('ReassignBooking'), ...MOVES],
  })
  async assignBooking(
    @IdParam('id') id: Uuid,
    @Body() { resourceIds, locationId, keepPrice }: AssignBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    const assignment = { resourceIds, locationId, keepPrice, atLocations: locationsOf(context.scope) };
    return this.answer(await this.commands.send(new ReassignBooking(id, assignment, context)), context);
  }

  @Command('POST', 'keep', {
    ...step('KeepBooking', 'bookings:update', 'Keep a booking as it is, whatever it has been left without until now'),
    description: 'Nothing that it is left without now makes it need attention again, unless that ends and comes back',
  })
  keepBooking(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'KeepBooking', data: { by: partyOf(context) } }, context);
  }

  @Command('POST', 'undo-cancel', {
    ...step('UndoCancellation', 'bookings:undo_cancel', 'Bring a cancelled booking back, if its time is still free'),
    // What was cancelled stands no more: it is booked anew.
    standing: undefined,
    refuses: [
      ...lifecycleRefusals('UndoCancellation'),
      'booking.abandoned',
      'booking.business_closed',
      'booking.changed_meanwhile',
      'booking.resource_unsuitable',
      'booking.slot_taken',
    ],
  })
  async undoCancellation(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.answer(await this.commands.send(new UndoCancellation(id, context)), context);
  }

  private async step(id: Uuid, command: BookingCommand, context: CommandContext): Promise<Answer<BookingView>> {
    const outcome = await this.commands.execute(Booking, id, command, context);
    return this.answer(outcome, context);
  }

  private answer(outcome: Booked, { scope }: CommandContext): Answer<BookingView> {
    return result(outcome, bookingView(outcome, this.codes, scope));
  }
}
