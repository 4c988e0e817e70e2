import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UserQueries } from '@projections/identity';
import type { Scope } from '@yoyaku/access';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { ChangePassword, ChooseUsername, RemovePhone, User as UserAggregate } from '@yoyaku/identity';
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
import { RateLimit, RateLimits } from '../conventions/limits/rate-limits';
import { CurrentUser } from './current-user';
import { ChangePasswordBody, ChangeProfileBody } from './identity.dto';
import { UserPage, UserView, userView } from './identity.views';

class UsersQuery extends ListQuery {
  @OneOf(['user', 'admin', 'auditor'], { optional: true })
  role?: string;

  @OneOf(['active', 'disabled', 'erased'], { optional: true })
  status?: string;

  @Email({ optional: true, description: 'The whole address' })
  email?: string;

  @Sort('-createdAt')
  sort?: string;
}

/** Of one user: whether a name is taken is told, so that nobody tries a list of them. */
const USERNAMES = { name: 'username', hits: 10, seconds: 600 };

@ApiTags('Users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly commands: Commands,
    private readonly users: CurrentUser,
    private readonly queries: UserQueries,
    private readonly limits: RateLimits,
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
    refuses: ['identity.username_taken', 'person.erased'],
  })
  async changeProfile(
    @Body() { username, ...profile }: ChangeProfileBody,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<UserView>> {
    const command = { type: 'ChangeProfile', data: { ...profile } } as const;
    if (username === undefined) {
      const outcome = await this.commands.execute(UserAggregate, userId, command, context);
      return result(outcome, userView(outcome));
    }
    await this.limits.admitStrictly(USERNAMES, userId);
    await this.commands.send(new ChooseUsername(userId, username, context));
    const outcome = await this.commands.execute(UserAggregate, userId, command, stepOf(context, 'profile'));
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
