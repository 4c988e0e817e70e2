import { granted, grantsOf, KEY_GRANTS, type Role, type Standing } from '@yoyaku/business';
import { EventStoreDb } from '@yoyaku/eventing';
import { newUuid, type Uuid } from '@yoyaku/kernel';
import { type ABusiness, aBusiness, employed, must, type Person, somebody, tokenOf } from '../a-business';
import type { ApiUnderTest } from '../api-under-test';

/** A thing, and what rights to it depend on. */
export interface Thing {
  readonly id: string;
  /** The user whom it is about. */
  readonly owner?: string;
  /** The member who looks after it. */
  readonly assignee?: string;
  /** The locations where it is; absent for what belongs to the business as a whole. */
  readonly places?: readonly string[];
}

/** One thing of each kind, all of one business, at one location and of one customer. */
export interface Belongings {
  readonly name: string;
  readonly businessId: string;
  readonly things: Readonly<Record<string, Thing>>;
}

/** Somebody who asks, and what they are. */
export interface Asker {
  readonly name: string;
  readonly id: string | null;
  /** A new one each time, of a session of its own, so that no request ends another's. */
  readonly token: () => string | undefined;
  readonly platform: 'user' | 'auditor' | 'admin';
  readonly standing?: Standing & { readonly businessId: string };
  /** Of an API key: who made it. */
  readonly maker?: string;
  /** Whether that is the business's owner. */
  readonly isOwners?: boolean;
}

export interface World {
  readonly askers: readonly Asker[];
  /** Of Hanako, at Ginza, and assigned to the sales representative; of Taro, at Shibuya; of another business. */
  readonly belongings: readonly Belongings[];
}

export async function aWorld(api: ApiUnderTest): Promise<World> {
  const [admin, auditor] = [await somebody(api, 'admin'), await somebody(api, 'auditor')];
  const [salon, rival] = await Promise.all([aBusiness(api, admin), aBusiness(api, admin)]);
  const [hanako, taro, keiko, stranger] = await Promise.all([0, 1, 2, 3].map(() => somebody(api)));
  const ginza = await belongingsOf(api, salon, 'Ginza', hanako as Person, salon.people.sales_rep);
  const shibuya = await belongingsOf(api, salon, 'Shibuya', taro as Person);
  const elsewhere = await belongingsOf(api, rival, 'Elsewhere', keiko as Person, rival.people.sales_rep);

  const asker = (name: string, { id }: Person, more: Partial<Asker> = {}): Asker => ({
    name,
    id,
    token: () => tokenOf(api, id),
    platform: 'user',
    ...more,
  });
  const members = ({ people, things }: ABusiness, of: string): Asker[] =>
    Object.entries(people).map(([role, person]) =>
      asker(`${role} of ${of}`, person, { standing: standingOf(things.business as string, role as Role) }),
    );
  const location = ginza.things.location?.id as string;
  const concierge = await somebody(api);
  for (const [role, permissions] of Object.entries(OWN_ROLES)) {
    const path = `/owner/businesses/${ginza.businessId}/roles/${role}`;
    await must(api.call('PUT', path, { token: salon.people.owner.token, body: { permissions } }));
  }
  const own = { businessId: ginza.businessId, userId: concierge.id, role: 'concierge' };
  await employed(api, salon.people.owner.token, own);
  const limited = (['owner', 'manager', 'staff'] as const).map(async (role) => {
    const person = await somebody(api);
    await assign(api, salon, person, role, location);
    return asker(`${role} of Ginza`, person, { standing: standingOf(ginza.businessId, role, [location]) });
  });
  const keyOf = async (
    name: string,
    maker: Person,
    { business }: ABusiness['things'],
    permissions: readonly string[],
    locationIds: readonly string[] = [],
  ): Promise<Asker> => {
    const body = { businessId: business, name, permissions, locationIds };
    const { id, key } = (await must(api.call('POST', '/auth/api-keys', { token: maker.token, body }))).body;
    const grants = granted(permissions);
    const standing = { ...standingOf(business as string, 'apikey', locationIds), grants };
    return { name, id, token: () => key, platform: 'user', standing, maker: maker.id, isOwners: maker !== concierge };
  };
  const { owner } = salon.people;
  const revoked = await keyOf('a revoked key', owner, salon.things, ['bookings:read']);
  await must(api.call('DELETE', `/auth/api-keys/${revoked.id}`, { token: owner.token }));
  const keys = await Promise.all([
    keyOf('a key of the owner', owner, salon.things, EVERYTHING),
    keyOf('a key of the owner for Ginza', owner, salon.things, LIMITED, [location]),
    keyOf('a key of the concierge', concierge, salon.things, ['bookings:*', 'customers:read_own']),
    keyOf('a key of another business', rival.people.owner, rival.things, ['bookings:*', 'customers:*', 'notes:*']),
  ]);
  return {
    belongings: [ginza, shibuya, elsewhere],
    askers: [
      nobody('nobody', () => undefined),
      nobody('an expired token', () => tokenOf(api, admin.id, -1)),
      nobody('a tampered token', () => `${admin.token.slice(0, -4)}AAAA`),
      nobody('a token of nobody', () => tokenOf(api, newUuid())),
      nobody('a revoked key', revoked.token),
      ...keys,
      asker('a stranger', stranger as Person),
      asker('Hanako', hanako as Person),
      asker('Taro', taro as Person),
      ...members(salon, 'the business'),
      asker('concierge of the business', concierge, { standing: standingOf(ginza.businessId, 'concierge') }),
      ...(await Promise.all(limited)),
      ...members(rival, 'another business'),
      asker('an auditor', auditor, { platform: 'auditor' }),
      asker('an admin', admin, { platform: 'admin' }),
    ],
  };
}

