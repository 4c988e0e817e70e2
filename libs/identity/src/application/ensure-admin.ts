import { setTimeout as delay } from 'node:timers/promises';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { type KnownUser, User } from '../domain/user.decider';
import { Accounts } from './accounts';
import { AdminList } from './administration';
import { RegisterUser } from './register-user';

const PATIENCE_MS = 5_000;

/**
 * Makes the first platform admin, where nobody has that address. Throws, with what to do, where it is the address of
 * somebody else: whoever registers first what the installation is going to be told must not become its admin.
 */
export class EnsureAdmin extends Command<void> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EnsureAdmin)
export class EnsureAdminHandler implements ICommandHandler<EnsureAdmin> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly admins: AdminList,
  ) {}

  async execute(command: EnsureAdmin): Promise<void> {
    const { userId, status } = (await this.adminWith(command.email)) ?? (await this.register(command));
    if (status === 'disabled') return;
    await this.admins.enrol(userId, command.context);
    const verify = { type: 'VerifyEmail', data: {} } as const;
    await this.commands.execute(User, userId, verify, stepOf(command.context, 'verify'));
  }

  private async adminWith(email: string): Promise<KnownUser | undefined> {
    const user = await this.accounts.findByEmail(email, 'requireLoad');
    if (!user || user.role === 'admin') return user;
    throw new Error(
      'ADMIN_EMAIL is the address of an account that is no admin: set it to one that nobody has registered',
    );
  }

  private async register({ email, password, context }: EnsureAdmin): Promise<KnownUser> {
    try {
      const registration = { name: 'Admin', email, password, locale: 'en' };
      return (await this.commands.send(new RegisterUser(registration, 'admin', context))).known;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return this.awaitAdmin(email, error);
    }
  }

  /** Another process that starts at the same time has the address, and may still be at it. */
  private async awaitAdmin(email: string, refusal: DomainError): Promise<KnownUser> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const admin = await this.adminWith(email);
      if (admin) return admin;
      if (performance.now() > deadline) throw refusal;
      await delay(50);
    }
  }
}
