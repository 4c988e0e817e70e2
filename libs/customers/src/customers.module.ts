import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { IdentityFacts } from '@yoyaku/identity';
import { Blocks } from './application/blocks';
import { CustomerFacts } from './application/customer-facts';
import { ChangeCustomerHandler, CreateCustomerHandler } from './application/customers';
import { EnsureCustomerHandler } from './application/ensure-customer';
import { EraseCustomerHandler, FinishErasureHandler } from './application/erasure';
import { AcceptLinkHandler, OfferLinkHandler } from './application/links';

const published = [Blocks, CustomerFacts];
const handlers = [
  CreateCustomerHandler,
  ChangeCustomerHandler,
  EnsureCustomerHandler,
  OfferLinkHandler,
  AcceptLinkHandler,
  EraseCustomerHandler,
  FinishErasureHandler,
];

@Module({ imports: [BusinessModule], providers: [IdentityFacts, ...published, ...handlers], exports: published })
export class CustomersModule {}
