import { Module } from '@nestjs/common';
import { IdentityFacts } from '@yoyaku/identity';
import { BusinessFacts } from './application/business-facts';
import { ChangeBusinessProfileHandler, CreateBusinessHandler } from './application/businesses';
import { Slugs } from './application/slugs';
import { AssignStaffHandler, ChangeAssignmentHandler, TerminateStaffHandler } from './application/staff';

const handlers = [
  CreateBusinessHandler,
  ChangeBusinessProfileHandler,
  AssignStaffHandler,
  ChangeAssignmentHandler,
  TerminateStaffHandler,
];

@Module({ providers: [BusinessFacts, IdentityFacts, Slugs, ...handlers], exports: [BusinessFacts] })
export class BusinessModule {}
