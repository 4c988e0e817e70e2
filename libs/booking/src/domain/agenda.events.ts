import { type EventCatalog, type Instant, type Message, plain, type Uuid } from '@yoyaku/kernel';

interface Appointment {
  readonly appointmentId: Uuid;
  readonly userId: Uuid;
  readonly title: string | null;
  readonly start: Instant;
  readonly end: Instant;
}

export type AgendaEvent =
  | Message<'AppointmentPlanned', Appointment>
  | Message<'AppointmentChanged', Appointment>
  | Message<'AppointmentCancelled', Pick<Appointment, 'appointmentId' | 'userId'>>;

const byUser = { version: 1, pii: { subject: 'userId', fields: ['title'] } } as const;

export const agendaEvents: EventCatalog<AgendaEvent> = {
  AppointmentPlanned: byUser,
  AppointmentChanged: byUser,
  AppointmentCancelled: plain,
};
