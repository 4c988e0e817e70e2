import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AggregateStore, Commands, systemContext } from '@yoyaku/eventing';
import { newUuid, type Uuid } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { pino } from 'pino';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { createApi } from '../src/create-api';
import { type ABusiness, aBusiness, employed, must, type Person, somebody, tokenOf } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';
import { Follower, type FollowOptions, type Refused } from './following';

let api: ApiUnderTest;
let admin: Person;
let salon: ABusiness;
let urls: string[];
const open: Follower[] = [];

beforeAll(async () => {
  api = await ApiUnderTest.start({ CORS_ORIGINS: 'https://salon.example' }, 2);
  admin = await somebody(api, 'admin');
  salon = await aBusiness(api, admin);
  urls = await Promise.all(
    api.apps.map(async (app) => {
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    }),
  );
});
afterEach(() => {
  for (const follower of open.splice(0)) follower.cut();
});
afterAll(() => api.stop());

const follow = async (who: Person | undefined, options: FollowOptions = {}, process = 0): Promise<Follower> => {
  const follower = await Follower.events(urls[process] as string, { token: who?.token, ...options });
  open.push(follower);
  return follower;
};
const followBySocket = async (who: Person | undefined, options: FollowOptions = {}, process = 0): Promise<Follower> => {
  const follower = await Follower.socket(urls[process] as string, { token: who?.token, ...options });
  open.push(follower);
  return follower;
};
const as = ({ token }: Person, method: Method, path: string, body?: object): Promise<Reply> =>
  must(api.call(method, path, { token, body }));

let hour = 0;
/** Nobody else's time. */
const book = async (who: Person, { things, start } = salon): Promise<Reply> => {
  hour += 1;
  const at = new Date(Date.parse(start) + hour * 3_600_000).toISOString().replace('.000', '');
  return as(who, 'POST', '/bookings', { businessId: things.business, serviceId: things.service, start: at });
};
const positionOf = ({ headers }: Reply) => headers['x-event-position'] as string;

/** Until everything up to a mark is told: what is not told by then never is. */
async function caughtUp(follower: Follower, who: Person): Promise<void> {
  const told = await as(admin, 'POST', '/notifications', { userId: who.id, title: 'Mark', message: 'Mark' });
  await follower.hears('notification', { notificationId: told.body.id });
}

/** Somebody blocks its time. */
async function uncover(bookingId: Uuid): Promise<void> {
  const { known } = await api.app.get(AggregateStore).load(Booking, bookingId, 'requireLoad');
  const { holdId, resourceIds, locationId, start, end } = known;
  const place = { holdId, resourceIds, locationId, start, end };
  const causes = [{ reason: 'blocked', of: newUuid() }] as const;
  const command = { type: 'NoteUncovered', data: { place, causes, change: newUuid() } } as const;
  await api.app.get(Commands).execute(Booking, bookingId, command, systemContext('spec'));
}

