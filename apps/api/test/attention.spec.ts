import { aggregates, projectionsAndReactions } from '@yoyaku/composition';
import { EventStoreDb } from '@yoyaku/eventing';
import { atLocal, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../../reactor/src/reactor-process';
import { anOpenSalon, daily, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method } from './api-under-test';

/** The whole way: what is changed under bookings, the jobs of two reactors, and what the business's people see then. */
const logger = pino({ level: 'silent' });
const rhythm = { everyMs: 50, graceMs: 30_000 };
const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);
const PATIENCE = 60_000;

let api: ApiUnderTest;
let projector: ProjectorProcess;
let reactors: ReactorProcess[];
let hanako: Person;
let businessId: Uuid;
let owner: Person;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];
let yuki: Uuid;
let cut: Uuid;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  projector = await startProjector({ ...api.config, aggregates, projections: projectionsAndReactions, logger });
  reactors = [await startReactor(api.config, logger, rhythm), await startReactor(api.config, logger, rhythm)];
  hanako = await somebody(api);
}, 60_000);
afterAll(async () => {
  await Promise.all(reactors.map((reactor) => reactor.stop()));
  await projector.stop();
  await api.stop();
});

beforeEach(async () => {
  ({ businessId, asOwner, owner } = await anOpenSalon(api, ['10:00', '18:00']));
  yuki = await resource();
  cut = await service([yuki]);
});

const at = (time: string) => atLocal(DATE, time, TOKYO);
const resource = async (): Promise<Uuid> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' })).body.id;
async function service(anyOf: readonly Uuid[], more: object = {}): Promise<Uuid> {
  const price = { amount: 8000, currency: 'JPY' };
  const requirements = anyOf.length > 0 ? [{ anyOf }] : [];
  const details = { businessId, name: 'Cut', durationMinutes: 60, price, requirements, ...more };
  return (await asOwner('POST', '/owner/services', details)).body.id;
}
const as = ({ token }: Person, method: Method, path: string, body?: object) => api.call(method, path, { token, body });
const book = async (time: string, more: object = {}): Promise<Uuid> =>
  (await must(as(hanako, 'POST', '/bookings', { businessId, serviceId: cut, start: at(time), ...more }))).body.id;

/** By booking, why those of the business need attention. */
async function needy(): Promise<Record<Uuid, string[]>> {
  const { body } = await asOwner('GET', `/bookings?businessId=${businessId}&attention=true&limit=100`);
  type Item = { id: Uuid; attention: { reason: string; at: string }[] };
  return Object.fromEntries(
    body.items.map(({ id, attention }: Item) => [id, attention.map(({ reason }) => reason).toSorted()]),
  );
}
/** Waits until these need attention, and no others. */
async function untilNeedy(wanted: Record<Uuid, string[]>): Promise<void> {
  let seen: unknown;
  const isSo = async () => {
    seen = await needy();
    return JSON.stringify(Object.entries(seen as object).sort()) === JSON.stringify(Object.entries(wanted).sort());
  };
  await until(isSo, PATIENCE).catch(() => expect(seen).toEqual(wanted));
}
const typesOf = async (id: Uuid) =>
  (await Array.fromAsync(api.app.get(EventStoreDb).readStream(`booking-${id}`))).map(({ type }) => type);
const ofOwner = (path: string) => `/owner/businesses/${businessId}/${path}`;
const off = async (): Promise<Uuid> =>
  (await asOwner('POST', '/staff/exceptions', { resourceId: yuki, date: DATE, kind: 'off' })).body.id;

