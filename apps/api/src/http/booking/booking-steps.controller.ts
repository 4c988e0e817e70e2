import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Booked, Booking, type BookingCommand, Bookings, made } from '@yoyaku/booking';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import { Access, type Answer, Ctx, IdParam, ofAggregate, type Principal, Rights, result, User } from '../conventions';
import { BookingRights, isOwn } from './booking-rights';
import { BookingView, ReasonBody, RescheduleBody } from './bookings.body';
import { bookingView } from './bookings.views';

const may = (permission: string) => ({ permission, tenant: ofAggregate(Booking, 'id') });

/** What becomes of a booking, step by step. */
@ApiTags('Bookings')
@Controller('bookings/:id')
export class BookingStepsController {
  constructor(
    private readonly bookings: Bookings,
    private readonly commands: Commands,
    private readonly rights: BookingRights,
    private readonly access: Rights,
  ) {}

  @Post('confirm')
  @HttpCode(200)
  @Access(may('bookings:confirm'))
  @ApiOperation({ summary: 'Approve a pending booking' })
  @ApiOkResponse({ type: BookingView })
  async confirm(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return answer(await this.bookings.confirm(id, context));
  }

  @Post('decline')
  @HttpCode(200)
  @Access(may('bookings:decline'))
  @ApiOperation({ summary: 'Decline a pending booking; its time is free again' })
  @ApiOkResponse({ type: BookingView })
  async decline(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReasonBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return answer(await this.bookings.decline(id, reason ?? null, context));
  }

  @Post('check-in')
  @HttpCode(200)
  @Access(may('bookings:check_in'))
  @ApiOperation({ summary: 'The customer is here' })
  @ApiOkResponse({ type: BookingView })
  checkIn(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CheckIn', data: {} }, context);
  }

  @Post('complete')
  @HttpCode(200)
  @Access(may('bookings:complete'))
  @ApiOperation({ summary: 'The service was performed' })
  @ApiOkResponse({ type: BookingView })
  complete(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'CompleteBooking', data: {} }, context);
  }

  @Post('no-show')
  @HttpCode(200)
  @Access(may('bookings:no_show'))
  @ApiOperation({ summary: 'The customer did not come' })
  @ApiOkResponse({ type: BookingView })
  noShow(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return this.step(id, { type: 'MarkNoShow', data: {} }, context);
  }

  @Post('reschedule')
  @HttpCode(200)
  @Access({ ...may('bookings:reschedule'), orSelf: isOwn })
  @ApiOperation({ summary: 'Move a booking; the customer may as long as cancelling is free' })
  @ApiOkResponse({ type: BookingView })
  async reschedule(
    @IdParam('id') id: Uuid,
    @Body() { start, resourceIds = [] }: RescheduleBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    const booking = await this.rights.find(id);
    const by = booking && !isOwn(booking, user) ? 'business' : 'customer';
    const within = booking && by === 'business' ? await this.access.limitsOf(user, booking.businessId) : [];
    return answer(await this.bookings.reschedule(id, { start: instant(start), resourceIds, by, within }, context));
  }

  @Post('undo-cancel')
  @HttpCode(200)
  @Access(may('bookings:undo_cancel'))
  @ApiOperation({ summary: 'Bring a cancelled booking back, if its time is still free' })
  @ApiOkResponse({ type: BookingView })
  async undoCancel(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    return answer(await this.bookings.undoCancellation(id, context));
  }

  private async step(id: Uuid, command: BookingCommand, context: CommandContext): Promise<Answer<BookingView>> {
    const outcome = await this.commands.execute(Booking, id, command, context);
    return result(outcome, bookingView(made(outcome.state)));
  }
}

const answer = (outcome: Booked): Answer<BookingView> => result(outcome, bookingView(outcome.state));
