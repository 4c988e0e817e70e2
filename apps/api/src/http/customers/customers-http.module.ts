import { Module } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { customersQueries } from '@projections/customers';
import { BookingModule } from '@yoyaku/booking';
import { CustomersModule } from '@yoyaku/customers';
import { CustomerExport } from './customer-export';
import { CustomerHistoryController } from './customer-history.controller';
import { CustomersController } from './customers.controller';
import { NotesController } from './notes.controller';
import { PersonalDataController } from './personal-data.controller';

@Module({
  imports: [BookingModule, CustomersModule],
  controllers: [NotesController, CustomersController, CustomerHistoryController, PersonalDataController],
  providers: [...customersQueries, BookingQueries, CustomerExport],
})
export class CustomersHttpModule {}
