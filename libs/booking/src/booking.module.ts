import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { CustomersModule } from '@yoyaku/customers';
import { ConfirmBookingHandler, UndoCancellationHandler } from './application/approve-booking';
import { GiveUpBookingHandler } from './application/give-up-booking';
import { Holds } from './application/holds';
import { RequestBookingHandler } from './application/request-booking';
import { RescheduleBookingHandler } from './application/reschedule-booking';
import { RuleBook } from './application/rule-book';
import { SlotChoice } from './application/slot-choice';
import { Welcome } from './application/welcome';

const handlers = [
  RequestBookingHandler,
  RescheduleBookingHandler,
  ConfirmBookingHandler,
  UndoCancellationHandler,
  GiveUpBookingHandler,
];

@Module({
  imports: [BusinessModule, CatalogModule, CustomersModule],
  providers: [Holds, RuleBook, SlotChoice, Welcome, ...handlers],
  exports: [Holds, RuleBook],
})
export class BookingModule {}