describe('a booking', () => {
  it('that needs attention is told of to the business’s people, and not to its customer', async () => {
    const hanako = await somebody(api);
    const bookingId = (await book(hanako)).body.id;
    const [theirs, customers] = [await follow(salon.people.owner), await follow(hanako)];
    await uncover(bookingId);
    await theirs.hears('booking', { type: 'AttentionRaised', bookingId });
    await caughtUp(customers, hanako);
    expect(customers.told.filter(({ data }) => data.type === 'AttentionRaised')).toEqual([]);
  });

  it('of one of them is told of to that one too, as far as they may see bookings', async () => {
    const { staff, sales_rep: rep } = salon.people;
    const [seen, unseen] = [(await book(staff)).body.id, (await book(rep)).body.id];
    const [theirs, reps] = [await follow(staff), await follow(rep)];
    for (const bookingId of [seen, unseen]) await uncover(bookingId);
    for (const bookingId of [seen, unseen]) await theirs.hears('booking', { type: 'AttentionRaised', bookingId });
    await caughtUp(reps, rep);
    expect(reps.told.filter(({ data }) => data.type === 'AttentionRaised')).toEqual([]);
  });

  it('is told to its customer and to the business’s people, through every process, and to nobody else', async () => {
    const rival = await aBusiness(api, admin);
    const [hanako, stranger] = [await somebody(api), await somebody(api)];
    const { owner, staff, sales_rep: rep } = salon.people;
    const concerned = [
      await follow(hanako),
      await follow(owner, {}, 1),
      await followBySocket(staff, {}, 1),
      await follow(admin),
    ];
    const others: (readonly [Follower, Person])[] = [
      [await follow(stranger), stranger],
      [await follow(stranger, { query: `?businessId=${salon.things.business}` }), stranger],
      [await follow(rival.people.owner, {}, 1), rival.people.owner],
      [await follow(rep), rep],
      [await follow(hanako, { query: `?businessId=${rival.things.business}` }), hanako],
    ];
    const booked = await book(hanako);
    for (const follower of concerned) {
      expect(await follower.hears('booking', { bookingId: booked.body.id })).toEqual({
        event: 'booking',
        type: 'BookingRequested',
        position: positionOf(booked),
        at: expect.any(String),
        bookingId: booked.body.id,
        businessId: salon.things.business,
      });
    }
    for (const [follower, who] of others) {
      await caughtUp(follower, who);
      expect(follower.all('booking')).toEqual([]);
    }
    const [first] = concerned as [Follower];
    expect(first.told.find(({ event }) => event === 'booking')?.id).toBe(positionOf(booked));
    const { headers } = booked;
    const path = `/bookings/${booked.body.id}`;
    const seen = await api.call('GET', path, {
      token: hanako.token,
      headers: { 'x-min-position': `${headers['x-event-position']}`, prefer: 'wait=10' },
    });
    expect(seen.status).toBe(200);
  });

  it('is told as a hint at which times to ask for anew, with nothing personal', async () => {
    const [hanako, passer] = [await somebody(api), await somebody(api)];
    const { business, resource } = salon.things;
    const follower = await follow(passer, { query: `?businessId=${business}` });
    const booked = await book(hanako);
    const date = new Date(Date.parse(booked.body.start) + 9 * 3_600_000).toISOString().slice(0, 10);
    const hint = await follower.hears('availability', { resourceId: resource });
    expect(hint).toEqual({
      event: 'availability',
      position: expect.any(String),
      at: expect.any(String),
      businessId: business,
      resourceId: resource,
      serviceId: null,
      from: date,
      to: date,
    });
    await as(salon.people.owner, 'PUT', `/owner/services/${salon.things.service}`, { description: 'Shorter' });
    await follower.hears('availability', { serviceId: salon.things.service, from: null });
    expect(follower.all('booking')).toEqual([]);
  });

  it('of one’s own, and one’s appointments and notifications, come whatever one works for', async () => {
    const follower = await followBySocket(salon.people.sales_rep);
    const booked = await book(salon.people.sales_rep);
    await follower.hears('booking', { bookingId: booked.body.id });
    const body = { title: 'Dentist', start: '2040-01-01T00:00:00Z', end: '2040-01-01T01:00:00Z' };
    const planned = await as(salon.people.sales_rep, 'POST', '/bookings', body);
    await follower.hears('booking', { bookingId: planned.body.id, businessId: null, type: 'AppointmentPlanned' });
    await caughtUp(follower, salon.people.sales_rep);
    const [{ notificationId }] = follower.all('notification').slice(-1);
    await as(salon.people.sales_rep, 'PATCH', `/notifications/${notificationId}/read`);
    await follower.hears('notification', { notificationId, type: 'NotificationRead' });
  });
});

