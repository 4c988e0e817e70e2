import { Module } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { customersQueries } from '@projections/customers';
import { CustomersModule } from '@yoyaku/customers';
import { BusinessHttpModule } from '../business/business-http.module';
import { CustomerHistoryController } from './customer-history.controller';
import { CustomersController } from './customers.controller';
import { NotesController } from './notes.controller';

@Module({
  imports: [BusinessHttpModule, CustomersModule],
  controllers: [NotesController, CustomersController, CustomerHistoryController],
  providers: [...customersQueries, BookingQueries],
})
export class CustomersHttpModule {}
