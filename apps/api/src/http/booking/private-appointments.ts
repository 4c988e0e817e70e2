import { Injectable } from '@nestjs/common';
import { businessOf } from '@yoyaku/access';
import { Agenda, appointmentOf } from '@yoyaku/booking';
import { AggregateStore, type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { type Instant, instant, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { type Answer, created, ensureFields, invalid, naming, type Principal, result } from '../conventions';
import { AffectedBookings } from './affected-bookings';
import type { BookBody, ChangeBookingBody } from './bookings.dto';
import { appointmentView, type BookingView, type PlannedView } from './bookings.views';

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
    private readonly affected: AffectedBookings,
  ) {}

  /** What the older route of bookings takes for one. */
  planFrom(
    { title, start, end, ...rest }: BookBody,
    user: Principal,
    context: CommandContext,
    request: FastifyRequest,
  ) {
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
    const times = { start: instant(start), end: instant(end as string) };
    return this.plan({ title: title as string, ...times }, user, context, request);
  }

  async plan(
    appointment: { readonly title: string; readonly start: Instant; readonly end: Instant },
    user: Principal,
    context: CommandContext,
    request: FastifyRequest,
  ): Promise<Answer<PlannedView>> {
    const { userId } = user;
    const appointmentId = idFor(context, 'booking');
    const data = { appointmentId, userId, ...appointment };
    const outcome = await this.commands.execute(Agenda, userId, { type: 'PlanAppointment', data }, context);
    const planned = appointmentOf(outcome.state, appointmentId);
    const answer = created(outcome, appointmentView(planned, outcome), `/appointments/${appointmentId}`);
    return naming(answer, await this.affected.during(user, planned, request));
  }

  async change(
    appointmentId: Uuid,
    { note, title, start, end }: ChangeBookingBody,
    user: Principal,
    context: CommandContext,
    request: FastifyRequest,
  ): Promise<Answer<PlannedView>> {
    const { userId } = user;
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
    const changed = appointmentOf(outcome.state, appointmentId);
    return naming(
      result(outcome, appointmentView(changed, outcome)),
      await this.affected.during(user, changed, request),
    );
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
