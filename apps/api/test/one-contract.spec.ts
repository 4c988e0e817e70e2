import { isDeepStrictEqual } from 'node:util';
import { calendarDate, newUuid, plusDays } from '@yoyaku/kernel';
import { everyRoute } from '../src/http/conventions/access/every-route';
import { type ABusiness, aBusiness, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/**
 * A resource looks the same from a command and from a query, under the same tag, and the query's `ETag` is what a command
 * on it can be made conditional on. Which resources there are, the routes say: a query and a command of the same path.
 */
let api: ApiUnderTest;
let admin: Person;
let salon: ABusiness;

beforeAll(async () => {
  api = await ApiUnderTest.start({ OUTBOUND_ALLOW: '127.0.0.1' });
  admin = await somebody(api, 'admin');
  salon = await aBusiness(api, admin);
});
afterAll(() => api.stop());

interface Made {
  readonly answer: Reply;
  /** Of the path, but for `id` where the answer has it. */
  readonly params?: Readonly<Record<string, string>>;
}

interface Resource {
  /** Makes one, or brings it to where queries show it. */
  readonly make: () => Promise<Made>;
  /** Bodies of its PUT or PATCH that each change something; none where there is no such command. */
  readonly changes: readonly [] | readonly [object, object];
  /** Its revision stays: what becomes of it is in the streams of others. */
  readonly isFixed?: boolean;
  /** What is in the body of each besides. */
  readonly body?: () => object;
  /** Who changes it, where that is not who is shown it. */
  readonly changedBy?: () => Person;
  /** Who is shown it, where that is not the owner of the business. */
  readonly shownTo?: () => Person;
  /** Where the query has a path of its own. */
  readonly query?: string;
}

const as = ({ token }: Person, method: Method, path: string, body?: object, headers?: Record<string, string>) =>
  api.call(method, path, { token, body, headers });

async function asOwner(method: Method, path: string, body: object): Promise<Reply> {
  const reply = await as(salon.people.owner, method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.text}`);
  return reply;
}

/** The answer to that request is the resource, below that parameter's name. */
const made = async (path: string, body: object, param = 'id', others = {}): Promise<Made> => {
  const answer = await asOwner('POST', path, body);
  return { answer, params: { ...others, [param]: answer.body.id } };
};

let days = 3;
/** A moment at noon in Tokyo that nothing else here takes. */
const someday = (): string => `${plusDays(calendarDate(salon.start.slice(0, '2027-01-01'.length)), ++days)}T03:00:00Z`;
const allDay = (day: number) => ({ day, starts: '00:00', ends: '24:00' });
const opened = (day: number) => ({ day, opens: '00:00', closes: '24:00' });
const anHourLater = (at: string): string => at.replace('T03', 'T04');

const FOUNDING = { name: 'Spa', timeZone: 'Asia/Tokyo', currency: 'JPY' };

const RESOURCES: Readonly<Record<string, Resource | readonly Resource[]>> = {
  '/businesses/:id': {
    make: () => made('/owner/businesses', { ...FOUNDING, slug: `spa-${newUuid()}` }),
    changes: [{ name: 'Spa Mori' }, { description: 'By the river' }],
  },
  '/businesses/:id/hours': partOfBusiness(
    'hours',
    { hours: [opened(2), opened(1)] },
    { hours: [opened(5)] },
    { hours: [7, 1, 2, 3, 4, 5, 6].map(opened) },
  ),
  '/businesses/:id/settings': partOfBusiness(
    'settings',
    { holdMinutes: 11 },
    { minNoticeMinutes: 5 },
    { reminderHours: [12] },
  ),
  '/businesses/:id/holidays': partOfBusiness(
    'holidays',
    { holidays: [{ date: '2030-01-01', name: 'New Year' }] },
    { holidays: [] },
    { holidays: [{ date: '2030-01-02', name: 'Rest' }] },
  ),
  '/businesses/:id/subscription': {
    make: async () => {
      const id = (await made('/owner/businesses', { ...FOUNDING, slug: `spa-${newUuid()}` })).answer.body.id;
      const path = `/admin/businesses/${id}/subscription`;
      return { answer: await must(as(admin, 'PUT', path, { state: 'active' })), params: { id } };
    },
    changes: [{ state: 'past_due' }, { state: 'active', endsAt: '2199-01-01T00:00:00Z' }],
    changedBy: () => admin,
  },
  '/verticals/:id': {
    make: async () => {
      const answer = await must(as(admin, 'POST', '/admin/verticals', { name: 'Hair' }));
      return { answer, params: { id: answer.body.id } };
    },
    changes: [{ name: 'Hair salons' }, { description: 'And beards' }],
    changedBy: () => admin,
  },
  '/businesses/:id/roles': partOfBusiness(
    'roles',
    { items: [{ role: 'desk', permissions: ['bookings:*'] }] },
    { items: [] },
    { items: [{ role: 'staff', permissions: ['business:read', 'bookings:read'] }] },
  ),
  '/businesses/:id/roles/:role': {
    make: async () => {
      const { business: id = '' } = salon.things;
      const path = `/owner/businesses/${id}/roles/concierge`;
      return { answer: await asOwner('PUT', path, { permissions: ['audit:read'] }), params: { id, role: 'concierge' } };
    },
    changes: [{ permissions: [] }, { permissions: ['notes:*'] }],
  },
  '/businesses/:id/locations/:locationId': {
    make: () => {
      const { business: id } = salon.things;
      return made(`/owner/businesses/${id}/locations`, { name: 'Ginza' }, 'locationId', { id });
    },
    changes: [{ name: 'Shibuya' }, { phone: '+81312345678' }],
  },
  '/staff/assignments/:id': {
    make: async () =>
      made('/staff/assignments', {
        businessId: salon.things.business,
        userId: (await somebody(api)).id,
        role: 'staff',
      }),
    changes: [{ role: 'manager' }, { specializations: ['color'] }],
  },
  '/auth/api-keys/:id': {
    make: async () => {
      const { answer, params } = await made('/auth/api-keys', {
        businessId: salon.things.business,
        name: 'Till',
        permissions: ['bookings:read'],
      });
      const { key: _, ...body } = answer.body;
      return { answer: { ...answer, body }, params };
    },
    changes: [],
    isFixed: true,
  },
  '/services/:id': {
    make: () =>
      made('/owner/services', {
        businessId: salon.things.business,
        name: 'Colour',
        durationMinutes: 90,
        price: { amount: 9000, currency: 'JPY' },
      }),
    changes: [{ name: 'Color' }, { durationMinutes: 60 }],
  },
  '/resources/:id': {
    make: () => made('/owner/resources', { businessId: salon.things.business, kind: 'room', name: 'Room' }),
    changes: [{ name: 'Quiet room' }, { capacity: 2 }],
  },
  '/resources/:id/blocks/:blockId': {
    make: () => {
      const { resource: id } = salon.things;
      const start = someday();
      const block = { start, end: anHourLater(start), reason: 'Lunch' };
      return made(`/resources/${id}/blocks`, block, 'blockId', { id });
    },
    changes: [],
  },
  '/resources/:id/calendars/:calendarId': {
    make: () => {
      const { resource: id } = salon.things;
      return made(`/resources/${id}/calendars`, { url: 'http://127.0.0.1:1/calendar.ics' }, 'calendarId', { id });
    },
    changes: [],
  },
  '/staff/working-hours': {
    query: '/staff/working-hours/:id',
    make: async () => {
      const { resource: id } = salon.things;
      const hours = [
        { day: 2, starts: '09:00', ends: '17:00' },
        { day: 1, starts: '09:00', ends: '17:00' },
      ];
      return {
        answer: await asOwner('PUT', '/staff/working-hours', { resourceId: id, hours }),
        params: { id: `${id}` },
      };
    },
    changes: [{ hours: [7, 1, 2, 3, 4, 5].map(allDay) }, { hours: [1, 2, 3, 4, 5, 6, 7].map(allDay) }],
    body: () => ({ resourceId: salon.things.resource }),
  },
  '/staff/exceptions/:id': {
    make: () => {
      const day = { date: someday().slice(0, '2027-01-01'.length), kind: 'off' };
      return made('/staff/exceptions', { resourceId: salon.things.resource, ...day });
    },
    changes: [{ kind: 'hours', hours: [{ starts: '09:00', ends: '12:00' }] }, { kind: 'off' }],
  },
  '/policies/:id': {
    make: () => made('/policies', { businessId: salon.things.business, name: 'Strict', freeUntilHours: 48 }),
    changes: [{ name: 'Stricter' }, { lateFee: { percent: 50 } }],
  },
  '/customers/:id': {
    make: () => made('/customers', { businessId: salon.things.business, name: 'Hanako', tags: ['vip'] }),
    changes: [{ name: 'Hana' }, { status: 'inactive', tags: ['regular'] }],
  },
  '/customers/notes/:id': {
    make: () => made('/customers/notes', { customerId: salon.things.customer, kind: 'allergy', text: 'Nuts' }),
    changes: [{ text: 'No nuts' }, { shared: true }],
  },
  '/bookings/:id': [
    {
      make: () => {
        const { business: businessId, service: serviceId, customer: customerId } = salon.things;
        return made('/bookings', { businessId, serviceId, customerId, start: someday(), note: 'By the window' });
      },
      changes: [{ note: 'By the door' }, { note: null }],
    },
    {
      make: () => {
        const start = someday();
        return made('/bookings', { title: 'Dentist', start, end: anHourLater(start) });
      },
      changes: [{ title: 'Dr. Sato' }, { title: 'Dr. Ito' }],
    },
  ],
  '/appointments/:id': {
    make: () => {
      const start = someday();
      return made('/appointments', { title: 'Dentist', start, end: anHourLater(start) });
    },
    changes: [{ title: 'Dr. Sato' }, { title: 'Dr. Ito' }],
  },
  '/notifications/:id': {
    make: async () => {
      const news = { userId: salon.people.owner.id, title: 'News', message: 'We move', channels: ['app'] };
      const answer = await as(admin, 'POST', '/notifications', news);
      return { answer, params: { id: answer.body.id } };
    },
    changes: [{ title: 'Old news' }, { message: 'We have moved' }],
    changedBy: () => admin,
  },
  '/notifications/preferences': {
    make: async () => {
      const items = [{ kind: 'booking_received', channels: ['email'] }];
      return { answer: await asOwner('PUT', '/notifications/preferences', { items }) };
    },
    changes: [
      { items: [{ kind: 'booking_reminder', channels: ['app'] }] },
      { items: [{ kind: 'booking_reminder', channels: [] }] },
    ],
  },
  '/bookings/series/:id': {
    make: () => {
      const { business: businessId, service: serviceId, customer: customerId } = salon.things;
      const weekly = { start: someday(), rrule: 'FREQ=WEEKLY;COUNT=2', mode: 'available' };
      return made('/bookings/series', { businessId, serviceId, customerId, ...weekly });
    },
    changes: [],
    isFixed: true,
  },
  '/users/:id': {
    make: async () => {
      const { id } = await somebody(api);
      return { answer: await must(as(admin, 'PATCH', `/users/${id}`, { role: 'auditor' })), params: { id } };
    },
    changes: [{ role: 'user' }, { disabled: true }],
    changedBy: () => admin,
    shownTo: () => admin,
  },
  '/waitlist/:id': {
    make: () => {
      const { business: businessId, service: serviceId, customer: customerId } = salon.things;
      waits += 1;
      const dates = { from: '2040-01-01', to: `2040-01-${String(waits).padStart(2, '0')}` };
      return made('/waitlist', { businessId, serviceId, customerId, ...dates });
    },
    changes: [],
  },
  '/users/me': {
    make: async () => ({ answer: await asOwner('PATCH', '/users/me', { name: 'Owner' }) }),
    changes: [{ name: 'Hanako' }, { locale: 'ja' }],
  },
};

/** Nobody waits for the very same twice. */
let waits = 0;

/** What is no stream of events, and so has no revision. */
const WITHOUT_REVISION = ['/audit/verifications/:id', '/projections/:name', '/projections/:name/rebuild'];

function partOfBusiness(name: string, first: object, ...changes: [object, object]): Resource {
  return {
    make: async () => {
      const { business: id = '' } = salon.things;
      return { answer: await asOwner('PUT', `/owner/businesses/${id}/${name}`, first), params: { id } };
    },
    changes,
  };
}

const CHANGING = ['PUT', 'PATCH', 'DELETE'];

const revisionIn = (reply: Reply | undefined): string | undefined =>
  /^"(\d+)-[\w-]{12}"$/.exec(`${reply?.headers.etag}`)?.[1];

/** The same thing has the same path, whoever may ask for it there. */
const nameOf = (path: string): string => path.replace(/^\/(owner|admin)(?=\/)/, '');

const filled = (path: string, params: Readonly<Record<string, string>> = {}): string =>
  path.replace(/:(\w+)/g, (_, name) => params[name] ?? '');

function routesOf(name: string, methods: readonly string[]): [Method, string][] {
  return everyRoute(api.app)
    .filter(({ method, path }) => nameOf(path) === name && methods.includes(method))
    .map(({ method, path }) => [method as Method, path]);
}

const all = Object.entries(RESOURCES).flatMap(([name, resources]) =>
  [resources].flat().map((resource): [string, Resource] => [name, resource as Resource]),
);

test(`these ${Object.keys(RESOURCES).length} are all that have a query and a command`, () => {
  const named = (methods: readonly string[]) =>
    everyRoute(api.app)
      .filter(({ method }) => methods.includes(method))
      .map(({ path }) => nameOf(path));
  const queried = new Set(named(['GET']));
  const both = [...new Set(named(CHANGING))].filter((name) => queried.has(name) && !WITHOUT_REVISION.includes(name));
  expect(Object.keys(RESOURCES).toSorted()).toEqual(both.toSorted());
});

describe.each(all)('%s', (name, { make, changes, isFixed, body, query, changedBy, shownTo }) => {
  const owner = () => salon.people.owner;
  const changer = changedBy ?? owner;

  /** What every query of it answers, once read models have what that command did. */
  async function queried({ answer, params }: Made): Promise<Reply[]> {
    const seen = { 'x-min-position': answer.headers['x-event-position'] as string, prefer: 'wait=10' };
    const paths = query ? [query] : routesOf(name, ['GET']).map(([, path]) => path);
    return Promise.all(
      paths.map((path) =>
        as(path.startsWith('/admin') ? admin : (shownTo ?? owner)(), 'GET', filled(path, params), undefined, seen),
      ),
    );
  }

  /** A public query may show less, under another tag of the same revision. */
  async function expectSame(thing: Made): Promise<string> {
    const replies = await queried(thing);
    const { headers } = thing.answer;
    // What a command says of bookings is no part of the thing.
    const { affected: _, affectedCount: __, ...body } = thing.answer.body;
    for (const shown of replies) {
      expect(shown.status).toBe(200);
      expect(body).toMatchObject(shown.body);
      expect(revisionIn(shown)).toBe(revisionIn(thing.answer));
      expect(shown.headers.etag === headers.etag).toBe(isDeepStrictEqual(shown.body, body));
    }
    expect(replies.map((shown) => shown.body)).toContainEqual(body);
    return headers.etag as string;
  }

  it('is the same from command and query, and changes under the tag that the query gave, once', async () => {
    const thing = await make();
    let etag = await expectSame(thing);
    for (const change of changes) {
      for (const [method, path] of routesOf(name, ['PUT', 'PATCH'])) {
        const place = filled(path, thing.params);
        const given = { ...body?.(), ...change };
        const answer = await as(changer(), method, place, given, { 'if-match': etag });
        expect([method, path, answer.status, answer.text]).toEqual([method, path, 200, expect.anything()]);
        const before = etag;
        etag = await expectSame({ ...thing, answer });
        // Where the command has two names, the second changes nothing.
        if (etag === before) continue;
        const late = await as(changer(), method, place, given, { 'if-match': before });
        expect([late.status, late.body.code]).toEqual([412, 'concurrency.conflict']);
      }
    }
    const removal = routesOf(name, ['DELETE'])[0];
    if (!removal) return;
    if (changes.length === 0 && !isFixed) {
      // What lives in another's stream moves with it.
      const before = etag;
      const answer = (await make()).answer;
      const [reply] = await queried({ ...thing, answer });
      etag = reply?.headers.etag as string;
      expect(revisionIn(reply)).toBe(revisionIn(answer));
      const late = await as(owner(), 'DELETE', filled(removal[1], thing.params), {}, { 'if-match': before });
      expect(late.status).toBe(412);
    }
    const gone = await as(
      removal[1].startsWith('/admin') ? admin : owner(),
      'DELETE',
      filled(removal[1], thing.params),
      {},
      { 'if-match': etag },
    );
    expect([200, 204]).toContain(gone.status);
    // What is gone for good answers with the bookings that it leaves, if with anything.
    if (gone.body?.id) await expectSame({ ...thing, answer: gone });
  });
});

/** Members of answers that are not always there. */
const OPTIONAL = {
  BookingView: ['attention', 'business', 'customer', 'resources', 'service'],
  CalendarWarningView: ['count', 'rule', 'timeZone'],
  Check: ['path', 'reason', 'relaying'],
  FeeView: ['amount', 'percent'],
  FieldErrorView: ['earliest', 'latest', 'limit', 'maximum', 'minimum'],
  ProblemView: [
    'clashes',
    'currentRevision',
    'currentStatus',
    'earliest',
    'errors',
    'id',
    'latest',
    'limit',
    'maximum',
    'minimum',
    'offers',
  ],
  ReasonView: [
    'bookingId',
    'cause',
    'earliest',
    'end',
    'latest',
    'locationId',
    'maximum',
    'remaining',
    'resourceId',
    'start',
  ],
  ResourceView: ['userId'],
};

describe('the schemas of answers', () => {
  interface Schema {
    readonly properties?: Readonly<Record<string, object>>;
    readonly required?: readonly string[];
  }
  type Bodies = Readonly<Record<string, { readonly requestBody?: object; readonly responses: object }>>;

  /** Names of the schemas that these refer to, directly or through others. */
  function schemasIn(part: unknown, schemas: Readonly<Record<string, Schema>>, found = new Set<string>()): Set<string> {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (found.has(name)) continue;
      schemasIn(schemas[name], schemas, found.add(name));
    }
    return found;
  }

  async function described() {
    const { paths, components } = (await api.call('GET', '//docs/openapi.json')).body;
    const operations = Object.values<Bodies>(paths).flatMap((item) => Object.values(item));
    const { schemas } = components;
    return {
      schemas,
      requests: schemasIn(
        operations.map(({ requestBody = {} }) => requestBody),
        schemas,
      ),
      answers: schemasIn([operations.map(({ responses }) => responses), components.responses], schemas),
    };
  }

  it('are no schemas of requests, which say what is let in', async () => {
    const { requests, answers } = await described();
    expect([...answers].filter((name) => name.endsWith('Body') || requests.has(name))).toEqual([]);
    expect([...requests].filter((name) => !name.endsWith('Body'))).toEqual([]);
  });

  it('require each member, but for those that some answers leave out', async () => {
    const { schemas, answers } = await described();
    const optional = [...answers].toSorted().flatMap((name) => {
      const { properties = {}, required = [] } = schemas[name] as Schema;
      const members = Object.keys(properties).filter((member) => !required.includes(member));
      return members.length > 0 ? [[name, members.toSorted()]] : [];
    });
    expect(Object.fromEntries(optional)).toEqual(OPTIONAL);
  });
});

describe('what is shown of a resource that other streams change', () => {
  const shown = async (path: string, { headers }: Reply) =>
    as(salon.people.owner, 'GET', path, undefined, {
      'x-min-position': headers['x-event-position'] as string,
      prefer: 'wait=10',
    });

  async function expectOtherTag(path: string, before: Reply, cause: Reply, change: object, difference: object) {
    const after = await shown(path, cause);
    expect(after.body).toEqual({ ...before.body, ...difference });
    expect(after.headers.etag).not.toBe(before.headers.etag);
    // The command is about what its stream says, which has not changed.
    const etag = before.headers.etag as string;
    expect((await as(salon.people.owner, 'PUT', path, change, { 'if-match': etag })).status).toBe(200);
  }

  it('has another tag with each booking that a customer’s record counts', async () => {
    const { business: businessId, service: serviceId } = salon.things;
    const { answer } = await made('/customers', { businessId, name: 'Jiro' });
    const path = `/customers/${answer.body.id}`;
    const before = await shown(path, answer);
    const request = { businessId, serviceId, customerId: answer.body.id, start: someday() };
    const booked = await asOwner('POST', '/bookings', request);
    await expectOtherTag(path, before, booked, { name: 'Jiro S.' }, { bookings: 1 });
  });

  it('has another tag once another policy is the default', async () => {
    const policy = { businessId: salon.things.business, name: 'Usual', freeUntilHours: 24, isDefault: true };
    const { answer } = await made('/policies', policy);
    const path = `/policies/${answer.body.id}`;
    const before = await shown(path, answer);
    const other = await asOwner('POST', '/policies', { ...policy, name: 'Other' });
    await expectOtherTag(path, before, other, { name: 'Once usual' }, { isDefault: false });
  });
});
