import { Module } from '@nestjs/common';
import { IdentityFacts } from '@yoyaku/identity';
import { ApiKeyFacts } from './application/api-key-facts';
import { MakeApiKeyHandler, RevokeApiKeyHandler } from './application/api-keys';
import { BusinessFacts } from './application/business-facts';
import { ChangeBusinessProfileHandler, CreateBusinessHandler } from './application/businesses';
import { SetRoleHandler, SetRolesHandler } from './application/roles';
import { Slugs } from './application/slugs';
import {
  AnswerInvitationHandler,
  AssignStaffHandler,
  ChangeAssignmentHandler,
  TerminateStaffHandler,
} from './application/staff';

const handlers = [
  CreateBusinessHandler,
  ChangeBusinessProfileHandler,
  AssignStaffHandler,
  AnswerInvitationHandler,
  ChangeAssignmentHandler,
  TerminateStaffHandler,
  SetRoleHandler,
  SetRolesHandler,
  MakeApiKeyHandler,
  RevokeApiKeyHandler,
];

@Module({
  providers: [ApiKeyFacts, BusinessFacts, IdentityFacts, Slugs, ...handlers],
  exports: [ApiKeyFacts, BusinessFacts],
})
export class BusinessModule {}
