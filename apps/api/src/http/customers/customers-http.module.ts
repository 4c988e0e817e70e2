import { Module } from '@nestjs/common';
import { customersQueries } from '@projections/customers';
import { CustomersModule } from '@yoyaku/customers';
import { BusinessHttpModule } from '../business/business-http.module';
import { CustomersController } from './customers.controller';
import { NotesController } from './notes.controller';

@Module({
  imports: [BusinessHttpModule, CustomersModule],
  controllers: [NotesController, CustomersController],
  providers: customersQueries,
})
export class CustomersHttpModule {}
