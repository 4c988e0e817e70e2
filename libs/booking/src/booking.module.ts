import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { CustomersModule } from '@yoyaku/customers';
import { IdentityFacts } from '@yoyaku/identity';
import { AcceptOfferHandler, EndWaitlistHandler, GiveUpEntryHandler } from './application/answer-offer';
import { ConfirmBookingHandler, UndoCancellationHandler } from './application/approve-booking';
import { AttentionKeeper } from './application/attention-keeper';
import { BookedTime } from './application/booked-time';
import { BookingReminders } from './application/booking-reminders';
import { CancelSeriesHandler } from './application/cancel-series';
import { CheckInCodes } from './application/check-in-codes';
import { Cover } from './application/cover';
import { SlotExplainer } from './application/explain-slot';
import { FreeStarts } from './application/free-starts';
import { GiveUpBookingHandler } from './application/give-up-booking';
import { Holds } from './application/holds';
import { JoinWaitlistHandler } from './application/join-waitlist';
import { Moves, ReassignBookingHandler, RescheduleBookingHandler } from './application/move-booking';
import { MoveSeriesHandler } from './application/move-series';
import { OfferFreedTimeHandler } from './application/offer-freed-time';
import { OfferedTime } from './application/offered-time';
import { LinkOutsideCalendarHandler, UnlinkOutsideCalendarHandler } from './application/outside/link-calendar';
import { OutsideCalendars } from './application/outside/outside-calendars';
import { RefreshOutsideCalendarHandler } from './application/outside/refresh-calendar';
import { RequestBookingHandler } from './application/request-booking';
import { RequestSeriesHandler } from './application/request-series';
import { RuleBook } from './application/rule-book';
import { SeriesBookings } from './application/series-bookings';
import { SettleHoldsHandler } from './application/settle-holds';
import { SlotChoice } from './application/slot-choice';
import { UncoveredBookings } from './application/uncovered-bookings';
import { Welcome } from './application/welcome';
import { CalendarFeeds } from './infrastructure/calendar-feeds';
import { OutsideLooks } from './infrastructure/outside-looks';

const handlers = [
  RequestBookingHandler,
  RequestSeriesHandler,
  CancelSeriesHandler,
  MoveSeriesHandler,
  RescheduleBookingHandler,
  ReassignBookingHandler,
  ConfirmBookingHandler,
  UndoCancellationHandler,
  GiveUpBookingHandler,
  SettleHoldsHandler,
  JoinWaitlistHandler,
  OfferFreedTimeHandler,
  AcceptOfferHandler,
  GiveUpEntryHandler,
  EndWaitlistHandler,
  LinkOutsideCalendarHandler,
  UnlinkOutsideCalendarHandler,
  RefreshOutsideCalendarHandler,
];

@Module({
  imports: [BusinessModule, CatalogModule, CustomersModule],
  providers: [
    AttentionKeeper,
    BookedTime,
    BookingReminders,
    CalendarFeeds,
    CheckInCodes,
    Cover,
    FreeStarts,
    Holds,
    IdentityFacts,
    Moves,
    OfferedTime,
    OutsideCalendars,
    OutsideLooks,
    RuleBook,
    SeriesBookings,
    SlotChoice,
    SlotExplainer,
    UncoveredBookings,
    Welcome,
    ...handlers,
  ],
  exports: [
    AttentionKeeper,
    BookedTime,
    BookingReminders,
    CalendarFeeds,
    CheckInCodes,
    Cover,
    FreeStarts,
    OutsideLooks,
    RuleBook,
    SlotExplainer,
    UncoveredBookings,
  ],
})
export class BookingModule {}
