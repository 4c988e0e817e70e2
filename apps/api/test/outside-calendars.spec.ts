import { EventStoreDb } from '@yoyaku/eventing';
import { atLocal, type Instant, localDate, newUuid, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { anOpenSalon, must, type Person, somebody } from './a-business';
import { CalendarServer, icalTime } from './a-calendar-server';
import { ApiUnderTest, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);

let api: ApiUnderTest;
let server: CalendarServer;
let hanako: Person;
let owner: Person;
let businessId: Uuid;
let yuki: Uuid;
let cut: Uuid;

beforeAll(async () => {
  api = await ApiUnderTest.start({ OUTBOUND_ALLOW: '127.0.0.1' });
  hanako = await somebody(api);
  ({ businessId, owner } = await anOpenSalon(api, ['10:00', '18:00']));
});
afterAll(() => api.stop());

beforeEach(async () => {
  server = await CalendarServer.start();
  yuki = (await must(asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' }))).body.id;
  const price = { amount: 8000, currency: 'JPY' };
  const service = { businessId, name: 'Cut', durationMinutes: 60, price, requirements: [{ anyOf: [yuki] }] };
  cut = (await must(asOwner('POST', '/owner/services', service))).body.id;
});
afterEach(() => server.close());

const call = (person: Person, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object, seen?: Reply) =>
  api.call(method, path, {
    token: person.token,
    body,
    headers: seen ? { 'x-min-position': seen.headers['x-event-position'] as string } : {},
  });
const asOwner = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object, seen?: Reply) =>
  call(owner, method, path, body, seen);
const path = () => `/resources/${yuki}/calendars`;
const link = (url = server.url) => asOwner('POST', path(), { url });
const at = (time: string): Instant => atLocal(DATE, time, TOKYO);
const busy = (from: string, to: string) => [
  `DTSTART:${icalTime(at(from))}`,
  `DTEND:${icalTime(at(to))}`,
  'SUMMARY:Dentist',
];
const blocks = async (seen: Reply) =>
  (await must(asOwner('GET', `/resources/${yuki}/blocks`, undefined, seen))).body.items;

it('blocks a resource’s time when a calendar elsewhere says so, without a word about why', async () => {
  server.events = [busy('11:00', '12:00'), [...busy('13:00', '14:00'), 'TRANSP:TRANSPARENT']];
  const linked = await link();
  expect(linked).toMatchObject({
    status: 201,
    body: { resourceId: yuki, url: new URL(server.url).host, failure: null, warnings: [], affected: [] },
  });
  expect(linked.body.refreshedAt).not.toBeNull();
  const made = await blocks(linked);
  expect(made).toMatchObject([{ start: at('11:00'), end: at('12:00'), reason: null, calendarId: linked.body.id }]);
  const wish = (time: string) => ({ businessId, serviceId: cut, start: at(time) });
  expect(await call(hanako, 'POST', '/bookings', wish('11:00'))).toMatchObject({
    status: 409,
    body: { code: 'booking.slot_taken' },
  });
  expect((await call(hanako, 'POST', '/bookings', wish('13:00'))).status).toBe(201);

  // Nothing but the address, which is sealed, is kept of what is elsewhere.
  const stored = await Array.fromAsync(api.app.get(EventStoreDb).readStream(`calendar-${yuki}`));
  expect(stored.map(({ type }) => type).slice(0, 2)).toEqual(['OutsideCalendarLinked', 'TimeBlocked']);
  expect(JSON.stringify(stored, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toMatch(
    /private-0123|Dentist/,
  );
  const ofBusiness = await asOwner(
    'GET',
    `/audit?businessId=${businessId}&action=OutsideCalendarLinked`,
    undefined,
    linked,
  );
  expect(ofBusiness.body.items).toMatchObject([{ changes: { calendarId: linked.body.id, url: null } }]);
  const alone = await asOwner('GET', `/audit/${ofBusiness.body.items[0].id}`);
  expect(alone.body).toMatchObject({ changes: { calendarId: linked.body.id, url: null } });
  const admin = await somebody(api, 'admin');
  const replayed = await call(admin, 'GET', '/audit/events?category=calendar&type=OutsideCalendarLinked&decrypt=true');
  expect(replayed.text).toContain(linked.body.id);
  const state = await asOwner('GET', `/audit/entity/calendar/${yuki}/state?at=${now()}`);
  expect(state.status).toBe(200);
  for (const { text } of [linked, await asOwner('GET', path(), undefined, linked), ofBusiness, alone, replayed, state])
    expect(text).not.toMatch(/private-0123|Dentist/);
});

it('shows the calendar, alone and in a list, as it was linked', async () => {
  const zone = 'Customized Time Zone';
  server.events = [[`DTSTART;TZID=${zone}:20990615T140000`, 'DURATION:PT1H']];
  const linked = await link();
  expect(linked.body.warnings).toEqual([{ code: 'unknown_time_zone', timeZone: zone }]);
  const { affected: _, affectedCount: __, ...view } = linked.body;
  const found = await asOwner('GET', (linked.headers.location as string).replace('/api/v1', ''), undefined, linked);
  expect(found).toMatchObject({ status: 200, body: view });
  expect(found.headers.etag).toBe(linked.headers.etag);
  expect((await asOwner('GET', path(), undefined, linked)).body).toEqual({ items: [view], nextCursor: null });
});

it('names the bookings that it lies over; they stay', async () => {
  const book = (time: string) =>
    must(call(hanako, 'POST', '/bookings', { businessId, serviceId: cut, start: at(time) }));
  const [first, second, other] = [await book('11:00'), await book('12:00'), await book('15:00')];
  server.events = [busy('11:30', '12:30'), busy('12:15', '12:45'), busy('14:00', '15:00')];
  const linked = await link();
  expect(linked.body).toMatchObject({ affected: [first.body.id, second.body.id], affectedCount: 2 });
  for (const { body } of [first, second, other])
    expect((await call(hanako, 'GET', `/bookings/${body.id}`, undefined, linked)).body.status).toBe('confirmed');
});

it('passes over what the calendar has of our own bookings', async () => {
  const booked = await must(call(hanako, 'POST', '/bookings', { businessId, serviceId: cut, start: at('11:00') }));
  server.events = [
    [...busy('11:00', '12:00'), `UID:${booked.body.id}@yoyaku`].filter((line) => !line.startsWith('SUM')),
  ];
  const linked = await link();
  expect(linked.body.affected).toEqual([]);
});

it('lifts its blocks when it is unlinked, and not before', async () => {
  server.events = [busy('11:00', '12:00'), busy('13:00', '14:00')];
  const linked = await link();
  const own = await must(asOwner('POST', `/resources/${yuki}/blocks`, { start: at('16:00'), end: at('17:00') }));
  const [block] = await blocks(own);
  expect(await asOwner('DELETE', `/resources/${yuki}/blocks/${block.id}`)).toMatchObject({
    status: 422,
    body: { code: 'block.of_calendar' },
  });
  const unlinked = await asOwner('DELETE', `${path()}/${linked.body.id}`);
  expect(unlinked.status).toBe(204);
  expect((await blocks(unlinked)).map(({ id }: { id: string }) => id)).toEqual([own.body.id]);
  expect((await asOwner('GET', path(), undefined, unlinked)).body.items).toEqual([]);
  for (const method of ['GET', 'DELETE'] as const)
    expect(await asOwner(method, `${path()}/${linked.body.id}`)).toMatchObject({
      status: 404,
      body: { code: 'calendar.not_found' },
    });
  const { rowCount } = await api.app
    .get(Pool)
    .query('select 1 from app.outside_calendars where calendar_id = $1', [linked.body.id]);
  expect(rowCount).toBe(0);
});

it('says why a calendar could not be read, and links it all the same', async () => {
  server.status = 404;
  const linked = await link();
  expect(linked.body).toMatchObject({ refreshedAt: null, failure: { code: 'refused', status: 404 } });
  expect(linked.status).toBe(201);
  server.status = 200;
  server.events = Array.from({ length: 5_001 }, () => ['DTSTART:20200101T000000Z']);
  expect((await link()).body.failure).toMatchObject({ code: 'too_many_events', status: null });
  server.events = [['DESCRIPTION:'.padEnd(2 * 1024 * 1024, 'x')]];
  expect((await link()).body.failure).toMatchObject({ code: 'too_large' });
  expect((await link('http://127.0.0.1:1/')).body.failure).toMatchObject({ code: 'unreachable' });
});

it.each([
  ['calendar.address_not_allowed', 'http://169.254.169.254/latest/meta-data'],
  ['calendar.address_not_allowed', 'http://10.0.0.1/a.ics'],
  ['calendar.address_not_allowed', 'http://localhost/a.ics'],
  ['calendar.invalid_address', 'http://'],
  ['calendar.invalid_address', 'https://a b/'],
])('refuses with %s what is not to be asked: %s', async (code, url) => {
  expect(await link(url)).toMatchObject({ status: 422, body: { code, errors: [{ path: 'url', code }] } });
  expect((await asOwner('GET', path())).body.items).toEqual([]);
});

it.each(['file:///etc/passwd', 'gopher://a', 'calendar.example', 7, null])(
  'takes no other address: %s',
  async (url) => {
    expect(await asOwner('POST', path(), { url })).toMatchObject({ status: 400, body: { errors: [{ path: 'url' }] } });
  },
);

it('links once, however often one request is sent', async () => {
  const key = newUuid();
  const send = () =>
    api.call('POST', path(), { token: owner.token, body: { url: server.url }, headers: { 'idempotency-key': key } });
  const [one, other] = [await send(), await send()];
  expect(other.text).toBe(one.text);
  expect((await asOwner('GET', path(), undefined, one)).body.items).toHaveLength(1);
});

it('is read by nobody where it can’t be linked, and one at a time where it can', async () => {
  // Whoever reads the first waits for an answer that comes only when the others are linked.
  const waiting: (() => void)[] = [];
  server.hold = (answer) => waiting.push(answer);
  const first = link();
  await until(() => waiting.length === 1);
  const others = await Promise.all(Array.from({ length: 9 }, () => link()));
  for (const { status, body } of others)
    expect({ status, body }).toMatchObject({ status: 201, body: { refreshedAt: null, failure: null, affected: [] } });
  for (const answer of waiting) answer();
  expect((await first).body.refreshedAt).not.toBeNull();
  expect(server.asked).toBe(1);
  expect(await link()).toMatchObject({ status: 422, body: { code: 'calendar.too_many' } });
  expect(server.asked).toBe(1);
});

it('is the matter of those who may block the resource’s time', async () => {
  server.events = [busy('11:00', '12:00')];
  const linked = await link();
  const rival = (await anOpenSalon(api, ['10:00', '18:00'])).owner;
  for (const one of [hanako, rival]) {
    expect((await call(one, 'POST', path(), { url: server.url })).status).toBe(404);
    expect((await call(one, 'GET', path())).status).toBe(404);
    expect((await call(one, 'DELETE', `${path()}/${linked.body.id}`)).status).toBe(404);
  }
  // A calendar of another resource is not there under this one.
  const aiko = (await must(asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Aiko' }))).body.id;
  for (const method of ['GET', 'DELETE'] as const)
    expect((await asOwner(method, `/resources/${aiko}/calendars/${linked.body.id}`)).status).toBe(404);
  expect(await blocks(linked)).toHaveLength(1);
  expect(server.asked).toBe(1);
});

it('is linked so often in an hour, and not more often by being unlinked', async () => {
  const limited = await ApiUnderTest.start({ OUTBOUND_ALLOW: '127.0.0.1', RATE_LIMIT: 'on' });
  try {
    const salon = await anOpenSalon(limited, ['10:00', '18:00']);
    const { token } = salon.owner;
    const send = (method: 'POST' | 'DELETE', to: string, body?: object) => limited.call(method, to, { token, body });
    const staff = { businessId: salon.businessId, kind: 'staff', name: 'Aiko' };
    const aiko = (await must(send('POST', '/owner/resources', staff))).body.id;
    const calendars = `/resources/${aiko}/calendars`;
    for (let i = 0; i < 20; i++) {
      const linked = await must(send('POST', calendars, { url: server.url }));
      await must(send('DELETE', `${calendars}/${linked.body.id}`));
    }
    expect(await send('POST', calendars, { url: server.url })).toMatchObject({
      status: 429,
      body: { code: 'rate.limited' },
    });
    expect(server.asked).toBe(20);
  } finally {
    await limited.stop();
  }
});