describe('a booking needs attention, until it has again what it needs', () => {
  it('for a block', async () => {
    const [, second] = [await book('10:00'), await book('11:00')];
    const block = { start: at('11:30'), end: at('14:00') };
    const { body } = await asOwner('POST', `/resources/${yuki}/blocks`, block);
    await untilNeedy({ [second]: ['blocked'] });
    await asOwner('DELETE', `/resources/${yuki}/blocks/${body.id}`);
    await untilNeedy({});
    expect(await typesOf(second)).toEqual(['BookingRequested', 'AttentionRaised', 'AttentionCleared']);
  });

  it('for a day off, and shorter hours of who does it', async () => {
    const [first, second] = [await book('10:00'), await book('11:00')];
    const exception = await off();
    await untilNeedy({ [first]: ['exception'], [second]: ['exception'] });
    const hours = [{ starts: '10:00', ends: '11:00' }];
    await asOwner('PUT', `/staff/exceptions/${exception}`, { kind: 'hours', hours });
    await untilNeedy({ [second]: ['exception'] });
    await asOwner('DELETE', `/staff/exceptions/${exception}`);
    await untilNeedy({});
    const week = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, starts: '11:00', ends: '18:00' }));
    await asOwner('PUT', '/staff/working-hours', { resourceId: yuki, hours: week });
    await untilNeedy({ [first]: ['resource_hours'] });
  });

  it('for hours and holidays of the business', async () => {
    const [first, second] = [await book('10:00'), await book('15:00')];
    await asOwner('PUT', ofOwner('hours'), { hours: daily(['11:00', '18:00']) });
    await untilNeedy({ [first]: ['place_hours'] });
    await asOwner('PUT', ofOwner('holidays'), { holidays: [{ date: DATE, name: 'Fire drill' }] });
    await untilNeedy({ [first]: ['holiday', 'place_hours'], [second]: ['holiday'] });
    await asOwner('PUT', ofOwner('holidays'), { holidays: [] });
    await asOwner('PUT', ofOwner('hours'), { hours: daily(['10:00', '18:00']) });
    await untilNeedy({});
  });

  it('for its location, of which others have nothing', async () => {
    const [ginza, shibuya] = [await location('Ginza'), await location('Shibuya')];
    const tour = await service([], { locationIds: [ginza, shibuya] });
    const there = await book('11:00', { serviceId: tour, locationId: ginza });
    await book('13:00', { serviceId: tour, locationId: shibuya });
    await asOwner('PUT', ofOwner(`locations/${ginza}`), { hours: daily(['14:00', '18:00']) });
    await untilNeedy({ [there]: ['place_hours'] });
    await asOwner('DELETE', ofOwner(`locations/${ginza}`));
    await untilNeedy({ [there]: ['location_closed'] });
  });

  it('for a service, a person and a resource that have gone', async () => {
    const ken = await somebody(api);
    const membership = { businessId, userId: ken.id, role: 'staff' };
    const assigned = await employed(api, owner.token, membership);
    await asOwner('PUT', `/owner/resources/${yuki}`, { userId: ken.id });
    const booking = await book('10:00');
    await asOwner('DELETE', `/staff/assignments/${assigned.body.id}`);
    await untilNeedy({ [booking]: ['member_left'] });
    await employed(api, owner.token, membership);
    await untilNeedy({});
    await asOwner('DELETE', `/owner/services/${cut}`);
    await untilNeedy({ [booking]: ['service_withdrawn'] });
    await asOwner('DELETE', `/owner/resources/${yuki}`);
    await untilNeedy({ [booking]: ['resource_withdrawn', 'service_withdrawn'] });
  });

  it('for a person who was invited and will not come, not while they may', async () => {
    const booking = await book('10:00');
    const ken = await somebody(api);
    const invite = async () => (await asOwner('POST', '/staff/assignments', { ...asStaff, userId: ken.id })).body.id;
    const asStaff = { businessId, role: 'staff' };
    const assignment = await invite();
    await asOwner('PUT', `/owner/resources/${yuki}`, { userId: ken.id });
    const exception = await off();
    await untilNeedy({ [booking]: ['exception'] });
    await asOwner('DELETE', `/staff/exceptions/${exception}`);
    await untilNeedy({});
    await must(as(ken, 'POST', `/staff/assignments/${assignment}/decline`, {}));
    await untilNeedy({ [booking]: ['member_left'] });
    await invite();
    await untilNeedy({});
    await asOwner('DELETE', `/staff/assignments/${assignment}`);
    await untilNeedy({ [booking]: ['member_left'] });
  });

  const location = async (name: string): Promise<Uuid> =>
    (await asOwner('POST', ofOwner('locations'), { name })).body.id;
});

describe('what is done about it', () => {
  it('moved, given to somebody else or cancelled, it needs none', async () => {
    const ken = await resource();
    await asOwner('PUT', `/owner/services/${cut}`, { requirements: [{ anyOf: [yuki, ken] }] });
    const book3 = (time: string) => book(time, { resourceIds: [yuki] });
    const [moved, given, cancelled] = [await book3('10:00'), await book3('11:00'), await book3('12:00')];
    await off();
    const reasons = ['exception'];
    await untilNeedy({ [moved]: reasons, [given]: reasons, [cancelled]: reasons });
    const start = atLocal(plusDays(DATE, 1), '10:00', TOKYO);
    await must(as(hanako, 'POST', `/bookings/${moved}/reschedule`, { start }));
    const assigned = await asOwner('POST', `/bookings/${given}/assign`, { resourceIds: [ken] });
    expect(assigned.body.attention).toMatchObject([{ reason: 'exception' }]);
    const gone = await asOwner('DELETE', `/bookings/${cancelled}`, {});
    expect(gone.body).toMatchObject({ status: 'cancelled', attention: [] });
    await untilNeedy({});
    // What is brought back is left without it again.
    await asOwner('POST', `/bookings/${cancelled}/undo-cancel`, {});
    await untilNeedy({ [cancelled]: reasons });
  });

  it('kept, it needs none for the same again, but for something else', async () => {
    const booking = await book('11:00');
    const exception = await off();
    await untilNeedy({ [booking]: ['exception'] });
    const refusals = [hanako, await somebody(api)].map((other) => as(other, 'POST', `/bookings/${booking}/keep`, {}));
    expect((await Promise.all(refusals)).map(({ status }) => status)).toEqual([404, 404]);
    const kept = await asOwner('POST', `/bookings/${booking}/keep`, {});
    expect(kept.body).toMatchObject({ id: booking, status: 'confirmed', attention: [] });
    expect((await asOwner('POST', `/bookings/${booking}/keep`, {})).body.revision).toBe(kept.body.revision);
    const hours = [{ starts: '12:00', ends: '13:00' }];
    await asOwner('PUT', `/staff/exceptions/${exception}`, { kind: 'hours', hours });
    await asOwner('POST', `/resources/${yuki}/blocks`, { start: at('11:30'), end: at('14:00') });
    await untilNeedy({ [booking]: ['blocked'] });
    expect((await typesOf(booking)).filter((type) => type === 'AttentionRaised')).toHaveLength(2);
  });
});

