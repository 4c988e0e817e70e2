import type { Aggregate } from '@yoyaku/kernel';
import { Agenda } from './domain/agenda.decider';
import * as booking from './domain/booking.decider';
import type { BookingEvent } from './domain/booking.events';
import type { BookingState, MadeBooking } from './domain/booking-state';
import * as calendar from './domain/calendar.decider';
import type { CalendarEvent } from './domain/calendar.events';
import { Series } from './domain/series.decider';
import * as waitlist from './domain/waitlist.decider';
import type { WaitlistEvent } from './domain/waitlist.events';
import type { WaitlistState } from './domain/waitlist-state';
import { WaitlistTicket } from './domain/waitlist-ticket';

export { AcceptOffer, GiveUpEntry } from './application/answer-offer';
export { ConfirmBooking, UndoCancellation } from './application/approve-booking';
export { AttentionKeeper } from './application/attention-keeper';
export { BookedTime, type OwnTime } from './application/booked-time';
export { type BookingReminder, BookingReminders } from './application/booking-reminders';
export { CancelSeries, SERIES_SCOPES, type SeriesScope } from './application/cancel-series';
export { CheckInCodes } from './application/check-in-codes';
export { Cover, type Judge } from './application/cover';
export { SlotExplainer } from './application/explain-slot';
export type { FreedTime } from './application/free-starts';
export { GiveUpBooking } from './application/give-up-booking';
export type { Booked, Hold } from './application/holds';
export { inTurns, type Turns } from './application/in-turns';
export { type Joined, JoinWaitlist, type WaitlistRequest } from './application/join-waitlist';
export { type Move, ReassignBooking, RescheduleBooking } from './application/move-booking';
export { MoveSeries } from './application/move-series';
export { type BusyTime, OfferFreedTime } from './application/offer-freed-time';
export { UNUSABLE, type Warning } from './application/outside/busy-times';
export { type LinkedCalendar, LinkOutsideCalendar, UnlinkOutsideCalendar } from './application/outside/link-calendar';
export { addressOf } from './application/outside/outside-calendars';
export { RefreshOutsideCalendar } from './application/outside/refresh-calendar';
export { type BookingRequest, RequestBooking } from './application/request-booking';
export { RequestSeries } from './application/request-series';
export * from './application/rule-book';
export type { RequestedSeries } from './application/series-bookings';
export { SettleHolds } from './application/settle-holds';
export { outsideOpening, type PlacedTime, UncoveredBookings } from './application/uncovered-bookings';
export type { Guest } from './application/welcome';
export * from './booking.module';
export * from './domain/agenda.decider';
export { causesBeside } from './domain/attention';
export * from './domain/booking.decider';
export * from './domain/booking-state';
export * from './domain/calendar.decider';
export type { SlotSearch } from './domain/chances';
export { CAUSES, type Cause } from './domain/explanation';
export { feeForCancelling } from './domain/fees';
export {
  allowed,
  freeUntil,
  LIFECYCLE,
  type LifecycleCommand,
  lifecycleRefusals,
  type Transition,
  type Who,
} from './domain/lifecycle';
export { localDays } from './domain/local-days';
export * from './domain/offers';
export * from './domain/rules';
export {
  isCancelledWithSeries,
  isMovedWithSeries,
  isRequestedWithSeries,
  type MadeSeries,
  Series,
  type SeriesState,
} from './domain/series.decider';
export { SERIES_MODES, type SeriesMode } from './domain/series.events';
export { entriesOf, type SessionKind, type Sessions, withoutEntries } from './domain/sessions';
export * from './domain/slot-search';
export { type Interval, isEqualTeam, timetableOf } from './domain/timetable';
export * from './domain/waitlist-state';
export { type CalendarFeed, CalendarFeeds } from './infrastructure/calendar-feeds';
export { migrations as bookingMigrations } from './infrastructure/migrations';
export { NEVER, type OutsideLook, OutsideLooks } from './infrastructure/outside-looks';

export * from './reactions';

/** Others send these commands of theirs alone. The steps in `application/` are known in this context only. */
export const Booking: Aggregate<BookingState, booking.BookingCommand, BookingEvent, MadeBooking> = booking.Booking;
export const Calendar: Aggregate<calendar.CalendarState, calendar.CalendarCommand, CalendarEvent> = calendar.Calendar;

export const Waitlist: Aggregate<WaitlistState, never, WaitlistEvent> = waitlist.Waitlist as never;
export { WaitlistTicket };

/** Every aggregate of this context. */
export const aggregates = [Calendar, Booking, Series, Agenda, waitlist.Waitlist, WaitlistTicket];
