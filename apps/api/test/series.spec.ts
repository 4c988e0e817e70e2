import { localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let businessId: Uuid;
let serviceId: string;
let owner: Person;
let hanako: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const salon = await anOpenSalon(api, ['00:00', '24:00']);
  ({ businessId, owner } = salon);
  hanako = await somebody(api);
  const resource = await salon.asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' });
  const service = await salon.asOwner('POST', '/owner/services', {
    businessId,
    name: 'Cut',
    durationMinutes: 60,
    price: { amount: 8000, currency: 'JPY' },
    requirements: [{ anyOf: [resource.body.id] }],
  });
  serviceId = service.body.id;
});
afterAll(() => api.stop());

/** Looked up once: midnight may pass while the specs run. */
const TODAY = localDate(now(), 'UTC');

/** The hour in Tokyo, so many days from now. */
const day = (n: number, hour: number): string =>
  new Date(`${plusDays(TODAY, n)}T${String(hour).padStart(2, '0')}:00:00+09:00`).toISOString().replace('.000', '');

const call = (method: Method, path: string, body?: object, user = hanako, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, headers, ...(body && { body }) });

const series = (hour: number, more: object = {}, user = hanako) =>
  call(
    'POST',
    '/bookings/series',
    { businessId, serviceId, start: day(3, hour), rrule: 'FREQ=DAILY;COUNT=4', mode: 'all', ...more },
    user,
  );

const days = (hour: number, ...ns: readonly number[]) => ns.map((n) => day(n, hour));
const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string });
const shown = async (path: string, reply: Reply) => (await call('GET', path, undefined, hanako, seen(reply))).body;
const startsOf = ({ body }: Reply): string[] => body.items.map(({ start }: { start: string }) => start);
const statusesOf = ({ items }: Reply['body']): string[] => items.map(({ status }: { status: string }) => status);

it('is booked, read, and is a booking each time', async () => {
  const made = await must(series(9));
  expect(made).toMatchObject({
    status: 201,
    headers: { location: `/api/v1/bookings/series/${made.body.id}` },
    body: { businessId, serviceId, rrule: 'FREQ=DAILY;COUNT=4', timeZone: 'Asia/Tokyo', skipped: [] },
  });
  expect(startsOf(made)).toEqual(days(9, 3, 4, 5, 6));
  expect(statusesOf(made.body)).toEqual(Array(4).fill('confirmed'));
  expect(await shown(`/bookings/series/${made.body.id}`, made)).toEqual(made.body);
  const [{ bookingId }] = made.body.items;
  expect(await shown(`/bookings/${bookingId}`, made)).toMatchObject({ start: day(3, 9), status: 'confirmed' });
});

it('is refused with each time that cannot be booked, or booked without those', async () => {
  await must(call('POST', '/bookings', { businessId, serviceId, start: day(5, 10) }));
  expect(await series(10)).toMatchObject({
    status: 409,
    body: { code: 'booking.series_clash', clashes: [{ start: day(5, 10), code: 'booking.slot_taken' }] },
  });
  const made = await must(series(10, { mode: 'available' }));
  expect(startsOf(made)).toEqual(days(10, 3, 4, 6));
  expect(made.body.skipped).toEqual([{ start: day(5, 10), code: 'booking.slot_taken' }]);
  const second = await series(10, { mode: 'available', another: true });
  expect(second).toMatchObject({ status: 409, body: { clashes: { length: 4 } } });
});

