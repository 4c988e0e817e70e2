import { Module } from '@nestjs/common';
import { IdentityFacts } from '@yoyaku/identity';
import { BusinessFacts } from './application/business-facts';
import { Businesses } from './application/businesses';
import { Staff } from './application/staff';

@Module({
  providers: [BusinessFacts, Businesses, IdentityFacts, Staff],
  exports: [BusinessFacts, Businesses, Staff],
})
export class BusinessModule {}
