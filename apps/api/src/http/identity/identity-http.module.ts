import { Module } from '@nestjs/common';
import { UserQueries } from '@projections/identity';
import { AuthController } from './auth.controller';
import { CurrentUser } from './current-user';
import { MailedCodesController } from './mailed-codes.controller';
import { SessionsController } from './sessions.controller';
import { UsersController } from './users.controller';

@Module({
  controllers: [AuthController, MailedCodesController, SessionsController, UsersController],
  providers: [CurrentUser, UserQueries],
})
export class IdentityHttpModule {}
