import { atLocal, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);

let api: ApiUnderTest;
let hanako: Person;
let owner: Person;
let businessId: Uuid;
let yuki: Uuid;
let cut: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await somebody(api);
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['10:00', '18:00']));
});
afterAll(() => api.stop());

beforeEach(async () => {
  yuki = (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' })).body.id;
  const price = { amount: 8000, currency: 'JPY' };
  const service = { businessId, name: 'Cut', durationMinutes: 60, price, requirements: [{ anyOf: [yuki] }] };
  cut = (await asOwner('POST', '/owner/services', service)).body.id;
});

const at = (time: string) => atLocal(DATE, time, TOKYO);
const book = async (time: string): Promise<Reply> =>
  must(api.call('POST', '/bookings', { token: hanako.token, body: { businessId, serviceId: cut, start: at(time) } }));
const named = (...bookings: Reply[]) => ({
  affected: bookings.map(({ body }) => body.id),
  affectedCount: bookings.length,
});

it('a block over bookings is taken, and names them; they stay, and nobody else is booked', async () => {
  const [before, first, second] = [await book('10:00'), await book('11:00'), await book('12:00')];
  const block = { start: at('11:30'), end: at('14:00'), reason: 'Dentist' };
  const blocked = await asOwner('POST', `/resources/${yuki}/blocks`, block);
  expect(blocked.body).toMatchObject({ ...block, ...named(first, second) });
  const read = await api.call('GET', `/resources/${yuki}/blocks/${blocked.body.id}`, {
    token: (await api.admin()).token,
    headers: { 'x-min-position': blocked.headers['x-event-position'] as string },
  });
  expect(read.headers.etag).toBe(blocked.headers.etag);
  for (const { body } of [before, first, second]) {
    const booking = await must(api.call('GET', `/bookings/${body.id}`, { token: hanako.token }));
    expect(booking.body).toMatchObject({ status: 'confirmed', start: body.start });
  }
  const cancelled = await must(api.call('DELETE', `/bookings/${second.body.id}`, { token: hanako.token, body: {} }));
  expect(cancelled.body.status).toBe('cancelled');
  const again = { businessId, serviceId: cut, start: at('12:00') };
  const refused = await api.call('POST', '/bookings', { token: hanako.token, body: again });
  expect(refused).toMatchObject({ status: 409, body: { code: 'booking.slot_taken' } });
  const more = { start: at('11:00'), end: at('18:00') };
  expect((await asOwner('POST', `/resources/${yuki}/blocks`, more)).body).toMatchObject(named(first));
});

it('a private appointment names bookings with oneself, to members alone who may read them', async () => {
  const ken = await somebody(api);
  const member = await employed(api, owner.token, { businessId, userId: ken.id, role: 'staff' });
  await must(asOwner('PUT', `/owner/resources/${yuki}`, { userId: ken.id }));
  const first = await book('11:00');
  const plan = async () => {
    const body = { title: 'Dentist', start: at('10:30'), end: at('11:30') };
    const planned = await must(api.call('POST', '/appointments', { token: ken.token, body }));
    await must(api.call('DELETE', `/appointments/${planned.body.id}`, { token: ken.token, body: {} }));
    return planned.body;
  };
  const token = (await api.admin()).token;
  const headers = { 'x-min-position': first.headers['x-event-position'] as string };
  await must(api.call('GET', `/resources?businessId=${businessId}`, { token, headers }));
  const change = (role: string) => asOwner('PUT', `/staff/assignments/${member.body.id}`, { role });
  expect(await plan()).toMatchObject(named(first));
  await must(change('sales_rep'));
  expect(await plan()).toMatchObject(named());
  await must(change('staff'));
  expect(await plan()).toMatchObject(named(first));
  await must(asOwner('DELETE', `/staff/assignments/${member.body.id}`));
  expect(await plan()).toMatchObject(named());
});

it('a day off, shorter hours, and what is taken out of use name the bookings that they leave', async () => {
  const [first, second] = [await book('10:00'), await book('15:00')];
  const hours = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, starts: '11:00', ends: '18:00' }));
  const set = (more: object) => asOwner('PUT', '/staff/working-hours', { resourceId: yuki, hours, ...more });
  expect((await set({})).body).toMatchObject(named(first));
  const other = { resourceId: yuki, date: plusDays(DATE, 1), kind: 'off' };
  expect((await asOwner('POST', '/staff/exceptions', other)).body).toMatchObject(named());
  const off = { resourceId: yuki, date: DATE, kind: 'off' };
  const added = await asOwner('POST', '/staff/exceptions', off);
  expect(added.body).toMatchObject({ date: DATE, ...named(first, second) });
  const changed = await asOwner('PUT', `/staff/exceptions/${added.body.id}`, {
    kind: 'hours',
    hours: [{ starts: '10:00', ends: '12:00' }],
  });
  expect(changed.body).toMatchObject(named(second));
  await must(api.call('DELETE', `/bookings/${first.body.id}`, { token: hanako.token, body: {} }));
  const removed = await asOwner('DELETE', `/owner/resources/${yuki}`);
  expect(removed).toMatchObject({ status: 200, body: named(second) });
});

