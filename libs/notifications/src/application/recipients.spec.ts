import type { CustomerFacts } from '@yoyaku/customers';
import type { Accounts, IdentityFacts, PhoneCodes } from '@yoyaku/identity';
import { newUuid } from '@yoyaku/kernel';
import { channelsOf } from '../domain/kinds';
import type { NotificationsOptions } from '../notifications.options';
import { Recipients } from './recipients';

const [userId, customerId] = [newUuid(), newUuid()];
const account = { status: 'active', userId, name: 'Hanako', email: 'hanako@example.com', locale: 'ja' };
const customer = {
  status: 'customer',
  userId,
  name: 'Hanako at the salon',
  email: 'victim@example.com',
  phone: '+819012345678',
  locale: null,
  consents: [] as string[],
};
const reached = (
  kind: 'welcome' | 'email_verification' | 'password_reset',
  {
    emailVerified = false,
    requireVerifiedEmail = false,
    record = {},
  }: { emailVerified?: boolean; requireVerifiedEmail?: boolean; record?: Partial<typeof customer> | null },
) =>
  new Recipients(
    { user: async () => ({ ...account, emailVerified }) } as unknown as IdentityFacts,
    {} as Accounts,
    {} as PhoneCodes,
    { customer: async () => ({ ...customer, ...record }) } as unknown as CustomerFacts,
    { requireVerifiedEmail } as NotificationsOptions,
  ).find({
    notificationId: newUuid(),
    userId,
    customerId: record && customerId,
    locale: 'ja',
    notice: { kind, facts: {} },
  });

describe('where somebody is reached', () => {
  it('an address that nobody has proved to be theirs gets codes alone, where proof is required', async () => {
    const hidden = { emailVerified: false, requireVerifiedEmail: true };
    for (const record of [null, {}]) {
      expect(await reached('welcome', { ...hidden, record })).toMatchObject({ name: null, email: null });
      expect(await reached('welcome', { ...hidden, emailVerified: true, record })).toMatchObject({
        email: account.email,
      });
    }
    for (const kind of ['email_verification', 'password_reset'] as const)
      expect(await reached(kind, { ...hidden, record: null })).toMatchObject({ name: null, email: account.email });
  });

  it('is called by name only at a proven address', async () => {
    expect(await reached('welcome', { record: null })).toMatchObject({ name: null, email: account.email });
    expect(await reached('welcome', { record: null, emailVerified: true })).toMatchObject({ name: account.name });
  });

  it('is the address of the account, whatever its owner wrote into a business’s record', async () => {
    expect(await reached('welcome', { emailVerified: true })).toMatchObject({ email: account.email });
    const stranger = { userId: null } as unknown as typeof customer;
    expect(await reached('welcome', { record: stranger })).toMatchObject({ email: account.email });
  });

  it('is a number only where its owner agrees to texts still', async () => {
    expect(await reached('welcome', {})).toMatchObject({ phone: null });
    expect(await reached('welcome', { record: { consents: ['sms'] } })).toMatchObject({ phone: customer.phone });
  });
});

it('gives no text messages to who chose them in an earlier build', () => {
  const chosen = { kind: 'booking_confirmed', channel: 'sms', enabled: true } as const;
  expect(channelsOf('booking_confirmed', [chosen])).toEqual(['app', 'email']);
});
