import type { CommandContext } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import type { KnownUser } from '../domain/user.decider';
import type { Purpose } from '../infrastructure/verification-codes';

/** Has codes sent to people. Who writes and sends messages provides it. */
export abstract class CodeMessages {
  /** Asks for a message with a code to the user's address; asked again by the same command, it is one message. */
  abstract send(user: KnownUser, purpose: Purpose, context: CommandContext): Promise<void>;

  /** Asks for the message of that id with a code to a phone, of whomever it is. */
  abstract sendToPhone(messageId: Uuid, locale: string, context: CommandContext): Promise<void>;
}