describe('whoever comes back', () => {
  it('misses nothing and is told nothing twice, in order, whichever process they come to', async () => {
    const hanako = await somebody(api);
    const booked: string[] = [];
    const told: string[] = [];
    let lastEventId: string | undefined;
    for (let round = 0; round < 4; round++) {
      const follower = await (round % 2 === 0 ? follow : followBySocket)(hanako, { lastEventId }, round % 2);
      const during = await book(hanako);
      await follower.hears('booking', { bookingId: during.body.id });
      follower.cut();
      told.push(...follower.all('booking').map(({ bookingId }) => bookingId));
      lastEventId = follower.lastEventId;
      booked.push(during.body.id, (await book(hanako)).body.id, (await book(hanako)).body.id);
    }
    const last = await follow(hanako, { query: `?lastEventId=${lastEventId}` });
    await last.until(() => last.all('booking').length === 2);
    await caughtUp(last, hanako);
    expect([...told, ...last.all('booking').map(({ bookingId }) => bookingId)]).toEqual(booked);
    expect(last.all('ready')).toEqual([{ event: 'ready', position: lastEventId }]);
  });

  it('has an id from the beginning, and is told what the process that they come to has never received', async () => {
    const hanako = await somebody(api);
    const early = await follow(hanako);
    early.cut();
    const missed = await book(hanako);
    const late = await createApi(api.config, pino({ level: 'silent' }));
    try {
      await late.listen(0, '127.0.0.1');
      const follower = await Follower.events(await late.getUrl(), { ...hanako, lastEventId: early.lastEventId });
      await follower.hears('booking', { bookingId: missed.body.id });
      follower.cut();
    } finally {
      await late.close();
    }
  });

  it.each(['0', '999999999999999999', 'nonsense', '-1'])(
    'with the id %s is told, or is told to read all anew',
    async (id) => {
      const hanako = await somebody(api);
      const follower = await follow(hanako, { lastEventId: id });
      const [first] = follower.told;
      if (id === '0') expect(first?.data).toEqual({ event: 'ready', position: '0' });
      else expect(first?.data).toMatchObject({ event: 'resync', reason: 'unknown' });
      const booked = await book(hanako);
      await follower.hears('booking', { bookingId: booked.body.id });
    },
  );

  it('is believed in the header before the address, which browsers ask for again as it was', async () => {
    const hanako = await somebody(api);
    const { position } = (await follow(hanako)).all('ready')[0];
    const follower = await follow(hanako, { lastEventId: position, query: '?lastEventId=1' });
    expect(follower.all('ready')).toEqual([{ event: 'ready', position }]);
  });
});

