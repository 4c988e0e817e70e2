export { AGENDA, type AgendaEvent } from './domain/agenda.events';
export { withAttention, withoutAttention } from './domain/attention';
export {
  ATTENTION_REASONS,
  BOOKING,
  type BookingEvent,
  type BookingTerms,
  type CancellationTerms,
  OUTCOMES,
  type Outcome,
  type PendingFor,
  type Place,
  type Reservation,
  type StartRule,
  type Uncovering,
} from './domain/booking.events';
export type { Attention } from './domain/booking-state';
export { type Block, CALENDAR, type CalendarEvent, type Slot } from './domain/calendar.events';
export { type Occurrence, SERIES, type SeriesEvent } from './domain/series.events';
export {
  type HeldOffer,
  LEAVE_REASONS,
  type LeaveReason,
  WAITLIST,
  type WaitlistEvent,
  type WaitlistWish,
} from './domain/waitlist.events';
export type { WaitlistTicketEvent } from './domain/waitlist-ticket';
