import { Module } from '@nestjs/common';
import { businessQueries } from '@projections/business';
import { UserQueries } from '@projections/identity';
import { BusinessModule } from '@yoyaku/business';
import { AdminUsersController } from './admin-users.controller';
import { AuthController } from './auth.controller';
import { CurrentUser } from './current-user';
import { MailedCodesController } from './mailed-codes.controller';
import { PhoneLimits } from './phone-limits';
import { PhonesController } from './phones.controller';
import { SessionsController } from './sessions.controller';
import { UsersController } from './users.controller';

@Module({
  imports: [BusinessModule],
  controllers: [
    AuthController,
    MailedCodesController,
    PhonesController,
    SessionsController,
    UsersController,
    AdminUsersController,
  ],
  providers: [CurrentUser, PhoneLimits, UserQueries, ...businessQueries],
})
export class IdentityHttpModule {}