describe('a right', () => {
  it('that is taken away ends what is told, and one that is given begins it', async () => {
    const yuki = await somebody(api);
    const hanako = await somebody(api);
    const follower = await follow(yuki, {}, 1);
    const { owner } = salon.people;
    const body = { businessId: salon.things.business as string, userId: yuki.id, role: 'staff' };
    const assigned = await employed(api, owner.token, body);
    const seen = await book(hanako);
    await follower.hears('booking', { bookingId: seen.body.id });
    await as(owner, 'DELETE', `/staff/assignments/${assigned.body.id}/terminate`);
    const unseen = await book(hanako);
    await caughtUp(follower, yuki);
    expect(follower.all('booking').map(({ bookingId }) => bookingId)).not.toContain(unseen.body.id);
  });

  it('that goes as far as some locations shows what is there', async () => {
    const { owner } = salon.people;
    const { business, location } = salon.things;
    const other = (await as(owner, 'POST', `/owner/businesses/${business}/locations`, { name: 'Other' })).body.id;
    const [here, there] = [await somebody(api), await somebody(api)];
    for (const [who, locationId] of [
      [here, location],
      [there, other],
    ] as const) {
      const body = {
        businessId: business as string,
        userId: who.id,
        role: 'staff',
        locationIds: [locationId as string],
      };
      await employed(api, owner.token, body);
    }
    const chair = { businessId: business, kind: 'room', name: 'Chair', locationId: location };
    const resource = (await as(owner, 'POST', '/owner/resources', chair)).body.id;
    const service = (
      await as(owner, 'POST', '/owner/services', {
        businessId: business,
        name: 'Massage',
        durationMinutes: 60,
        price: { amount: 8000, currency: 'JPY' },
        requirements: [{ anyOf: [resource] }],
      })
    ).body.id;
    const [seeing, blind] = [await follow(here), await follow(there)];
    const hanako = await somebody(api);
    const booked = await book(hanako, { ...salon, things: { ...salon.things, service } });
    await seeing.hears('booking', { bookingId: booked.body.id });
    await caughtUp(blind, there);
    expect(blind.all('booking')).toEqual([]);
  });

  it('to follow ends with the session, and with the token, and says so', async () => {
    const { body } = await api.call('POST', '/auth/login', { body: await aLogin() });
    const hanako = { id: body.user.id, token: body.accessToken };
    const [events, socket] = [await follow(hanako), await followBySocket(hanako, {}, 1)];
    const brief = { id: hanako.id, token: tokenOf(api, hanako.id, 5) };
    const [briefEvents, briefSocket] = [await follow(brief), await followBySocket(brief)];
    await must(api.call('POST', '/auth/logout', { token: hanako.token, body: { refreshToken: body.refreshToken } }));
    await Promise.all([events, socket].map((follower) => follower.hears('closed', { code: 'auth.session_ended' })));
    await until(() => socket.closed !== undefined && events.closed !== undefined);
    expect(socket.closed).toEqual({ code: 4401, reason: 'auth.session_ended' });
    await Promise.all([briefEvents, briefSocket].map((one) => one.hears('closed', { code: 'auth.token_expired' })));
    await until(() => briefSocket.closed !== undefined);
    expect(briefSocket.closed).toEqual({ code: 4401, reason: 'auth.token_expired' });
  });

  it('to follow ends when the user is disabled', async () => {
    const hanako = await somebody(api);
    const [events, socket] = [await follow(hanako), await followBySocket(hanako, {}, 1)];
    await as(admin, 'PATCH', `/users/${hanako.id}`, { disabled: true });
    await until(() => socket.closed !== undefined && events.closed !== undefined);
    expect(events.all('closed')).toEqual([{ event: 'closed', code: 'auth.token_invalid' }]);
    expect(socket.closed).toEqual({ code: 4401, reason: 'auth.token_invalid' });
  });
});

async function aLogin(): Promise<{ email: string; password: string }> {
  const login = { email: `${newUuid()}@example.com`, password: 'correct horse battery' };
  await must(api.call('POST', '/auth/register', { body: { name: 'Hanako', ...login } }));
  return login;
}

const refusal = async (following: Promise<Follower>): Promise<Refused> =>
  following.then(
    () => Promise.reject(new Error('was let in')),
    (refused) => refused,
  );

describe('a ticket', () => {
  const ticketFor = async ({ token }: Person): Promise<string> =>
    (await must(api.call('POST', '/events/ticket', { token }))).body.ticket;

  it('lets in once, by either way', async () => {
    const hanako = await somebody(api);
    for (const way of [follow, followBySocket]) {
      const query = `?ticket=${await ticketFor(hanako)}`;
      const follower = await way(undefined, { query }, 1);
      await caughtUp(follower, hanako);
      expect(await refusal(way(undefined, { query }))).toMatchObject({
        status: 401,
        body: { code: 'auth.ticket_invalid' },
      });
    }
  });

  it('ends with the token that it was given for, and opens nothing else', async () => {
    const hanako = await somebody(api);
    const brief = { id: hanako.id, token: tokenOf(api, hanako.id, 5) };
    const follower = await follow(undefined, { query: `?ticket=${await ticketFor(brief)}` });
    await follower.hears('closed', { code: 'auth.token_expired' });
    const ticket = await ticketFor(hanako);
    expect((await api.call('GET', `/auth/me?ticket=${ticket}`)).status).toBe(401);
  });

  it.each(['', 'nonsense', `${newUuid()}.nonsense`])('that is none (%s) does not', async (ticket) => {
    expect((await refusal(follow(undefined, { query: `?ticket=${ticket}` }))).status).toBe(401);
  });
});