it('is cancelled at one time, from then on, or altogether', async () => {
  const made = await must(series(11));
  const path = `/bookings/series/${made.body.id}`;
  const cancel = (query: string, body: object = {}) => call('DELETE', `${path}?${query}`, body);
  expect(await cancel('scope=one')).toMatchObject({ status: 400, body: { errors: [{ path: 'start' }] } });
  expect(await cancel(`scope=one&start=${day(9, 11)}`)).toMatchObject({ status: 404 });

  const one = await must(cancel(`scope=one&start=${day(4, 11)}`, { reason: 'Ill' }));
  expect(statusesOf(one.body)).toEqual(['confirmed', 'cancelled', 'confirmed', 'confirmed']);
  expect(await shown(path, one)).toEqual(one.body);
  const following = await must(cancel(`scope=following&start=${day(5, 11)}`));
  expect(statusesOf(following.body)).toEqual(['confirmed', 'cancelled', 'cancelled', 'cancelled']);
  const all = await must(cancel('scope=all'));
  expect(statusesOf(all.body)).toEqual(Array(4).fill('cancelled'));
  expect(await must(cancel('scope=all'))).toMatchObject({ body: all.body });
  expect(startsOf(await must(series(11)))).toEqual(days(11, 3, 4, 5, 6));
});

it('is made for a customer by the business’s people, and nobody else sees it', async () => {
  const customer = await must(call('POST', '/customers', { businessId, name: 'Taro' }, owner));
  const made = await must(series(12, { customerId: customer.body.id }, owner));
  expect(made.body).toMatchObject({ customerId: customer.body.id, userId: null });
  const path = `/bookings/series/${made.body.id}`;
  expect(await call('GET', path)).toMatchObject({ status: 404 });
  expect(await call('DELETE', `${path}?scope=all`, {})).toMatchObject({ status: 404 });
  expect(await series(13, { customerId: customer.body.id })).toMatchObject({ status: 404 });
  expect(await call('GET', path, undefined, owner, seen(made))).toMatchObject({ status: 200, body: made.body });
});

it('is one, however often it is sent with one key', async () => {
  const body = { businessId, serviceId, start: day(3, 14), rrule: 'FREQ=DAILY;COUNT=3', mode: 'all' };
  const key = { 'idempotency-key': 'series-1' };
  const sent = await Promise.all([1, 2, 3].map(() => must(call('POST', '/bookings/series', body, hanako, key))));
  expect(new Set(sent.map(({ text }) => text)).size).toBe(1);
});

it('is one for clicks at once and in turn without a key, while it stands; `another` makes a second', async () => {
  const clicks = await Promise.all([1, 2, 3].map(() => must(series(16))));
  expect(new Set([...clicks, await must(series(16))].map(({ text }) => text)).size).toBe(1);
  expect(await series(16, { another: true })).toMatchObject({ status: 409, body: { code: 'booking.series_clash' } });
  const { id } = clicks[0]?.body ?? {};
  await must(call('DELETE', `/bookings/series/${id}?scope=all`, {}));
  const again = await must(series(16));
  expect(again.body.id).not.toBe(id);
  expect(startsOf(again)).toEqual(days(16, 3, 4, 5, 6));
});

it('is refused to who is blocked before anything of it is held', async () => {
  const blocked = await somebody(api);
  const { body } = await must(series(17, {}, blocked));
  await must(call('DELETE', `/bookings/series/${body.id}?scope=all`, {}, blocked));
  await must(call('PUT', `/customers/${body.customerId}`, { status: 'blocked' }, owner));
  expect(await series(18, {}, blocked)).toMatchObject({ status: 422, body: { code: 'booking.customer_blocked' } });
  expect(await series(18, { customerId: body.customerId }, owner)).toMatchObject({ status: 422 });
  expect(startsOf(await must(series(18)))).toEqual(days(18, 3, 4, 5, 6));
});

it.each([
  ['FREQ=SECONDLY;COUNT=1000000000', 400, 'series.invalid_rule'],
  ['FREQ=DAILY;COUNT=1000000000', 422, 'series.too_long'],
  ['FREQ=DAILY', 422, 'series.endless'],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3', 422, 'series.empty'],
])('%s is refused', async (rrule, status, code) => {
  expect(await series(15, { rrule })).toMatchObject({ status, body: { code } });
});
