import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BookingQueries } from '@projections/booking';
import type { Scope } from '@yoyaku/access';
import { CheckInCodes } from '@yoyaku/booking';
import type { CommandContext } from '@yoyaku/eventing';
import { DomainError, instant, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { type Answer, Command, Ctx, IdParam, InScope, type Principal, Query, QueryString, User } from '../conventions';
import { AppointmentBody, AppointmentsQuery, ChangeAppointmentBody } from './appointments.dto';
import { BookingPage, BookingView, PlannedView, rowView } from './bookings.views';
import { PrivateAppointments } from './private-appointments';

const REFUSES = [
  'booking.appointment_too_long',
  'booking.ends_before_start',
  'booking.slot_taken',
  'booking.too_soon',
] as const;

/** One's own, and nobody else's: to a business they are time that cannot be booked. */
@ApiTags('Appointments')
@Controller('appointments')
export class AppointmentsController {
  constructor(
    private readonly appointments: PrivateAppointments,
    private readonly queries: BookingQueries,
    private readonly codes: CheckInCodes,
  ) {}

  @Command('POST', '', {
    access: 'verified',
    summary: 'Plan a private appointment; bookings with oneself stay, and are named',
    creates: PlannedView,
    refuses: REFUSES,
  })
  planAppointment(
    @Body() { title, start, end }: AppointmentBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<PlannedView>> {
    return this.appointments.plan({ title, start: instant(start), end: instant(end) }, user, context, request);
  }

  @Query('', { access: 'user', summary: 'One’s private appointments', answers: BookingPage, reads: ['bookings'] })
  async listAppointments(
    @QueryString() { limit, cursor, sort, ...filter }: AppointmentsQuery,
    @User() { userId }: Principal,
    @InScope() scope: Scope,
  ): Promise<BookingPage> {
    const own = { ...filter, kind: 'appointment', userId } as const;
    const page = await this.queries.list(scope, own, { limit, cursor, sort });
    return { ...page, items: page.items.map((row) => rowView(row, this.codes, scope)) };
  }

  @Query(':id', { access: 'user', summary: 'A private appointment', answers: BookingView, reads: ['bookings'] })
  async getAppointment(
    @IdParam('id') id: Uuid,
    @User() { userId }: Principal,
    @InScope() scope: Scope,
  ): Promise<BookingView> {
    const row = await this.queries.find(scope, id, 'appointment');
    if (!row || row.userId !== userId) throw new DomainError('booking.not_found');
    return rowView(row, this.codes, scope);
  }

  @Command('PATCH', ':id', {
    access: 'user',
    summary: 'Change the given fields of a private appointment; bookings with oneself stay, and are named',
    answers: PlannedView,
    refuses: [...REFUSES, 'booking.not_found'],
  })
  changeAppointment(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeAppointmentBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<PlannedView>> {
    return this.appointments.change(id, change, user, context, request);
  }

  @Command('DELETE', ':id', {
    access: 'user',
    summary: 'Cancel a private appointment',
    answers: BookingView,
    refuses: ['booking.not_found'],
  })
  cancelAppointment(
    @IdParam('id') id: Uuid,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return this.appointments.cancel(id, user, context);
  }
}
