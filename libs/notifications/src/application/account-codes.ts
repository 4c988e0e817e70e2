import { Injectable } from '@nestjs/common';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { CodeMessages, type KnownUser, type Purpose } from '@yoyaku/identity';
import type { OfType, Uuid } from '@yoyaku/kernel';
import { Notification, type NotificationCommand } from '../domain/notification.decider';

/** Whom a code goes to, stands where the code is kept. */
const NOBODY = { userId: null, customerId: null, businessId: null, own: null } as const;

const KINDS = { verify_email: 'email_verification', reset_password: 'password_reset' } as const;

/** Has codes sent to users' addresses. The code itself is made when the message is written, and is in no event. */
@Injectable()
export class AccountCodes extends CodeMessages {
  constructor(private readonly commands: Commands) {
    super();
  }

  async send({ userId, locale }: KnownUser, purpose: Purpose, context: CommandContext): Promise<void> {
    const notificationId = idFor(context, `notification ${purpose}`);
    const notice = { kind: KINDS[purpose], facts: {} };
    await this.request({ ...NOBODY, notificationId, userId, notice, channels: ['email'], locale }, context);
  }

  async sendToPhone(notificationId: Uuid, locale: string, context: CommandContext): Promise<void> {
    const notice = { kind: 'phone_code', facts: {} } as const;
    await this.request({ ...NOBODY, notificationId, notice, channels: ['sms'], locale }, context);
  }

  private async request(
    data: OfType<NotificationCommand, 'RequestNotification'>['data'],
    context: CommandContext,
  ): Promise<void> {
    await this.commands.execute(Notification, data.notificationId, { type: 'RequestNotification', data }, context);
  }
}
