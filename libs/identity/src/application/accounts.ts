import { Injectable } from '@nestjs/common';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  idFor,
  type Load,
  stepOf,
  systemContext,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { isKnown, type KnownUser, User, type UserState } from '../domain/user.decider';
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

/** Registering, and finding who has registered. */
@Injectable()
export class Accounts {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly credentials: Credentials,
    private readonly options: IdentityOptions,
  ) {}

  /**
   * Throws `identity.registration_closed`, `identity.email_taken`, and what {@link ensureAcceptable} throws. The
   * address is reserved first and the password kept before the user is there, so that whoever is there can sign in.
   */
  async register(registration: Registration, context: CommandContext): Promise<Versioned<UserState, KnownUser>> {
    ensure(this.options.openRegistration || context.actor.role === 'admin', 'identity.registration_closed');
    return this.create(registration, 'user', context);
  }

  /**
   * The first platform admin: made, where nobody has that address. Throws, with what to do, where it is the address of
   * somebody else: whoever registers first what the installation is going to be told must not become its admin.
   */
  async ensureAdmin(email: string, password: string): Promise<void> {
    const context = systemContext('installation');
    const { userId, status } = (await this.adminWith(email)) ?? (await this.createAdmin(email, password, context));
    if (status === 'disabled') return;
    await this.commands.execute(User, userId, { type: 'VerifyEmail', data: {} }, stepOf(context, 'verify'));
  }

  /** What an address is called in counts and logs: a keyed hash, the same however it is written. */
  nameOf(email: string): string {
    return emailId(this.options.appSecret, email);
  }

  async findByEmail(email: string, load?: Load): Promise<KnownUser | undefined> {
    const reserved = await this.aggregates.load(EmailReservation, this.nameOf(email), load);
    if (!reserved.state.owner) return undefined;
    const { state } = await this.aggregates.load(User, reserved.state.owner, load);
    return isKnown(state) ? state : undefined;
  }

  private async adminWith(email: string): Promise<KnownUser | undefined> {
    const user = await this.findByEmail(email, 'requireLoad');
    if (!user || user.role === 'admin') return user;
    throw new Error(
      'ADMIN_EMAIL is the address of an account that is no admin: set it to one that nobody has registered',
    );
  }

  private async createAdmin(email: string, password: string, context: CommandContext): Promise<KnownUser> {
    try {
      return (await this.create({ name: 'Admin', email, password, locale: 'en' }, 'admin', context)).known;
    } catch (error) {
      // Another process that starts at the same time may have been faster.
      const other = error instanceof DomainError && (await this.adminWith(email));
      if (!other) throw error;
      return other;
    }
  }

  private async create(
    { password, ...profile }: Registration,
    role: PlatformRole,
    context: CommandContext,
  ): Promise<Versioned<UserState, KnownUser>> {
    ensureAcceptable(password, profile);
    const userId = idFor(context, 'user');
    const passwordHash = await hashPassword(password);
    await this.reserve(profile.email, userId, context);
    await this.credentials.set(userId, passwordHash);
    const register = { type: 'RegisterUser', data: { userId, role, ...profile } } as const;
    return await this.commands.execute(User, userId, register, context, 'assumeEmpty');
  }

  /**
   * Of two registrations with one address the first to reserve it wins. One that died before its user was there is
   * closed for good before its reservation is taken over, so it cannot come back.
   */
  private async reserve(email: string, owner: Uuid, context: CommandContext): Promise<void> {
    const id = this.nameOf(email);
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
