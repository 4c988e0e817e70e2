import { Agenda } from './domain/agenda.decider';
import { Booking } from './domain/booking.decider';
import { Calendar } from './domain/calendar.decider';

export { ConfirmBooking, UndoCancellation } from './application/approve-booking';
export { GiveUpBooking } from './application/give-up-booking';
export type { Booked, Hold } from './application/holds';
export { type BookingRequest, RequestBooking } from './application/request-booking';
export { type Move, RescheduleBooking } from './application/reschedule-booking';
export * from './application/rule-book';
export { SettleHolds } from './application/settle-holds';
export * from './booking.module';
export * from './domain/agenda.decider';
export * from './domain/booking.decider';
export * from './domain/booking-state';
export * from './domain/calendar.decider';
export { allowed, LIFECYCLE, type LifecycleCommand, refusalsOf, type Transition, type Who } from './domain/lifecycle';
export * from './domain/offers';
export { type Verdict, verdictsOn } from './domain/request-policies';
export * from './domain/rules';
export { entriesOf, type Sessions } from './domain/sessions';
export * from './domain/slot-search';
export { type Interval, placesTaken, timetableOf } from './domain/timetable';

/** Every aggregate of this context. */
export const aggregates = [Calendar, Booking, Agenda];
