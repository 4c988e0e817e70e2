import { Body, Controller, Get, HttpCode, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserQueries } from '@projections/identity';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { type KnownUser, Passwords, User as UserAggregate } from '@yoyaku/identity';
import {
  Access,
  type Answer,
  Ctx,
  Email,
  ListQuery,
  NoIdempotency,
  OneOf,
  type Principal,
  Reads,
  result,
  Sort,
  User,
} from '../conventions';
import { RateLimit } from '../conventions/limits/rate-limits';
import { CurrentUser } from './current-user';
import { ChangePasswordBody, ChangeProfileBody, UserPage, UserView } from './identity.body';

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
    private readonly passwords: Passwords,
    private readonly users: CurrentUser,
    private readonly queries: UserQueries,
  ) {}

  @Get()
  @Access('admin')
  @Reads('users')
  @ApiOperation({ summary: 'Everybody who has registered' })
  @ApiOkResponse({ type: UserPage })
  list(@Query() { limit, cursor, sort, ...filter }: UsersQuery): Promise<UserPage> {
    return this.queries.list(filter, { limit, cursor, sort });
  }

  @Get('me')
  @Access('user')
  @ApiOperation({ summary: 'One’s own profile' })
  @ApiOkResponse({ type: UserView })
  me(@User() user: Principal): Promise<UserView> {
    return this.users.view(user);
  }

  @Patch('me')
  @Access('user')
  @ApiOperation({ summary: 'Change one’s own profile' })
  @ApiOkResponse({ type: UserView })
  async change(
    @Body() change: ChangeProfileBody,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<UserView>> {
    const command = { type: 'ChangeProfile', data: { ...change } } as const;
    const outcome = await this.commands.execute(UserAggregate, userId, command, context);
    return result(outcome, new UserView(outcome.state as KnownUser));
  }

  @Patch('me/password')
  @HttpCode(204)
  @Access('user')
  @NoIdempotency()
  @RateLimit('auth')
  @ApiOperation({ summary: 'Change the password and end all other sessions' })
  @ApiNoContentResponse()
  changePassword(@Body() body: ChangePasswordBody, @User() user: Principal): Promise<void> {
    return this.passwords.change(user.userId, user.sessionId, body.currentPassword, body.newPassword);
  }
}
