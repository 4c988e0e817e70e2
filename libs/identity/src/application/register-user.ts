import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, idFor, type Versioned } from '@yoyaku/eventing';
import { ensure } from '@yoyaku/kernel';
import { type KnownUser, User, type UserState } from '../domain/user.decider';
import type { PlatformRole } from '../domain/user.events';
import { IdentityOptions } from '../identity.options';
import { Credentials } from '../infrastructure/credentials';
import { hashPassword } from '../infrastructure/password-hash';
import { Accounts } from './accounts';
import { ensureAcceptable } from './password-policy';
import { EMAIL, USERNAME } from './sign-in-names';

export interface Registration {
  readonly name: string;
  readonly email: string;
  readonly username?: string;
  readonly password: string;
  readonly locale: string;
}

export type VersionedUser = Versioned<UserState, KnownUser>;

/**
 * Throws `identity.registration_closed`, `identity.email_taken`, `identity.username_taken`, and what
 * {@link ensureAcceptable} throws.
 */
export class RegisterUser extends Command<VersionedUser> {
  constructor(
    readonly registration: Registration,
    readonly role: PlatformRole,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** The names are reserved first and the password kept before the user is there, so that whoever is there can sign in. */
@CommandHandler(RegisterUser)
export class RegisterUserHandler implements ICommandHandler<RegisterUser> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly credentials: Credentials,
    private readonly options: IdentityOptions,
  ) {}

  async execute({ registration, role, context }: RegisterUser): Promise<VersionedUser> {
    const { password, ...profile } = registration;
    const isOpen = this.options.openRegistration || role === 'admin' || context.actor.role === 'admin';
    ensure(isOpen, 'identity.registration_closed');
    ensureAcceptable(password, profile);
    const userId = idFor(context, 'user');
    const passwordHash = await hashPassword(password);
    await this.accounts.reserve(EMAIL, profile.email, userId, context);
    if (profile.username !== undefined) await this.accounts.reserve(USERNAME, profile.username, userId, context);
    await this.credentials.set(userId, passwordHash);
    const register = { type: 'RegisterUser', data: { userId, role, ...profile } } as const;
    return this.commands.execute(User, userId, register, context, 'assumeEmpty');
  }
}
