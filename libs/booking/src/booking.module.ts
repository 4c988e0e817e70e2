import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { CustomersModule } from '@yoyaku/customers';
import { Bookings } from './application/bookings';
import { Holds } from './application/holds';
import { RuleBook } from './application/rule-book';
import { SlotChoice } from './application/slot-choice';

@Module({
  imports: [BusinessModule, CatalogModule, CustomersModule],
  providers: [Bookings, Holds, RuleBook, SlotChoice],
  exports: [Bookings, Holds, RuleBook],
})
export class BookingModule {}