/** That the first business has: who has it looks after what is assigned, and at bookings, but not at notes. */
const OWN_ROLES = {
  concierge: ['business:read', 'bookings:*', 'customers:read_own', 'customers:write_own', 'api_keys:write'],
};

/** What keys may do, but for reading what everybody did. */
const EVERYTHING = KEY_GRANTS.filter((grant) => grant.endsWith(':*') && grant !== 'audit:*');

/** What the key for one location may do. */
const LIMITED = ['bookings:*', 'services:*', 'resources:*', 'schedules:*', 'blocks:*', 'customers:read', 'notes:read'];

const nobody = (name: string, token: Asker['token']): Asker => ({ name, id: null, token, platform: 'user' });

const standingOf = (businessId: string, role: string, locationIds: readonly string[] = []) => ({
  businessId,
  role,
  grants: grantsOf(role, { roles: OWN_ROLES, formerRoles: {} }),
  locationIds: locationIds as readonly Uuid[],
});

async function belongingsOf(
  api: ApiUnderTest,
  { people, things, start }: ABusiness,
  name: string,
  user: Person,
  rep?: Person,
): Promise<Belongings> {
  const businessId = things.business as string;
  const add = (path: string, body: object, { token } = people.owner) => added(api, token, path, body);
  const location = await add(`/owner/businesses/${businessId}/locations`, { name });
  const resource = await add('/owner/resources', { businessId, kind: 'staff', name: 'Aiko', locationId: location });
  const exception = await add('/staff/exceptions', { resourceId: resource, date: '2029-04-01', kind: 'off' });
  const times = { start: '2029-05-01T00:00:00Z', end: '2029-05-01T01:00:00Z' };
  const block = await add(`/resources/${resource}/blocks`, times);
  const outside = await add(`/resources/${resource}/calendars`, { url: 'http://127.0.0.1:1/calendar.ics' });
  const service = await add('/owner/services', {
    businessId,
    name: 'Cut',
    durationMinutes: 60,
    price: { amount: 8000, currency: 'JPY' },
    requirements: [{ anyOf: [resource] }],
    locationIds: [location],
  });
  const customer = await add('/customers', { businessId, name, assignedTo: rep?.id });
  await add(`/customers/${customer}/link-user`, { userId: user.id });
  await add(`/customers/${customer}/link-user`, { userId: user.id }, user);
  const note = await add('/customers/notes', { customerId: customer, kind: 'general', text: 'Tea', shared: true });
  // After the link: who books and is no customer yet becomes one.
  const booking = await add('/bookings', { businessId, serviceId: service, start }, user);
  const weekly = { start: anHourLater(start), rrule: 'FREQ=WEEKLY;COUNT=2', mode: 'all' };
  const series = await add('/bookings/series', { businessId, serviceId: service, ...weekly }, user);
  const dates = { from: '2040-01-01', to: '2040-01-31' };
  const ticket = await add('/waitlist', { businessId, serviceId: service, locationId: location, ...dates }, user);
  const key = await add('/auth/api-keys', { businessId, name: 'Till', permissions: ['bookings:read'] });
  const colleague = await somebody(api);
  const member = await assign(api, { people, things }, colleague, 'staff', location);
  const reader = await somebody(api);
  await assign(api, { people, things }, reader, 'staff', location);
  const calendar = await api.call('POST', `/resources/${resource}/calendar`, { token: reader.token, body: {} });
  // Whoever knows a secret address is shown what is there; nobody who asks here does, so it is looked at once.
  await api.call('GET', calendar.body.path.slice('/api/v1'.length));
  const [event] = await Array.fromAsync(api.app.get(EventStoreDb).readStream(`customer-${customer}`));
  const places = [location];
  const person = { owner: user.id, assignee: rep?.id };
  return {
    name,
    businessId,
    things: {
      business: { id: businessId },
      slug: { id: things.slug as string },
      policy: { id: things.policy as string },
      location: { id: location, places },
      resource: { id: resource, places },
      service: { id: service, places },
      exception: { id: exception, places },
      block: { id: block, places },
      calendar: { id: outside, places },
      booking: { id: booking, ...person, places },
      series: { id: series, ...person, places },
      ticket: { id: ticket, ...person, places },
      customer: { id: customer, ...person },
      note: { id: note, ...person },
      user: { id: user.id, ...person },
      apikey: { id: key },
      member: { id: member, owner: colleague.id, assignee: colleague.id, places },
      audit: { id: event?.id ?? '' },
      entity: { id: customer },
    },
  };
}

const anHourLater = (at: string): string => at.replace('T03', 'T04');

const assign = async (
  api: ApiUnderTest,
  { people, things }: Pick<ABusiness, 'people' | 'things'>,
  { id }: Person,
  role: Role,
  location: string,
): Promise<string> =>
  (
    await employed(api, people.owner.token, {
      businessId: things.business as string,
      userId: id,
      role,
      locationIds: [location],
    })
  ).body.id;

/** The id of what was added, or changed. */
async function added(api: ApiUnderTest, token: string, path: string, body: object): Promise<string> {
  const reply = await api.call('POST', path, { token, body });
  if (reply.status >= 300) throw new Error(`POST ${path}: ${reply.status} ${reply.text}`);
  return reply.body.id;
}
