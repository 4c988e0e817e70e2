import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { type KnownUser, User } from '../domain/user.decider';
import { IdentityOptions } from '../identity.options';
import { VerificationCodes } from '../infrastructure/verification-codes';
import { Accounts } from './accounts';
import { CodeMessages } from './code-messages';
import type { VersionedUser } from './register-user';

/** Whether a user has proved that they read what is sent to them: to their address, or their phone. */
@Injectable()
export class EmailVerification {
  constructor(private readonly options: IdentityOptions) {}

  /** Whether the user may do what only people may who are known to be reached. */
  isSatisfiedBy({ emailVerified, phone }: KnownUser): boolean {
    return emailVerified || phone !== null || !this.options.requireVerifiedEmail;
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
    private readonly accounts: Accounts,
    private readonly messages: CodeMessages,
  ) {}

  async execute({ email, context }: ResendVerification): Promise<void> {
    const user = await this.accounts.findByEmail(email);
    if (user?.status === 'active' && !user.emailVerified) await this.messages.send(user, 'verify_email', context);
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
