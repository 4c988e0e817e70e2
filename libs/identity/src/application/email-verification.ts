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

/** Whether a user has proved that they read what is sent to their address. */
@Injectable()
export class EmailVerification {
  constructor(private readonly options: IdentityOptions) {}

  /** Whether the user may do what only people with a verified address may. */
  isSatisfiedBy(user: KnownUser): boolean {
    return user.emailVerified || !this.options.requireVerifiedEmail;
  }
}

/** Sends a user a code, unless their address is verified. */
export class SendVerification extends Command<void> {
  constructor(
    readonly user: KnownUser,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SendVerification)
export class SendVerificationHandler implements ICommandHandler<SendVerification> {
  constructor(
    private readonly codes: VerificationCodes,
    private readonly outbox: MailOutbox,
  ) {}

  async execute({ user: { userId, email, locale, emailVerified } }: SendVerification): Promise<void> {
    if (emailVerified || email === null) return;
    const code = await this.codes.issue(userId, 'verify_email');
    await this.outbox.send(codeMail('verify_email', email, locale, code));
  }
}

/** Sends another code to the address, if somebody has registered with it and not yet verified it. */
export class ResendVerification extends Command<void> {
  constructor(
    readonly email: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ResendVerification)
export class ResendVerificationHandler implements ICommandHandler<ResendVerification> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
  ) {}

  async execute({ email, context }: ResendVerification): Promise<void> {
    const user = await this.accounts.findByEmail(email);
    if (user?.status === 'active') await this.commands.send(new SendVerification(user, context));
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
