import type { AggregateStore } from '@yoyaku/eventing';
import type { IdentityFacts } from '@yoyaku/identity';
import { type Instant, instant, newUuid } from '@yoyaku/kernel';
import type { Notifier } from '../application/notifier';
import type { NotificationsOptions } from '../notifications.options';
import { TellUsers, trialEndings } from './account-messages';

const [userId, businessId] = [newUuid(), newUuid()];
const causes: unknown[] = [];
const notices: unknown[] = [];
const NOW = instant('2027-04-01T00:00:00Z');

/** The channels that take the place of others, for each message that is asked for. */
async function told(
  kind: 'welcome' | 'invitation' | 'trial_ending',
  {
    event = 'StaffInvited',
    requireVerifiedEmail = false,
    status = 'pending',
    facts = {},
    subscription = {},
    membership = 'invited',
    declinedAt,
    at = NOW,
  }: {
    event?: string;
    requireVerifiedEmail?: boolean;
    status?: string;
    facts?: object;
    subscription?: object;
    membership?: string;
    declinedAt?: Instant;
    at?: Instant;
  },
): Promise<unknown[]> {
  const asked: unknown[] = [];
  const tellUsers = new TellUsers(
    {
      history: async function* () {
        if (declinedAt) yield { type: 'StaffInvitationDeclined', at: declinedAt };
      },
    } as unknown as AggregateStore,
    {
      business: async () => ({ status, businessId, name: 'Salon', ownerId: userId, subscription }),
      membership: async () => ({ status: membership, memberId: newUuid(), role: 'assistant' }),
    } as never,
    { user: async () => ({ status: 'active', userId, role: 'user', locale: 'ja' }) } as unknown as IdentityFacts,
    {
      tell: async (...given: unknown[]) => asked.push(given[4]) && causes.push(given[2]) && notices.push(given[1]),
    } as unknown as Notifier,
    { requireVerifiedEmail } as NotificationsOptions,
  );
  const data = { userId, businessId: kind === 'welcome' ? null : businessId, kind, facts };
  const cause = { id: newUuid(), type: event, at };
  await tellUsers.run({ data, cause, now: at, context: {} } as Parameters<typeof tellUsers.run>[0]);
  return asked;
}

describe('people', () => {
  it('are welcomed once: after the proof of their address, where that is required', async () => {
    for (const requireVerifiedEmail of [true, false]) {
      expect(await told('welcome', { event: 'UserRegistered', requireVerifiedEmail })).toHaveLength(
        requireVerifiedEmail ? 0 : 1,
      );
      expect(await told('welcome', { event: 'EmailVerified', requireVerifiedEmail })).toHaveLength(
        requireVerifiedEmail ? 1 : 0,
      );
    }
  });

  it('are invited by e-mail only by a business that was approved', async () => {
    expect(await told('invitation', { status: 'pending' })).toEqual([{ email: 'app' }]);
    expect(await told('invitation', { status: 'approved' })).toEqual([{}]);
  });

  it('are invited only while they may still accept', async () => {
    for (const membership of ['none', 'active', 'declined', 'terminated'])
      expect(await told('invitation', { membership })).toEqual([]);
  });

  it('are invited once a day, to what it is by then', async () => {
    causes.length = notices.length = 0;
    for (const time of ['00:00', '23:59']) {
      const at = instant(`2027-04-01T${time}:00Z`);
      await told('invitation', { facts: { role: 'staff', assignmentId: 'a' }, at });
    }
    expect(causes).toEqual(Array(2).fill(`${businessId} 2027-04-01`));
    expect(notices).toMatchObject(Array(2).fill({ facts: { role: 'assistant', assignmentId: 'a' } }));
    await told('invitation', { event: 'StaffAssignmentChanged', at: instant('2027-04-02T00:00:00Z') });
    expect(causes.at(-1)).toBe(`${businessId} 2027-04-02`);
  });

  it('are told of no invitation for thirty days after they declined one', async () => {
    const declinedAt = instant('2027-03-02T00:00:01Z');
    expect(await told('invitation', { declinedAt })).toEqual([]);
    expect(await told('invitation', { declinedAt: instant('2027-03-02T00:00:00Z') })).toHaveLength(1);
  });

  it('are told of a trial’s end only while it lies ahead', async () => {
    const endsAt = instant('2027-04-02T00:00:00Z');
    const ending = (at: Instant, subscription: object) => told('trial_ending', { facts: { endsAt: at }, subscription });
    expect(await ending(endsAt, { state: 'trial', endsAt, cancelledAt: null })).toHaveLength(1);
    expect(await ending(endsAt, { state: 'trial', endsAt, cancelledAt: NOW })).toEqual([]);
    expect(await ending(NOW, { state: 'trial', endsAt: NOW, cancelledAt: null })).toEqual([]);
    expect(
      await ending(endsAt, { state: 'trial', endsAt: instant('2027-05-01T00:00:00Z'), cancelledAt: null }),
    ).toEqual([]);
    expect(await ending(endsAt, { state: 'active', endsAt: null, cancelledAt: null })).toEqual([]);
  });

  it('are told once of an end that was moved and moved back', async () => {
    const endsAt = instant('2027-04-02T00:00:00Z');
    const data = { businessId, state: 'trial', endsAt };
    const changed = { data } as Parameters<NonNullable<typeof trialEndings.on.SubscriptionChanged>>[0];
    expect(trialEndings.on.SubscriptionChanged?.(changed)).toMatchObject([{ key: `${businessId} ${endsAt}` }]);
    causes.length = 0;
    const subscription = { state: 'trial', endsAt, cancelledAt: null };
    for (let i = 0; i < 2; i++) await told('trial_ending', { facts: { endsAt }, subscription });
    expect(causes).toEqual(Array(2).fill(`${businessId} ${endsAt}`));
  });
});
