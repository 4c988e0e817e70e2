import { Injectable } from '@nestjs/common';
import { businessOf } from '@yoyaku/access';
import { Agenda, appointmentOf } from '@yoyaku/booking';
import { AggregateStore, type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import { type Answer, created, ensureFields, invalid, type Principal, result } from '../conventions';
import type { BookBody, ChangeBookingBody } from './bookings.dto';
import { appointmentView, type BookingView } from './bookings.views';

/** A `businessId` alone does not make it a booking, because it may come from the host name or a header. */
export const isAppointment = ({ serviceId, title, end }: BookBody): boolean =>
  serviceId === undefined && (title !== undefined || end !== undefined);

/** An id that names no booking is a private appointment's, and those are of no business. */
export const isOwnAppointment = ({ scope }: CommandContext): boolean => businessOf(scope) === null;

/** What bookings' routes do where what they are about is a private appointment, in its user's own agenda. */
@Injectable()
export class PrivateAppointments {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
  ) {}

  async plan(
    { title, start, end, ...rest }: BookBody,
    { userId }: Principal,
    context: CommandContext,
  ): Promise<Answer<BookingView>> {
    ensureFields([
      [title === undefined, { path: 'title', code: 'required' }],
      [end === undefined, { path: 'end', code: 'required' }],
      ...(
        [
          'resourceIds',
          'locationId',
          'partySize',
          'price',
          'durationMinutes',
          'customerId',
          'note',
          'override',
          'another',
        ] as const
      ).map((path) => [rest[path] !== undefined, { path, code: 'unknown_field' }] as const),
    ]);
    const appointmentId = idFor(context, 'booking');
    const times = { start: instant(start), end: instant(end as string) };
    const data = { appointmentId, userId, title: title as string, ...times };
    const outcome = await this.commands.execute(Agenda, userId, { type: 'PlanAppointment', data }, context);
    const appointment = appointmentOf(outcome.state, appointmentId);
    return created(outcome, appointmentView(appointment, outcome), `/bookings/${appointmentId}`);
  }

  async change(
    appointmentId: Uuid,
    { note, title, start, end }: ChangeBookingBody,
    { userId }: Principal,
    context: CommandContext,
  ): Promise<Answer<BookingView>> {
    if (note !== undefined) {
      // Whoever has no such appointment is told only that: a booking of somebody else may have the id.
      await this.find(userId, appointmentId);
      throw invalid({ path: 'note', code: 'unknown_field' });
    }
    const data = {
      appointmentId,
      userId,
      ...(title !== undefined && { title }),
      ...(start !== undefined && { start: instant(start) }),
      ...(end !== undefined && { end: instant(end) }),
    };
    const outcome = await this.commands.execute(Agenda, userId, { type: 'ChangeAppointment', data }, context);
    return result(outcome, appointmentView(appointmentOf(outcome.state, appointmentId), outcome));
  }

  async cancel(appointmentId: Uuid, { userId }: Principal, context: CommandContext): Promise<Answer<BookingView>> {
    const appointment = await this.find(userId, appointmentId);
    const data = { appointmentId, userId };
    const outcome = await this.commands.execute(Agenda, userId, { type: 'CancelAppointment', data }, context);
    const cancelled = { ...appointment, updatedAt: outcome.updatedAt ?? appointment.updatedAt };
    return result(outcome, { ...appointmentView(cancelled, outcome), status: 'cancelled' });
  }

  private async find(userId: Uuid, appointmentId: Uuid) {
    const { state } = await this.aggregates.load(Agenda, userId, 'requireLoad');
    return appointmentOf(state, appointmentId);
  }
}
