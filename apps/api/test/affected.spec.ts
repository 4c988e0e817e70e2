import { atLocal, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);

let api: ApiUnderTest;
let hanako: Person;
let businessId: Uuid;
let yuki: Uuid;
let cut: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await somebody(api);
  ({ businessId, asOwner } = await anOpenSalon(api, ['10:00', '18:00']));
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
