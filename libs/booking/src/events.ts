export type { AgendaEvent } from './domain/agenda.events';
export type { BookingEvent, CancellationTerms, Place } from './domain/booking.events';
export type { Block, CalendarEvent, Slot } from './domain/calendar.events';

/** The categories of the streams that tell a booking's story. */
export const BOOKING = 'booking';
export const AGENDA = 'agenda';
