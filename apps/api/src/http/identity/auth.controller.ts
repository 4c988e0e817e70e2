import { Body, Controller, Logger, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import {
  Accounts,
  ChangePassword,
  type Client,
  EndSession,
  LogIn,
  RefreshTokens,
  RegisterUser,
  RequestPasswordReset,
  ResendVerification,
  ResetPassword,
  SendVerification,
  type SignedIn,
  StartSession,
  VerifyEmail,
} from '@yoyaku/identity';
import type { FastifyRequest } from 'fastify';
import { type Answer, Command, Ctx, created, type Principal, Query, result, User } from '../conventions';
import { networkOf } from '../conventions/limits/network';
import { RateLimit, RateLimits } from '../conventions/limits/rate-limits';
import { CurrentUser } from './current-user';
import {
  ChangePasswordBody,
  EmailBody,
  LoginBody,
  RefreshBody,
  RegisterBody,
  ResetPasswordBody,
  VerifyEmailBody,
} from './identity.dto';
import { accountView, SignedInView, TokensView, UserView, userView, VerifiedTokenView } from './identity.views';

/**
 * Of one account from one network. Not of the account alone: a stranger who guesses would lock its owner out. Who guesses
 * from many networks meets the limit of each.
 */
const LOGINS = { name: 'login', hits: 10, seconds: 300 };

/** To one address, asked for from one network, and whether or not anybody has it. */
const MAILS = { name: 'mail', hits: 5, seconds: 1_800 };
/**
 * To one address, whoever asks: nobody's mailbox is filled by others. More than of one network, so that a stranger does
 * not use up what its owner may ask for.
 */
const MAILBOX = { name: 'mailbox', hits: 20, seconds: 1_800 };

@ApiTags('Signing in')
@Controller('auth')
export class AuthController {
  private readonly logger = new Logger(AuthController.name);

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
    ],
  })
  @RateLimit('register')
  async registerUser(
    @Body() { locale = 'en', ...body }: RegisterBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<SignedInView>> {
    const outcome = await this.commands.send(new RegisterUser({ locale, ...body }, 'user', context));
    this.inBackground(this.commands.send(new SendVerification(outcome.known, context)));
    const signedIn = await this.commands.send(new StartSession(outcome.known, null, clientOf(request), context));
    return created(outcome, signedInView(signedIn), '/auth/me');
  }

  @Command('POST', 'login', {
    access: 'public',
    appends: false,
    summary: 'Sign in with e-mail and password',
    answers: SignedInView,
    isSecret: true,
    refuses: ['identity.user_disabled', 'identity.wrong_credentials'],
  })
  @RateLimit('auth')
  async logIn(
    @Body() { email, password }: LoginBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<SignedInView> {
    await this.limits.admitStrictly(LOGINS, `${this.accounts.nameOf(email)} ${networkOf(request.ip)}`);
    return signedInView(await this.commands.send(new LogIn(email, password, clientOf(request), context)));
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

  @Command('POST', 'forgot-password', {
    access: 'public',
    appends: false,
    summary: 'Send a code for a new password; the answer is the same for unknown addresses',
    starts: null,
    isSecret: true,
  })
  @RateLimit('auth')
  async requestPasswordReset(
    @Body() { email }: EmailBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.admitMail(email, request);
    this.inBackground(this.commands.send(new RequestPasswordReset(email, context)));
  }

  @Command('POST', 'reset-password', {
    access: 'public',
    appends: false,
    summary: 'Choose a new password with the code and end all sessions',
    isSecret: true,
    refuses: ['identity.code_invalid', 'identity.password_guessable', 'identity.password_too_common'],
  })
  @RateLimit('auth')
  resetPassword(@Body() { token, password }: ResetPasswordBody, @Ctx() context: CommandContext): Promise<void> {
    return this.commands.send(new ResetPassword(token, password, context));
  }

  @Command('POST', 'verify-email', {
    access: 'public',
    summary: 'Confirm the e-mail address with the code',
    answers: UserView,
    isSecret: true,
    refuses: ['identity.code_invalid'],
  })
  @RateLimit('auth')
  async verifyEmail(@Body() { token }: VerifyEmailBody, @Ctx() context: CommandContext): Promise<Answer<UserView>> {
    const outcome = await this.commands.send(new VerifyEmail(token, context));
    return result(outcome, userView(outcome));
  }

  @Command('POST', 'resend-verification', {
    access: 'public',
    appends: false,
    summary: 'Send another code; the answer is the same for unknown addresses',
    starts: null,
    isSecret: true,
  })
  @RateLimit('auth')
  async resendVerification(
    @Body() { email }: EmailBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.admitMail(email, request);
    this.inBackground(this.commands.send(new ResendVerification(email, context)));
  }

  @Query('me', { access: 'user', summary: 'Who is signed in', answers: UserView })
  getCurrentUser(@User() user: Principal): Promise<UserView> {
    return this.users.view(user);
  }

  @Query('verify', { access: 'user', summary: 'Whether the access token is good', answers: VerifiedTokenView })
  async verifyToken(@User() user: Principal): Promise<VerifiedTokenView> {
    return { valid: true, user: await this.users.account(user) };
  }

  private async admitMail(email: string, { ip }: FastifyRequest): Promise<void> {
    const address = this.accounts.nameOf(email);
    await this.limits.admitStrictly(MAILS, `${address} ${networkOf(ip)}`);
    await this.limits.admitStrictly(MAILBOX, address);
  }

  /** What a client must not be able to tell by the answer or its time. */
  private inBackground(work: Promise<void>): void {
    work.catch((error) => this.logger.error(`A message was not sent: ${error}`));
  }
}

const signedInView = ({ user, accessToken, refreshToken }: SignedIn): SignedInView => ({
  user: accountView(user),
  accessToken,
  refreshToken,
});

const clientOf = ({ ip, headers }: FastifyRequest): Client => {
  const userAgent = headers['user-agent'];
  return {
    platform: userAgent?.startsWith('Mozilla/') ? 'web' : 'api',
    ip,
    userAgent: userAgent?.slice(0, 256) ?? null,
  };
};
