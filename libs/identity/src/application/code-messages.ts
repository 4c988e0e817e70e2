import type { CommandContext } from '@yoyaku/eventing';
import type { KnownUser } from '../domain/user.decider';
import type { Purpose } from '../infrastructure/verification-codes';

/** Has codes sent to users. Who writes and sends messages provides it. */
export abstract class CodeMessages {
  /** Asks for a message with a code to the user's address; asked again by the same command, it is one message. */
  abstract send(user: KnownUser, purpose: Purpose, context: CommandContext): Promise<void>;
}
