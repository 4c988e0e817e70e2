import { Commands, EventStoreUnavailable } from '@yoyaku/eventing';
import { localDate, newUuid, now, plusDays, type Uuid } from '@yoyaku/kernel';
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

describe('is moved', () => {
  const path = ({ body }: Reply) => `/bookings/series/${body.id}/reschedule`;
  const move = (made: Reply, body: object, user = hanako) => call('POST', path(made), body, user);
  const idOf = ({ body }: Reply, i: number): string => body.items[i].bookingId;
  /** Weekly, at that hour, in Tokyo; alone at those hours. */
  const weekly = async (hour: number, more: object = {}) =>
    must(series(hour, { rrule: 'FREQ=WEEKLY;COUNT=3', start: day(40, hour), ...more }));

  it('altogether, from one on, or one alone, and is seen as it is then', async () => {
    const made = await weekly(9);
    const all = await must(move(made, { start: day(41, 10) }));
    expect([startsOf(all), all.body.unmoved]).toEqual([days(10, 41, 48, 55), []]);
    expect(await shown(`/bookings/series/${made.body.id}`, all)).toEqual({ ...all.body, unmoved: undefined });
    const following = await must(move(made, { start: day(47, 9), from: idOf(made, 1) }));
    expect(startsOf(following)).toEqual([day(41, 10), ...days(9, 47, 54)]);
    const one = await must(move(made, { start: day(55, 9), from: idOf(made, 2), scope: 'one' }));
    expect(startsOf(one)).toEqual([day(41, 10), day(47, 9), day(55, 9)]);
    // What it had before can be booked again.
    expect(startsOf(await weekly(9, { rrule: 'FREQ=WEEKLY;COUNT=1' }))).toEqual(days(9, 40));
  });

  it('by a week, though its own bookings are in the way, there and back', async () => {
    const made = await weekly(11);
    expect(startsOf(await must(move(made, { start: day(47, 11) })))).toEqual(days(11, 47, 54, 61));
    expect(startsOf(await must(move(made, { start: day(40, 11) })))).toEqual(days(11, 40, 47, 54));
  });

  it('not at all where one time is taken, or without that one', async () => {
    const made = await weekly(12);
    const taken = await must(call('POST', '/bookings', { businessId, serviceId, start: day(48, 13) }));
    const refused = await move(made, { start: day(41, 13) });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'booking.series_clash', clashes: [{ start: day(48, 13), code: 'booking.slot_taken' }] },
    });
    expect(startsOf(await call('GET', `/bookings/series/${made.body.id}`, undefined, hanako, seen(taken)))).toEqual(
      days(12, 40, 47, 54),
    );
    const moved = await must(move(made, { start: day(41, 13), mode: 'available' }));
    expect(startsOf(moved)).toEqual([day(41, 13), day(47, 12), day(55, 13)]);
    expect(moved.body.unmoved).toEqual([{ bookingId: idOf(made, 1), start: day(48, 13), code: 'booking.slot_taken' }]);
    // Nobody holds what was asked for in vain.
    expect(await call('POST', '/bookings', { businessId, serviceId, start: day(48, 12) })).toMatchObject({
      status: 201,
    });
  });

  it('only as far as those behind a booking that cannot move do', async () => {
    const made = await weekly(15);
    await must(call('POST', '/bookings', { businessId, serviceId, start: day(61, 15) }));
    const none = await move(made, { start: day(47, 15), mode: 'available' });
    expect(none).toMatchObject({ status: 409, body: { clashes: { length: 3 } } });
  });

  it('once by two clicks, at once or in turn, and by as much again where that is asked', async () => {
    const made = await weekly(17);
    const clicks = await Promise.all([1, 2].map(() => move(made, { start: day(41, 17) })));
    expect(clicks.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    for (const { status, body } of clicks) {
      expect(status === 200 || body.code === 'booking.changed_meanwhile' ? [] : [status, body]).toEqual([]);
    }
    const again = await must(move(made, { start: day(41, 17) }));
    expect(startsOf(again)).toEqual(days(17, 41, 48, 55));
    const key = { 'idempotency-key': 'move-1' };
    const twice = await Promise.all(
      [1, 2].map(() => must(call('POST', path(made), { start: day(42, 17) }, hanako, key))),
    );
    expect(new Set(twice.map(({ text }) => text)).size).toBe(1);
    expect(startsOf(twice[0] as Reply)).toEqual(days(17, 42, 49, 56));
  });

  it.each([day(47, 23), day(33, 23)])(
    'to the end, once it is asked again, where the process died half-way to %s',
    async (start) => {
      const made = await weekly(23);
      const execute = Commands.prototype.execute;
      let moves = 0;
      // From the second booking on nothing is stored any more, also not what would put things right.
      const dying = jest.spyOn(Commands.prototype, 'execute').mockImplementation(function (this: Commands, ...given) {
        if (given[2].type === 'RescheduleBooking') moves++;
        if (moves > 1) throw new EventStoreUnavailable(new Error('It died'));
        return execute.apply(this, given);
      });
      const key = { 'idempotency-key': newUuid() };
      const died = await call('POST', path(made), { start }, hanako, key);
      dying.mockRestore();
      expect([died.status, moves]).toEqual([503, 2]);
      const moved = await must(call('POST', path(made), { start }, hanako, key));
      const first = start === day(47, 23) ? 47 : 33;
      expect(startsOf(moved)).toEqual(days(23, first, first + 7, first + 14));
      // What they had before is free again, and nothing else is held.
      const left = start === day(47, 23) ? day(40, 23) : day(54, 23);
      const booked = await must(call('POST', '/bookings', { businessId, serviceId, start: left }));
      await must(call('DELETE', `/bookings/${booked.body.id}`, {}));
      await must(call('DELETE', `/bookings/series/${made.body.id}?scope=all`, {}));
      const again = await must(series(23, { rrule: 'FREQ=WEEKLY;COUNT=5', start: day(33, 23), another: true }));
      await must(call('DELETE', `/bookings/series/${again.body.id}?scope=all`, {}));
    },
  );

  it('without what was cancelled, and within the policy where its customer asks', async () => {
    const { body: policy } = await must(
      call('POST', '/policies', { businessId, name: 'Two months', freeUntilHours: 24 * 45 }, owner),
    );
    await must(call('PUT', `/owner/services/${serviceId}`, { policyId: policy.id }, owner));
    const made = await weekly(19);
    await must(call('PUT', `/owner/services/${serviceId}`, { policyId: null }, owner));
    const tooLate = await move(made, { start: day(41, 20) });
    expect(tooLate).toMatchObject({ status: 422, body: { code: 'booking.too_late_to_change' } });
    const rest = await must(move(made, { start: day(48, 20), from: idOf(made, 1) }));
    expect(startsOf(rest)).toEqual([day(40, 19), ...days(20, 48, 55)]);
    const others = await must(move(made, { start: day(49, 20), mode: 'available' }));
    expect(startsOf(others)).toEqual([day(40, 19), ...days(20, 49, 56)]);
    const stays = { bookingId: idOf(made, 0), start: day(41, 19), code: 'booking.too_late_to_change' };
    expect(others.body.unmoved).toEqual([stays]);
    await must(move(made, { start: day(48, 20), from: idOf(made, 1) }));
    await must(call('DELETE', `/bookings/series/${made.body.id}?scope=one&start=${day(48, 20)}`, {}));
    const desk = await must(move(made, { start: day(41, 19), keepPrice: true }, owner));
    expect(startsOf(desk)).toEqual([day(41, 19), day(48, 20), day(56, 20)]);
    await must(call('DELETE', `/bookings/series/${made.body.id}?scope=all`, {}));
    expect(await move(made, { start: day(42, 19) })).toMatchObject({
      status: 409,
      body: { code: 'booking.invalid_transition' },
    });
  });

  it('by nobody else, and not by what it is not', async () => {
    const [made, other] = [await weekly(21), await weekly(22)];
    const stranger = await somebody(api);
    expect(await move(made, { start: day(41, 21) }, stranger)).toMatchObject({ status: 404 });
    expect(await move(made, { start: day(41, 21), from: idOf(other, 0) })).toMatchObject({
      status: 404,
      body: { code: 'booking.not_found' },
    });
    for (const [body, field, code] of [
      [{ start: day(41, 21), scope: 'following' }, 'from', 'required'],
      [{ start: day(41, 21), scope: 'one' }, 'from', 'required'],
      [{ start: day(41, 21), keepPrice: true }, 'keepPrice', 'unknown_field'],
      [{ start: '2027-04-01' }, 'start', 'not_instant'],
      [{ start: day(41, 21), mode: 'some' }, 'mode', 'not_one_of'],
    ] as const) {
      expect(await move(made, body)).toMatchObject({ status: 400, body: { errors: [{ path: field, code }] } });
    }
    const outside = await move(made, { start: day(-1, 21) });
    expect(outside).toMatchObject({ status: 409, body: { clashes: { 0: { code: 'booking.too_soon' } } } });
  });
});
