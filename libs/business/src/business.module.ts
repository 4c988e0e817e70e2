import { Module } from '@nestjs/common';
import { IdentityFacts } from '@yoyaku/identity';
import { BusinessFacts } from './application/business-facts';
import { ChangeBusinessProfileHandler, CreateBusinessHandler } from './application/businesses';
import { SetRoleHandler, SetRolesHandler } from './application/roles';
import { Slugs } from './application/slugs';
import { AssignStaffHandler, ChangeAssignmentHandler, TerminateStaffHandler } from './application/staff';

const handlers = [
  CreateBusinessHandler,
  ChangeBusinessProfileHandler,
  AssignStaffHandler,
  ChangeAssignmentHandler,
  TerminateStaffHandler,
  SetRoleHandler,
  SetRolesHandler,
];

@Module({ providers: [BusinessFacts, IdentityFacts, Slugs, ...handlers], exports: [BusinessFacts] })
export class BusinessModule {}
