import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { type KnownUser, User } from '../domain/user.decider';
import { Credentials } from '../infrastructure/credentials';
import { hashPassword } from '../infrastructure/password-hash';
import { Sessions } from '../infrastructure/sessions';
import { VerificationCodes } from '../infrastructure/verification-codes';
import { Accounts } from './accounts';
import { CodeMessages } from './code-messages';
import { IdentityFacts } from './identity-facts';
import { ensureAcceptable } from './password-policy';
import { RemovePhone } from './phones';

/** What the ways to a new password have in common. */
@Injectable()
export class Passwords {
  constructor(
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
  ) {}

  /** Ends all sessions, or all but one. Throws as {@link ensureAcceptable}. */
  async set(user: KnownUser, password: string, except: Uuid | null): Promise<void> {
    ensureAcceptable(password, textsOf(user));
    const passwordHash = await hashPassword(password);
    await this.sessions.endAll(user.userId, except, (client) =>
      this.credentials.set(user.userId, passwordHash, client),
    );
  }
}

/** Changes the password and ends all sessions but that one. Throws `identity.wrong_password`, and as {@link ensureAcceptable}. */
export class ChangePassword extends Command<void> {
  constructor(
    readonly userId: Uuid,
    readonly sessionId: Uuid,
    readonly passwords: { readonly current: string; readonly next: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  constructor(
    private readonly facts: IdentityFacts,
    private readonly credentials: Credentials,
    private readonly passwords: Passwords,
  ) {}

  async execute({ userId, sessionId, passwords: { current, next } }: ChangePassword): Promise<void> {
    const user = await this.facts.known(userId);
    if (!(await this.credentials.verify(userId, current))) {
      throw new DomainError('identity.wrong_password', { path: 'currentPassword' });
    }
    await this.passwords.set(user, next, sessionId);
  }
}

/** Sends a code for a new password to the address, if somebody has registered with it. */
export class RequestPasswordReset extends Command<void> {
  constructor(
    readonly email: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestPasswordReset)
export class RequestPasswordResetHandler implements ICommandHandler<RequestPasswordReset> {
  constructor(
    private readonly accounts: Accounts,
    private readonly messages: CodeMessages,
  ) {}

  async execute({ email, context }: RequestPasswordReset): Promise<void> {
    const user = await this.accounts.findByEmail(email);
    if (user?.status === 'active') await this.messages.send(user, 'reset_password', context);
  }
}

/**
 * Sets a password by the code and ends all sessions. Who returns the code reads what is sent to the address, so that is
 * verified now. A phone that was added before anybody had shown that may be that of a stranger who registered with the
 * address: nobody signs in by it any more. Throws `identity.code_invalid`, `identity.user_disabled`, and as
 * {@link ensureAcceptable}.
 */
export class ResetPassword extends Command<void> {
  constructor(
    readonly code: string,
    readonly password: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ResetPassword)
export class ResetPasswordHandler implements ICommandHandler<ResetPassword> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: IdentityFacts,
    private readonly codes: VerificationCodes,
    private readonly passwords: Passwords,
  ) {}

  async execute({ code, password, context }: ResetPassword): Promise<void> {
    const user = await this.facts.known(await this.codes.ownerOf(code, 'reset_password'));
    // Before the code is used up, so that it is still good for another password.
    ensureAcceptable(password, textsOf(user));
    if (!user.emailVerified) await this.verifyEmail(user, context);
    await this.codes.redeem(code, 'reset_password');
    await this.passwords.set(user, password, null);
  }

  /** The phone goes first: what fails in between is done by who returns the code again. */
  private async verifyEmail({ userId }: KnownUser, context: CommandContext): Promise<void> {
    await this.commands.send(new RemovePhone(userId, null, stepOf(context, 'remove phone')));
    const step = stepOf(context, 'verify e-mail');
    await this.commands.execute(User, userId, { type: 'VerifyEmail', data: {} }, step);
  }
}

const textsOf = ({ name, email }: KnownUser) => ({ name: name ?? '', email: email ?? '' });
