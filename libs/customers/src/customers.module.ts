import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { IdentityFacts } from '@yoyaku/identity';
import { Blocks } from './application/blocks';
import { CustomerFacts } from './application/customer-facts';
import { Customers } from './application/customers';
import { EnsureCustomer } from './application/ensure-customer';
import { Erasure } from './application/erasure';

const published = [Blocks, CustomerFacts, Customers, EnsureCustomer, Erasure];

@Module({ imports: [BusinessModule], providers: [IdentityFacts, ...published], exports: published })
export class CustomersModule {}