describe('a change of the business', () => {
  const week = (opens: string, closes: string) => [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, opens, closes }));
  const ofOwner = (path: string) => `/owner/businesses/${businessId}/${path}`;
  const bookAt = (locationId: Uuid, serviceId: Uuid, time: string) => {
    const body = { businessId, serviceId, locationId, start: at(time) };
    return must(api.call('POST', '/bookings', { token: hanako.token, body }));
  };
  const cutAt = async (...locationIds: Uuid[]): Promise<Uuid> => {
    const price = { amount: 8000, currency: 'JPY' };
    const details = { businessId, name: 'Cut', durationMinutes: 60, price, locationIds };
    return (await must(asOwner('POST', '/owner/services', details))).body.id;
  };
  const addLocation = async (hours?: object[]): Promise<Uuid> =>
    (await must(asOwner('POST', ofOwner('locations'), { name: 'Ginza', hours }))).body.id;
  /** What was booked in the tests before is over: it is cancelled. */
  const clear = async (...bookings: Reply[]) => {
    for (const { body } of bookings) await must(asOwner('DELETE', `/bookings/${body.id}`));
  };

  it('of its hours or holidays is taken, and names what is booked outside of them', async () => {
    const ginza = await addLocation(week('08:00', '23:00'));
    const there = await bookAt(ginza, await cutAt(ginza), '10:00');
    const [early, late] = [await book('10:00'), await book('16:00')];
    const shorter = await must(asOwner('PUT', ofOwner('hours'), { hours: week('11:00', '17:00') }));
    expect(shorter.body.affected).toContain(early.body.id);
    expect(shorter.body.affected).not.toContain(late.body.id);
    expect(shorter.body.affected).not.toContain(there.body.id);
    const closed = await must(asOwner('PUT', ofOwner('holidays'), { holidays: [{ date: DATE, name: 'Fire drill' }] }));
    expect(closed.body.affected).toEqual(expect.arrayContaining([early, late, there].map(({ body }) => body.id)));
    expect(closed.body.affectedCount).toBe(closed.body.affected.length);
    const kept = await must(api.call('GET', `/bookings/${early.body.id}`, { token: hanako.token }));
    expect(kept.body.status).toBe('confirmed');
    await must(asOwner('PUT', ofOwner('holidays'), { holidays: [] }));
    const wider = await must(asOwner('PUT', ofOwner('hours'), { hours: week('10:00', '18:00') }));
    expect(wider.body.affected).not.toContain(early.body.id);
    await clear(there, early, late);
  });

  it('of a location is taken, and names what is booked there', async () => {
    const [ginza, shibuya] = [await addLocation(), await addLocation()];
    const serviceId = await cutAt(ginza, shibuya);
    const [first, second] = [await bookAt(ginza, serviceId, '11:00'), await bookAt(shibuya, serviceId, '13:00')];
    const own = await must(asOwner('PUT', ofOwner(`locations/${ginza}`), { hours: week('14:00', '18:00') }));
    expect(own.body).toMatchObject(named(first));
    expect(await asOwner('DELETE', ofOwner(`locations/${ginza}`))).toMatchObject({ status: 200, body: named(first) });
    const empty = await addLocation();
    expect(await asOwner('DELETE', ofOwner(`locations/${empty}`))).toMatchObject({ status: 200, body: named() });
    await clear(first, second);
  });

  it('that withdraws a service, or ends a membership, names what is booked of it, or with that person', async () => {
    const ken = await somebody(api);
    const member = { businessId, userId: ken.id, role: 'staff' };
    const membership = await employed(api, owner.token, member);
    await must(asOwner('PUT', `/owner/resources/${yuki}`, { userId: ken.id }));
    const [first, second] = [await book('14:00'), await book('12:00')];
    const left = await must(asOwner('DELETE', `/staff/assignments/${membership.body.id}`));
    expect(left).toMatchObject({ status: 200, body: named(second, first) });
    await clear(second);
    const withdrawn = await asOwner('DELETE', `/owner/services/${cut}`);
    expect(withdrawn).toMatchObject({ status: 200, body: named(first) });
  });
});
