import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { Accounts, RequestPasswordReset, ResendVerification, ResetPassword, VerifyEmail } from '@yoyaku/identity';
import type { FastifyRequest } from 'fastify';
import { type Answer, Command, Ctx, result } from '../conventions';
import { networkOf } from '../conventions/limits/network';
import { RateLimit, RateLimits } from '../conventions/limits/rate-limits';
import { EmailBody, ResetPasswordBody, VerifyEmailBody } from './identity.dto';
import { UserView, userView } from './identity.views';
import { inBackground } from './in-background';

/** To one address, asked for from one network, and whether or not anybody has it. */
const MAILS = { name: 'mail', hits: 5, seconds: 1_800 };
/**
 * To one address, whoever asks: nobody's mailbox is filled by others. More than of one network, so that a stranger does
 * not use up what its owner may ask for.
 */
const MAILBOX = { name: 'mailbox', hits: 20, seconds: 1_800 };

/** Codes that are sent to an e-mail address: for a new password, and to confirm the address. */
@ApiTags('Signing in')
@Controller('auth')
export class MailedCodesController {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly limits: RateLimits,
  ) {}

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
    inBackground(this.commands.send(new RequestPasswordReset(email, context)));
  }

  @Command('POST', 'reset-password', {
    access: 'public',
    appends: false,
    summary: 'Choose a new password with the code and end all sessions',
    isSecret: true,
    refuses: [
      'identity.code_invalid',
      'identity.password_guessable',
      'identity.password_too_common',
      'identity.user_disabled',
    ],
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
    inBackground(this.commands.send(new ResendVerification(email, context)));
  }

  private async admitMail(email: string, { ip }: FastifyRequest): Promise<void> {
    const address = this.accounts.nameOf(email);
    await this.limits.admitStrictly(MAILS, `${address} ${networkOf(ip)}`);
    await this.limits.admitStrictly(MAILBOX, address);
  }
}
