import { type AggregateStore, type Commands, systemContext } from '@yoyaku/eventing';
import { instant, newUuid, plusMs } from '@yoyaku/kernel';
import type { DueJob } from '@yoyaku/reacting';
import type { Kind } from '../domain/notice';
import type { NotificationsOptions } from '../notifications.options';
import type { MailPort, SmsPort } from '../sending/ports';
import type { SendingTurns } from '../sending/turns';
import type { BookingsToTell } from './booking-facts';
import type { MessageWriter } from './message-writer';
import type { Recipients } from './recipients';
import { MessageSender } from './send-messages';

const NOW = instant('2027-03-31T01:00:00Z');
const MINUTE = 60_000;

/** Sends a message of that kind when the line of mails is a minute long. */
async function sent(kind: Kind): Promise<{ sent: number; again: readonly unknown[] | undefined }> {
  const send = jest.fn(async () => 'provider-id');
  const state = {
    status: 'active',
    businessId: newUuid(),
    notice: { kind, facts: { heldUntil: plusMs(NOW, MINUTE) } },
    deliveries: { email: { status: 'queued', attempts: 0, reason: null } },
  };
  const sender = new MessageSender(
    { load: async () => ({ state, createdAt: NOW }) } as unknown as AggregateStore,
    { execute: async () => undefined } as unknown as Commands,
    {} as BookingsToTell,
    { find: async () => ({ email: 'hanako@example.com', phone: null }) } as unknown as Recipients,
    { mail: async () => ({}) } as unknown as MessageWriter,
    { isLimited: true, send } as unknown as MailPort,
    {} as SmsPort,
    { next: async () => ({ wait: MINUTE, stood: 'own' }) } as unknown as SendingTurns,
    { sending: { provider: 'smtp' } } as NotificationsOptions,
  );
  const data = { notificationId: newUuid(), attempt: 1 };
  const context = systemContext('spec');
  const due = { data, now: NOW, context, signal: new AbortController().signal } as unknown as DueJob<typeof data>;
  const again = await sender.send('email', due);
  return { sent: send.mock.calls.length, again };
}

it.each(['email_verification', 'waitlist_offer'] as const)('%s goes past the line of mails', async (kind) => {
  expect(await sent(kind)).toEqual({ sent: 1, again: undefined });
});

it.each(['booking_confirmed', 'waitlist_lapsed'] as const)('%s stands in it', async (kind) => {
  expect(await sent(kind)).toMatchObject({ sent: 0, again: [{ at: plusMs(NOW, MINUTE) }] });
});
