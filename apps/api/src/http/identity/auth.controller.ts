import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import {
  Accounts,
  ChangePassword,
  EndSession,
  LogIn,
  RefreshTokens,
  RegisterUser,
  StartSession,
} from '@yoyaku/identity';
import type { FastifyRequest } from 'fastify';
import { type Answer, Command, Ctx, created, ensureFields, type Principal, Query, User } from '../conventions';
import { networkOf } from '../conventions/limits/network';
import { RateLimit, RateLimits } from '../conventions/limits/rate-limits';
import { clientOf } from './client-of';
import { CurrentUser } from './current-user';
import { ChangePasswordBody, LoginBody, RefreshBody, RegisterBody } from './identity.dto';
import { SignedInView, signedInView, TokensView, UserView, VerifiedTokenView } from './identity.views';

/**
 * Of one account from one network. Not of the account alone: a stranger who guesses would lock its owner out. Who guesses
 * from many networks meets the limit of each.
 */
export const LOGINS = { name: 'login', hits: 10, seconds: 300 };

@ApiTags('Signing in')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly users: CurrentUser,
    private readonly limits: RateLimits,
  ) {}

  @Command('POST', 'register', {
    access: 'public',
    summary: 'Make an account and sign in',
    creates: SignedInView,
    isSecret: true,
    refuses: [
      'identity.email_taken',
      'identity.password_guessable',
      'identity.password_too_common',
      'identity.registration_closed',
      'identity.username_taken',
    ],
  })
  @RateLimit('register')
  async registerUser(
    @Body() { locale = 'en', ...body }: RegisterBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<SignedInView>> {
    const outcome = await this.commands.send(new RegisterUser({ locale, ...body }, 'user', context));
    const signedIn = await this.commands.send(new StartSession(outcome.known, null, clientOf(request), context));
    return created(outcome, signedInView(signedIn), '/auth/me');
  }

  @Command('POST', 'login', {
    access: 'public',
    appends: false,
    summary: 'Sign in with e-mail or user name, and password',
    answers: SignedInView,
    isSecret: true,
    refuses: ['identity.user_disabled', 'identity.wrong_credentials'],
  })
  @RateLimit('auth')
  async logIn(
    @Body() { email, username, password }: LoginBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<SignedInView> {
    ensureFields([
      [email === undefined && username === undefined, { path: 'email', code: 'required' }],
      [email !== undefined && username !== undefined, { path: 'username', code: 'unknown_field' }],
    ]);
    const name = email === undefined ? { username: username as string } : { email };
    await this.limits.admitStrictly(LOGINS, `${await this.accounts.countedBy(name)} ${networkOf(request.ip)}`);
    return signedInView(await this.commands.send(new LogIn(name, password, clientOf(request), context)));
  }

  @Command('POST', 'refresh', {
    access: 'public',
    appends: false,
    summary:
      'Spend the refresh token for the next pair; within 10 seconds the same device may repeat it, later that ends the session',
    answers: TokensView,
    isSecret: true,
    refuses: ['identity.session_expired', 'identity.token_reused'],
  })
  @RateLimit('refresh')
  refreshTokens(
    @Body() { refreshToken }: RefreshBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<TokensView> {
    return this.commands.send(new RefreshTokens(refreshToken, clientOf(request), context));
  }

  @Command('POST', 'logout', { access: 'user', appends: false, summary: 'End this session' })
  async logOut(@User() { userId, sessionId }: Principal, @Ctx() context: CommandContext): Promise<void> {
    await this.commands.send(new EndSession(userId, sessionId, context));
  }

  @Command('POST', 'change-password', {
    access: 'user',
    appends: false,
    summary: 'Change the password and end all other sessions',
    isSecret: true,
    refuses: ['identity.password_guessable', 'identity.password_too_common', 'identity.wrong_password'],
  })
  @RateLimit('auth')
  changePassword(
    @Body() { currentPassword, newPassword }: ChangePasswordBody,
    @User() { userId, sessionId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<void> {
    const passwords = { current: currentPassword, next: newPassword };
    return this.commands.send(new ChangePassword(userId, sessionId, passwords, context));
  }

  @Query('me', { access: 'user', summary: 'Who is signed in', answers: UserView })
  getCurrentUser(@User() user: Principal): Promise<UserView> {
    return this.users.view(user);
  }

  @Query('verify', { access: 'user', summary: 'Whether the access token is good', answers: VerifiedTokenView })
  async verifyToken(@User() user: Principal): Promise<VerifiedTokenView> {
    return { valid: true, user: await this.users.account(user) };
  }
}
