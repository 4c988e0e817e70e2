import { type EventCatalog, type Instant, type Message, plain, type Uuid } from '@yoyaku/kernel';
import { spanInRange } from './span-in-range';

/** The category of the streams. */
export const AGENDA = 'agenda';

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

const byUser = {
  version: 2,
  pii: { of: 'user', subject: 'userId', fields: ['title'] },
  upcasts: { 1: spanInRange },
} as const;

export const agendaEvents: EventCatalog<AgendaEvent> = {
  AppointmentPlanned: byUser,
  AppointmentChanged: byUser,
  AppointmentCancelled: plain,
};
