import { Injectable } from '@nestjs/common';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { CodeMessages, type KnownUser, type Purpose } from '@yoyaku/identity';
import { Notification } from '../domain/notification.decider';

const KINDS = { verify_email: 'email_verification', reset_password: 'password_reset' } as const;

/** Has codes sent to users' addresses. The code itself is made when the message is written, and is in no event. */
@Injectable()
export class AccountCodes extends CodeMessages {
  constructor(private readonly commands: Commands) {
    super();
  }

  async send({ userId, locale }: KnownUser, purpose: Purpose, context: CommandContext): Promise<void> {
    const notificationId = idFor(context, `notification ${purpose}`);
    const data = {
      notificationId,
      userId,
      customerId: null,
      businessId: null,
      notice: { kind: KINDS[purpose], facts: {} },
      channels: ['email'],
      locale,
      own: null,
    } as const;
    await this.commands.execute(Notification, notificationId, { type: 'RequestNotification', data }, context);
  }
}
