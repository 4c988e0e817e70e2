import { Module } from '@nestjs/common';
import { UserQueries } from '@projections/identity';
import { AuthController } from './auth.controller';
import { CurrentUser } from './current-user';
import { SessionsController } from './sessions.controller';
import { UsersController } from './users.controller';

@Module({
  controllers: [AuthController, SessionsController, UsersController],
  providers: [CurrentUser, UserQueries],
})
export class IdentityHttpModule {}