it('the owner is told once of a change, and not of each booking', async () => {
  for (const time of ['10:00', '11:00', '12:00']) await book(time);
  const exception = await off();
  const told = async () => {
    const { body } = await must(as(owner, 'GET', '/notifications?limit=100'));
    return body.items.filter(({ type }: { type: string }) => type === 'bookings_uncovered');
  };
  await until(async () => (await told()).length > 0, PATIENCE);
  expect(await told()).toMatchObject([{ title: 'Salon: bookings that need attention: 3' }]);
  await asOwner('DELETE', `/staff/exceptions/${exception}`);
  await untilNeedy({});
  await asOwner('PUT', ofOwner('hours'), { hours: daily(['11:00', '18:00']) });
  await until(async () => (await told()).length > 1, PATIENCE);
  expect((await told()).map(({ title }: { title: string }) => title.slice(-1)).toSorted()).toEqual(['1', '3']);
});

it('its customer is not shown it, and other businesses have nothing of it', async () => {
  const booking = await book('11:00');
  const other = await anOpenSalon(api, ['10:00', '18:00']);
  await off();
  await untilNeedy({ [booking]: ['exception'] });
  const shown = await must(as(hanako, 'GET', `/bookings/${booking}`));
  expect(shown.body).not.toHaveProperty('attention');
  const history = await must(as(hanako, 'GET', `/bookings/${booking}/history`));
  expect(history.body.items.map(({ type }: { type: string }) => type)).toEqual(['BookingRequested']);
  const refused = await as(hanako, 'GET', '/bookings?attention=true');
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'attention', code: 'unknown_field' }] } });
  const theirs = await other.asOwner('GET', `/bookings?businessId=${other.businessId}&attention=true`);
  expect(theirs.body.items).toEqual([]);
  expect((await as(other.owner, 'POST', `/bookings/${booking}/keep`, {})).status).toBe(404);
  // What they send with the tag that they were shown goes by what they saw.
  const headers = { 'if-match': '"0"' };
  const moved = await api.call('PUT', `/bookings/${booking}`, { token: hanako.token, headers, body: { note: 'Hi' } });
  expect(moved.status).toBe(200);
});

it('one that staff made outside of the hours is not found to be there', async () => {
  const customer = (await asOwner('POST', '/customers', { businessId, name: 'Taro' })).body.id;
  const late = { businessId, serviceId: cut, start: at('20:00'), customerId: customer, override: ['hours'] };
  await asOwner('POST', '/bookings', late);
  const early = await book('10:00');
  await asOwner('PUT', ofOwner('hours'), { hours: daily(['11:00', '18:00']) });
  await untilNeedy({ [early]: ['place_hours'] });
});

it('a rebuild of the read model shows the same', async () => {
  const [kept, cleared, standing] = [await book('10:00'), await book('11:00'), await book('12:00')];
  await off();
  const reasons = ['exception'];
  await untilNeedy({ [kept]: reasons, [cleared]: reasons, [standing]: reasons });
  await asOwner('POST', `/bookings/${kept}/keep`, {});
  await asOwner('DELETE', `/bookings/${cleared}`, {});
  await untilNeedy({ [standing]: reasons });
  const rows = async () => (await api.app.get(Pool).query('select * from read.bookings order by id')).rows;
  const before = await rows();
  const admin = await somebody(api, 'admin');
  await must(as(admin, 'POST', '/admin/projections/bookings/rebuild', {}));
  const isLive = async () => (await must(as(admin, 'GET', '/admin/projections/bookings'))).body.state === 'live';
  await until(isLive, PATIENCE);
  expect(await rows()).toEqual(before);
  expect(before.find(({ id }) => id === kept)).toMatchObject({ attention: [], kept: [{ reason: 'exception' }] });
});
