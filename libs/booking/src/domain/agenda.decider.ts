import {
  type Aggregate,
  DAY,
  type Decider,
  ensure,
  epochMs,
  type Instant,
  type Message,
  PLATFORM,
  type Uuid,
} from '@yoyaku/kernel';
import { AGENDA, type AgendaEvent, agendaEvents } from './agenda.events';

export interface Appointment {
  readonly appointmentId: Uuid;
  readonly userId: Uuid;
  readonly title: string | null;
  readonly start: Instant;
  readonly end: Instant;
}

export type AgendaCommand =
  | Message<'PlanAppointment', Appointment>
  | Message<
      'ChangeAppointment',
      Pick<Appointment, 'appointmentId' | 'userId'> & Partial<Pick<Appointment, 'title' | 'start' | 'end'>>
    >
  | Message<'CancelAppointment', Pick<Appointment, 'appointmentId' | 'userId'>>;

/** An appointment, and when it was planned and changed last. */
export interface PlannedAppointment extends Appointment {
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface AgendaState {
  readonly appointments: Readonly<Record<Uuid, PlannedAppointment>>;
}

/** The appointment. Throws `booking.not_found`, because owners see appointments among their bookings. */
export function appointmentOf(state: AgendaState, appointmentId: Uuid): PlannedAppointment {
  const appointment = state.appointments[appointmentId];
  ensure(appointment, 'booking.not_found', { bookingId: appointmentId });
  return appointment;
}

const LONGEST_APPOINTMENT = 366 * DAY;

/** Throws unless the appointment starts in the future, ends after that within a year, and overlaps no other. */
function ensureFits({ appointmentId, start, end }: Appointment, at: Instant, { appointments }: AgendaState): void {
  ensure(epochMs(start) >= epochMs(at), 'booking.too_soon', { path: 'start', earliest: at });
  ensure(epochMs(end) > epochMs(start), 'booking.ends_before_start', { path: 'end', start, end });
  ensure(epochMs(end) - epochMs(start) <= LONGEST_APPOINTMENT, 'booking.appointment_too_long', { path: 'end' });
  const overlapsAnother = Object.values(appointments).some(
    (other) =>
      other.appointmentId !== appointmentId &&
      epochMs(other.start) < epochMs(end) &&
      epochMs(start) < epochMs(other.end),
  );
  ensure(!overlapsAnother, 'booking.slot_taken', { start, end });
}

const decider: Decider<AgendaState, AgendaCommand, AgendaEvent> = {
  initial: { appointments: {} },
  decide: {
    PlanAppointment: ({ data, at }, state) => {
      if (state.appointments[data.appointmentId]) return [];
      ensureFits(data, at, state);
      return [{ type: 'AppointmentPlanned', data }];
    },
    ChangeAppointment: ({ data, at }, state) => {
      const { createdAt: _, updatedAt: __, ...before } = appointmentOf(state, data.appointmentId);
      const after = { ...before, ...data };
      const { title, start, end } = before;
      if (after.title === title && after.start === start && after.end === end) return [];
      if (after.start !== start || after.end !== end) ensureFits(after, at, state);
      return [{ type: 'AppointmentChanged', data: after }];
    },
    CancelAppointment: ({ data: { appointmentId, userId } }, state) => {
      appointmentOf(state, appointmentId);
      return [{ type: 'AppointmentCancelled', data: { appointmentId, userId } }];
    },
  },
  evolve: {
    AppointmentPlanned: (state, { data, at }) => withAppointment(state, { ...data, createdAt: at, updatedAt: at }),
    AppointmentChanged: (state, { data, at }) =>
      withAppointment(state, { ...appointmentOf(state, data.appointmentId), ...data, updatedAt: at }),
    AppointmentCancelled: ({ appointments }, { data: { appointmentId } }) => {
      const { [appointmentId]: _, ...rest } = appointments;
      return { appointments: rest };
    },
  },
};

const withAppointment = ({ appointments }: AgendaState, appointment: PlannedAppointment): AgendaState => ({
  appointments: { ...appointments, [appointment.appointmentId]: appointment },
});

/** One user's private appointments, which never overlap. The stream is `agenda-<userId>`. */
export const Agenda: Aggregate<AgendaState, AgendaCommand, AgendaEvent> = {
  category: AGENDA,
  decider,
  events: agendaEvents,
  tenantOf: () => PLATFORM,
};
