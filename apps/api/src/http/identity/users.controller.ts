import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UserQueries } from '@projections/identity';
import type { Scope } from '@yoyaku/access';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { ChangePassword, RemovePhone, User as UserAggregate } from '@yoyaku/identity';
import {
  type Answer,
  Command,
  Ctx,
  Email,
  InScope,
  ListQuery,
  OneOf,
  type Principal,
  Query,
  QueryString,
  result,
  Sort,
  User,
} from '../conventions';
import { RateLimit } from '../conventions/limits/rate-limits';
import { CurrentUser } from './current-user';
import { ChangePasswordBody, ChangeProfileBody } from './identity.dto';
import { UserPage, UserView, userView } from './identity.views';

class UsersQuery extends ListQuery {
  @OneOf(['user', 'admin', 'auditor'], { optional: true })
  role?: string;

  @OneOf(['active', 'disabled'], { optional: true })
  status?: string;

  @Email({ optional: true, description: 'The whole address' })
  email?: string;

  @Sort('-createdAt')
  sort?: string;
}

@ApiTags('Users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly commands: Commands,
    private readonly users: CurrentUser,
    private readonly queries: UserQueries,
  ) {}

  @Query('', { access: 'admin', summary: 'Everybody who has registered', answers: UserPage, reads: ['users'] })
  listUsers(@QueryString() { limit, cursor, sort, ...filter }: UsersQuery, @InScope() scope: Scope): Promise<UserPage> {
    return this.queries.list(scope, filter, { limit, cursor, sort });
  }

  @Query('me', { access: 'user', summary: 'One’s own profile', answers: UserView })
  getProfile(@User() user: Principal): Promise<UserView> {
    return this.users.view(user);
  }

  @Command('PATCH', 'me', {
    access: 'user',
    summary: 'Change one’s own profile',
    answers: UserView,
    refuses: ['person.erased'],
  })
  async changeProfile(
    @Body() change: ChangeProfileBody,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<UserView>> {
    const command = { type: 'ChangeProfile', data: { ...change } } as const;
    const outcome = await this.commands.execute(UserAggregate, userId, command, context);
    return result(outcome, userView(outcome));
  }

  @Command('DELETE', 'me/phone', {
    access: 'user',
    summary: 'Sign in by phone no more, and end all other sessions',
    answers: UserView,
    refuses: ['identity.only_way_in'],
  })
  async removePhone(
    @User() { userId, sessionId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<UserView>> {
    const outcome = await this.commands.send(new RemovePhone(userId, sessionId, context));
    return result(outcome, userView(outcome));
  }

  @Command('PATCH', 'me/password', {
    access: 'user',
    appends: false,
    summary: 'Change the password and end all other sessions',
    deprecated: true,
    isSecret: true,
    refuses: ['identity.password_guessable', 'identity.password_too_common', 'identity.wrong_password'],
  })
  @RateLimit('auth')
  changeOwnPassword(
    @Body() { currentPassword, newPassword }: ChangePasswordBody,
    @User() { userId, sessionId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<void> {
    const passwords = { current: currentPassword, next: newPassword };
    return this.commands.send(new ChangePassword(userId, sessionId, passwords, context));
  }
}
