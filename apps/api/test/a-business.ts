import { JwtService } from '@nestjs/jwt';
import { ROLES, type Role } from '@yoyaku/business';
import { Commands, systemContext } from '@yoyaku/eventing';
import { TOKEN_ALGORITHM, TOKEN_ISSUER } from '@yoyaku/identity';
import { localDate, newUuid, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { User } from '../../../libs/identity/src/domain/user.decider';
import type { ApiUnderTest, Method, Reply } from './api-under-test';

/** Somebody with a token; made without a password, so that it costs nothing. */
export interface Person {
  readonly id: string;
  readonly token: string;
}

export async function somebody(api: ApiUnderTest, role: 'user' | 'auditor' | 'admin' = 'user'): Promise<Person> {
  const userId = newUuid();
  const data = { userId, name: role, email: `${userId}@example.com`, locale: 'en', role };
  await api.app
    .get(Commands)
    .execute(User, userId, { type: 'RegisterUser', data }, systemContext('spec'), 'assumeEmpty');
  return { id: userId, token: tokenOf(api, userId) };
}

/** An access token of that user, good for so many seconds. */
export const tokenOf = (api: ApiUnderTest, userId: string, expiresIn = 900): string =>
  new JwtService().sign(
    { sub: userId, sid: newUuid(), email: null, role: 'user' },
    { secret: api.config.jwtSecret, algorithm: TOKEN_ALGORITHM, issuer: TOKEN_ISSUER, expiresIn },
  );

/** An approved salon in Tokyo with these hours every day, bookable on the hour; asked as its owner. */
export async function anOpenSalon(
  api: ApiUnderTest,
  ...spans: readonly (readonly [opens: string, closes: string])[]
): Promise<{ readonly businessId: Uuid; readonly owner: Person; readonly asOwner: AsOwner }> {
  const owner = await somebody(api);
  const asOwner: AsOwner = (method, path, body) => must(api.call(method, path, { token: owner.token, body }));
  const founding = { name: 'Salon', slug: `salon-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
  const businessId = (await asOwner('POST', '/owner/businesses', founding)).body.id;
  await asOwner('PUT', `/owner/businesses/${businessId}/hours`, { hours: daily(...spans) });
  await asOwner('PUT', `/owner/businesses/${businessId}/settings`, { slotIntervalMinutes: 60 });
  const { token } = await api.admin();
  await must(api.insist('POST', `/admin/businesses/${businessId}/approve`, { token, body: {} }));
  return { businessId, owner, asOwner };
}

type AsOwner = (method: Method, path: string, body?: object) => Promise<Reply>;

/** The reply to what must not be refused. */
export async function must(reply: Promise<Reply>): Promise<Reply> {
  const { status, text } = await reply;
  if (status >= 300) throw new Error(`${status} ${text}`);
  return reply;
}

export const daily = (...spans: readonly (readonly [opens: string, closes: string])[]) =>
  [1, 2, 3, 4, 5, 6, 7].flatMap((day) => spans.map(([opens, closes]) => ({ day, opens, closes })));

/** Assigns somebody as a person with that token does, and accepts it in their name: the answer to that. */
export async function employed(api: ApiUnderTest, token: string, assignment: Assignment): Promise<Reply> {
  const { body, headers } = await must(api.call('POST', '/staff/assignments', { token, body: assignment }));
  const accepting = {
    token: tokenOf(api, assignment.userId),
    body: {},
    headers: { 'if-match': headers.etag as string },
  };
  return must(api.call('POST', `/staff/assignments/${body.id}/accept`, accepting));
}

interface Assignment {
  readonly businessId: string;
  readonly userId: string;
  readonly role: string;
  readonly locationIds?: readonly string[];
}

/** A business with one of everything, and somebody in every role. */
export interface ABusiness {
  readonly people: Readonly<Record<Role, Person>>;
  /** The id of its one thing of each category, itself included. */
  readonly things: Readonly<Record<string, string>>;
  /** In which its service can be booked: noon in Tokyo. */
  readonly start: string;
}

export async function aBusiness(api: ApiUnderTest, admin: Person): Promise<ABusiness> {
  const people = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await somebody(api)] as const)),
  ) as Record<Role, Person>;
  const { owner } = people;
  const as =
    ({ token }: Person) =>
    async (method: Method, path: string, body: object = {}): Promise<Reply['body']> => {
      const reply = await api.insist(method, path, { token, body });
      if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
      return reply.body;
    };
  const asOwner = as(owner);
  const slug = `salon-${newUuid()}`;
  const founding = { name: 'Salon', slug, timeZone: 'Asia/Tokyo', currency: 'JPY' };
  const { id: business } = await asOwner('POST', '/owner/businesses', founding);
  const hours = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, opens: '00:00', closes: '24:00' }));
  await asOwner('PUT', `/owner/businesses/${business}/hours`, { hours });
  await as(admin)('POST', `/admin/businesses/${business}/approve`);
  let member = '';
  for (const role of ROLES.filter((role) => role !== 'owner')) {
    const assignment = { businessId: business, userId: people[role].id, role };
    member = (await employed(api, owner.token, assignment)).body.id;
  }
  const { id: location } = await asOwner('POST', `/owner/businesses/${business}/locations`, { name: 'Main' });
  const { id: resource } = await asOwner('POST', '/owner/resources', {
    businessId: business,
    kind: 'staff',
    name: 'Yuki',
  });
  const date = plusDays(localDate(now(), 'UTC'), 3);
  const { id: exception } = await asOwner('POST', '/staff/exceptions', {
    resourceId: resource,
    date: plusDays(date, 30),
    kind: 'off',
  });
  const { id: service } = await asOwner('POST', '/owner/services', {
    businessId: business,
    name: 'Cut',
    durationMinutes: 60,
    price: { amount: 8000, currency: 'JPY' },
    requirements: [{ anyOf: [resource] }],
  });
  const policy = (await asOwner('POST', '/policies', { businessId: business, name: 'A day', freeUntilHours: 24 })).id;
  const { id: customer } = await asOwner('POST', '/customers', { businessId: business, name: 'Hanako' });
  const note = (await asOwner('POST', '/customers/notes', { customerId: customer, kind: 'general', text: 'Tea' })).id;
  const start = `${date}T03:00:00Z`;
  const booking = (
    await asOwner('POST', '/bookings', { businessId: business, serviceId: service, start, customerId: customer })
  ).id;
  return {
    people,
    things: {
      business,
      member,
      location,
      resource,
      exception,
      service,
      policy,
      customer,
      note,
      booking,
      slug,
      user: owner.id,
    },
    start,
  };
}