describe('the streams', () => {
  it('are told to be kept, compressed and collected by nobody on the way', async () => {
    const aborting = new AbortController();
    const { headers, status } = await fetch(`${urls[0]}/api/v1/events/live`, {
      headers: { authorization: `Bearer ${admin.token}` },
      signal: aborting.signal,
    });
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    aborting.abort();
  });

  it.each(['events/live', 'ws'])('%s refuse who is not signed in, and a business that is not shown', async (path) => {
    const way = path === 'ws' ? followBySocket : follow;
    expect(await refusal(way(undefined))).toMatchObject({ status: 401, body: { code: 'auth.token_missing' } });
    const query = `?businessId=${newUuid()}`;
    expect(await refusal(way(salon.people.staff, { query }))).toMatchObject({ body: { code: 'business.not_found' } });
    expect((await refusal(way(admin, { query: '?nobody=knows' }))).status).toBe(400);
  });

  it('over a socket are for our own origins', async () => {
    const from = (origin: string) => followBySocket(admin, { headers: { origin } });
    expect(await refusal(from('https://evil.example'))).toMatchObject({
      status: 403,
      body: { code: 'origin.forbidden' },
    });
    await from('https://salon.example');
    await from(urls[0] as string);
  });

  it('over a socket take nothing from clients', async () => {
    for (const [data, code] of [
      ['{"subscribe":"all"}', 1008],
      [Buffer.from([0]), 1003],
      ['x'.repeat(2_000), 1009],
    ] as const) {
      const follower = await followBySocket(admin);
      follower.send(data);
      await follower.until(() => follower.closed !== undefined);
      expect(follower.closed?.code).toBe(code);
    }
  });

  it('over a socket need one', async () => {
    const answer = await api.call('GET', '/ws', { token: admin.token });
    expect(answer).toMatchObject({ status: 426, body: { code: 'request.upgrade_required' } });
  });

  it('upgrade no other route', async () => {
    const socket = connect(Number(new URL(urls[0] as string).port), '127.0.0.1');
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 204 /);
    await once(socket, 'close');
  });

  it('are 200 at once, told each of what is theirs', async () => {
    const people: Person[] = [];
    const followers: Follower[] = [];
    while (people.length < 200) {
      const some = await Promise.all(Array.from({ length: 20 }, () => somebody(api)));
      followers.push(...(await Promise.all(some.map((who, i) => (i % 2 ? follow : followBySocket)(who, {}, i % 2)))));
      people.push(...some);
    }
    const [first, last] = [people[0] as Person, people[199] as Person];
    const booked = [await book(first), await book(last)];
    await followers[0]?.hears('booking', { bookingId: booked[0]?.body.id });
    await followers[199]?.hears('booking', { bookingId: booked[1]?.body.id });
    expect(followers.flatMap((follower) => follower.all('booking'))).toHaveLength(2);
  });

  it('keep no process from stopping, and say that it stops', async () => {
    const stopping = await createApi(api.config, pino({ level: 'silent' }));
    await stopping.listen(0, '127.0.0.1');
    const url = await stopping.getUrl();
    const [events, socket] = [await Follower.events(url, admin), await Follower.socket(url, admin)];
    const deaf = connect(Number(new URL(url).port), '127.0.0.1');
    deaf.write(`GET /api/v1/events/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\n\r\n`);
    deaf.pause().on('error', () => {});
    await stopping.close();
    await until(() => events.closed !== undefined && socket.closed !== undefined);
    expect(events.all('closed')).toEqual([{ event: 'closed', code: 'server.unavailable' }]);
    expect(socket.closed).toEqual({ code: 1012, reason: 'server.unavailable' });
    deaf.destroy();
  });
});

