import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { IdentityFacts } from '@yoyaku/identity';
import { CustomerFacts } from './application/customer-facts';
import { Customers } from './application/customers';
import { EnsureCustomer } from './application/ensure-customer';

const published = [CustomerFacts, Customers, EnsureCustomer];

@Module({ imports: [BusinessModule], providers: [IdentityFacts, ...published], exports: published })
export class CustomersModule {}
