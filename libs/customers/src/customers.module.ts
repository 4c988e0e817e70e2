import { Module } from '@nestjs/common';
import { IdentityFacts } from '@yoyaku/identity';
import { CustomerFacts } from './application/customer-facts';
import { EnsureCustomer } from './application/ensure-customer';

@Module({
  providers: [CustomerFacts, EnsureCustomer, IdentityFacts],
  exports: [CustomerFacts, EnsureCustomer],
})
export class CustomersModule {}
