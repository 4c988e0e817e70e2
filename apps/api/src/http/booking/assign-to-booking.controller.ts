import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Booking, lifecycleRefusals } from '@yoyaku/booking';
import type { CommandContext } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, Id, inBody, ofThing } from '../conventions';
import { BookingStepsController, MOVES } from './booking-steps.controller';
import { AssignBody } from './bookings.dto';
import { BookingView } from './bookings.views';

class AssignToBookingBody extends AssignBody {
  @Id()
  bookingId: Uuid;
}

/** An older name, by which clients of other systems know it. */
@ApiTags('Bookings')
@Controller('staff/assign-to-booking')
export class AssignToBookingController {
  constructor(private readonly steps: BookingStepsController) {}

  @Command('POST', '', {
    access: { permission: 'bookings:assign', of: ofThing(Booking, inBody('bookingId')), self: 'barred' },
    summary: 'Give a booking to somebody else, at its time: POST /bookings/:id/assign',
    deprecated: true,
    standing: true,
    answers: BookingView,
    refuses: [...lifecycleRefusals('ReassignBooking'), ...MOVES],
  })
  assignToBooking(
    @Body() { bookingId, ...body }: AssignToBookingBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return this.steps.assignBooking(bookingId, body, context);
  }
}
