import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  idFor,
  KeyedNames,
  stepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { type KnownUser, User, type UserState } from '../domain/user.decider';
import type { PlatformRole } from '../domain/user.events';
import { IdentityOptions } from '../identity.options';
import { Credentials } from '../infrastructure/credentials';
import { hashPassword } from '../infrastructure/password-hash';
import { EmailReservation, emailId } from './email-reservation';
import { ensureAcceptable } from './password-policy';

export interface Registration {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly locale: string;
}

export type VersionedUser = Versioned<UserState, KnownUser>;

/** Throws `identity.registration_closed`, `identity.email_taken`, and what {@link ensureAcceptable} throws. */
export class RegisterUser extends Command<VersionedUser> {
  constructor(
    readonly registration: Registration,
    readonly role: PlatformRole,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** The address is reserved first and the password kept before the user is there, so that whoever is there can sign in. */
@CommandHandler(RegisterUser)
export class RegisterUserHandler implements ICommandHandler<RegisterUser> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly credentials: Credentials,
    private readonly names: KeyedNames,
    private readonly options: IdentityOptions,
  ) {}

  async execute({ registration, role, context }: RegisterUser): Promise<VersionedUser> {
    const { password, ...profile } = registration;
    const isOpen = this.options.openRegistration || role === 'admin' || context.actor.role === 'admin';
    ensure(isOpen, 'identity.registration_closed');
    ensureAcceptable(password, profile);
    const userId = idFor(context, 'user');
    const passwordHash = await hashPassword(password);
    await this.reserve(profile.email, userId, context);
    await this.credentials.set(userId, passwordHash);
    const register = { type: 'RegisterUser', data: { userId, role, ...profile } } as const;
    return this.commands.execute(User, userId, register, context, 'assumeEmpty');
  }

  /**
   * If two register with the same address, the first to reserve it wins. If a registration died before its user
   * existed, another may take the reservation over; but first that registration is closed for good, so that it cannot
   * be completed later.
   */
  private async reserve(email: string, owner: Uuid, context: CommandContext): Promise<void> {
    const id = emailId(this.names, email);
    const execute = (type: 'ReserveName' | 'ReleaseName', by: Uuid, step: string) =>
      this.commands.execute(EmailReservation, id, { type, data: { owner: by } }, stepOf(context, step));
    try {
      await execute('ReserveName', owner, 'reserve');
    } catch (error) {
      const { state } = await this.aggregates.load(EmailReservation, id, 'requireLoad');
      if (!(error instanceof DomainError) || !state.owner) throw error;
      const abandon = { type: 'AbandonRegistration', data: { userId: state.owner } } as const;
      await this.commands.execute(User, state.owner, abandon, stepOf(context, 'abandon'));
      await execute('ReleaseName', state.owner, 'release');
      await execute('ReserveName', owner, 'reserve-again');
    }
  }
}
