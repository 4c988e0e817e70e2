import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { type KnownUser, User } from '../domain/user.decider';
import { IdentityOptions } from '../identity.options';
import { MailOutbox } from '../infrastructure/mail-outbox';
import { VerificationCodes } from '../infrastructure/verification-codes';
import { Accounts } from './accounts';
import { codeMail } from './mails';
import type { VersionedUser } from './register-user';

/** Proving that one reads what is sent to one's address. */
@Injectable()
export class EmailVerification {
  constructor(
    private readonly accounts: Accounts,
    private readonly codes: VerificationCodes,
    private readonly outbox: MailOutbox,
    private readonly options: IdentityOptions,
  ) {}

  /** Whether the user may do what only people with a verified address may. */
  isSatisfiedBy(user: KnownUser): boolean {
    return user.emailVerified || !this.options.requireVerifiedEmail;
  }

  async send({ userId, email, locale, emailVerified }: KnownUser): Promise<void> {
    if (emailVerified || email === null) return;
    const code = await this.codes.issue(userId, 'verify_email');
    await this.outbox.send(codeMail('verify_email', email, locale, code));
  }

  /** Sends another code to the address, if somebody has registered with it and not yet verified it. */
  async resend(email: string): Promise<void> {
    const user = await this.accounts.findByEmail(email);
    if (user?.status === 'active') await this.send(user);
  }
}

/** The user whose code it is reads what is sent to their address. Throws `identity.code_invalid`. */
export class VerifyEmail extends Command<VersionedUser> {
  constructor(
    readonly code: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(VerifyEmail)
export class VerifyEmailHandler implements ICommandHandler<VerifyEmail> {
  constructor(
    private readonly commands: Commands,
    private readonly codes: VerificationCodes,
  ) {}

  async execute({ code, context }: VerifyEmail): Promise<VersionedUser> {
    const userId = await this.codes.ownerOf(code, 'verify_email');
    const verified = await this.commands.execute(User, userId, { type: 'VerifyEmail', data: {} }, context);
    await this.codes.redeem(code, 'verify_email');
    return verified;
  }
}