describe('the place of a stream', () => {
  /** As many as one user has. */
  const PLACES = 10;
  let limited: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    limited = await createApi({ ...api.config, rateLimit: true }, pino({ level: 'silent' }));
    await limited.listen(0, '127.0.0.1');
    url = await limited.getUrl();
  });
  afterAll(() => limited.close());

  const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const GOOD_KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const ask = (path: string, { token }: Person, headers: readonly string[]): Socket => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
    const lines = [`GET ${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${token}`, ...headers];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return socket;
  };
  const soon = async (socket: Socket) => {
    await once(socket, 'connect');
    await delay(3);
  };
  const answered = async (socket: Socket) => {
    await once(socket, 'data');
  };

  it.each([
    ['a socket that is cut at once', '/ws', [...UPGRADE, GOOD_KEY], soon],
    ['a socket that is cut later', '/ws', [...UPGRADE, GOOD_KEY], answered],
    ['a handshake without its key', '/ws', UPGRADE, answered],
    ['a handshake with a wrong key', '/ws', [...UPGRADE, 'Sec-WebSocket-Key: wrong'], answered],
    ['a refused socket', '/ws', [...UPGRADE, GOOD_KEY, 'Origin: https://evil.example'], answered],
    ['server-sent events that are cut at once', '/api/v1/events/live', [], soon],
    ['server-sent events that ask for an upgrade', '/api/v1/events/live', UPGRADE, answered],
    ['server-sent events that ask for an upgrade and are cut at once', '/api/v1/events/live', UPGRADE, soon],
  ])('is free again after %s', async (_, path, headers, until) => {
    const who = await somebody(api);
    for (let i = 0; i < PLACES; i++) {
      for (const leave of ['destroy', 'end', 'resetAndDestroy'] as const) {
        const socket = ask(path, who, headers);
        await until(socket);
        socket[leave]();
      }
    }
    while (open.length < PLACES) {
      // The server may not have heard yet that the last of them are gone.
      const next = await Follower.events(url, who).catch(({ status }: Refused) => expect(status).toBe(429));
      if (next) open.push(next);
      else await delay(50);
    }
  });
});

describe('a machine with an API key', () => {
  const aKey = async (permissions: readonly string[]): Promise<Person> => {
    const { owner } = salon.people;
    const body = { businessId: salon.things.business, name: 'Screen', permissions };
    const { id, key } = (await as(owner, 'POST', '/auth/api-keys', body)).body;
    return { id, token: key };
  };

  it('is told of the bookings of its business as far as it may see them, until it is revoked', async () => {
    const [screen, deaf] = [await aKey(['bookings:read']), await aKey(['customers:read'])];
    const [told, untold] = [await follow(screen), await followBySocket(deaf, {}, 1)];
    const rival = await aBusiness(api, admin);
    const elsewhere = await book(await somebody(api), rival);
    const booked = await book(await somebody(api));
    await told.hears('booking', { bookingId: booked.body.id });
    await as(salon.people.owner, 'POST', '/owner/resources', {
      businessId: salon.things.business,
      kind: 'room',
      name: 'Room',
    });
    await untold.hears('availability', { businessId: salon.things.business });
    const names = (follower: Follower) => JSON.stringify(follower.told);
    expect(names(told)).not.toContain(elsewhere.body.id);
    expect(names(untold)).not.toContain(booked.body.id);
    await as(salon.people.owner, 'DELETE', `/auth/api-keys/${screen.id}`);
    await told.hears('closed', { code: 'auth.key_invalid' });
  });

  it('opens no tickets, which are for browsers of people', async () => {
    const { token } = await aKey(['bookings:read']);
    expect(await api.call('POST', '/events/ticket', { token, body: {} })).toMatchObject({
      status: 403,
      body: { code: 'access.not_for_keys' },
    });
  });
});
