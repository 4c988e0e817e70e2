import { Module } from '@nestjs/common';
import { BusinessFacts } from './application/business-facts';

@Module({ providers: [BusinessFacts], exports: [BusinessFacts] })
export class BusinessModule {}
