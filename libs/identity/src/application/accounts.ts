import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, Commands, type Load, stepOf, systemContext } from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { isKnown, type KnownUser, User } from '../domain/user.decider';
import { IdentityOptions } from '../identity.options';
import { EmailReservation, emailId } from './email-reservation';
import { RegisterUser } from './register-user';

/** Finding who has registered, and making sure of the first admin. */
@Injectable()
export class Accounts {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly options: IdentityOptions,
  ) {}

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
      const registration = { name: 'Admin', email, password, locale: 'en' };
      return (await this.commands.send(new RegisterUser(registration, 'admin', context))).known;
    } catch (error) {
      // Another process that starts at the same time may have been faster.
      const other = error instanceof DomainError && (await this.adminWith(email));
      if (!other) throw error;
      return other;
    }
  }
}
