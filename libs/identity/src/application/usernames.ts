import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { User } from '../domain/user.decider';
import { Accounts } from './accounts';
import type { VersionedUser } from './register-user';
import { USERNAME } from './sign-in-names';

/**
 * A user chooses a name to sign in by, another in its place, or none (`null`). The one before rests for a while, in which
 * they may take it back and nobody else gets it. Throws `identity.username_taken`.
 */
export class ChooseUsername extends Command<VersionedUser> {
  constructor(
    readonly userId: Uuid,
    /** As `readUsername` has it. */
    readonly username: string | null,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChooseUsername)
export class ChooseUsernameHandler implements ICommandHandler<ChooseUsername> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
  ) {}

  async execute({ userId, username, context }: ChooseUsername): Promise<VersionedUser> {
    if (username !== null) await this.accounts.reserve(USERNAME, username, userId, context);
    return this.commands.execute(User, userId, { type: 'ChooseUsername', data: { username } }, context);
  }
}
