import { OfferFreedTime } from '@yoyaku/booking';
import { Commands, systemContext } from '@yoyaku/eventing';
import { instant, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let businessId: Uuid;
let owner: Person;
let hanako: Person;
let taro: Person;
let room: Uuid;
let serviceId: Uuid;

const TOKYO = 'Asia/Tokyo';
const FROM = plusDays(localDate(now(), TOKYO), 3);
const TO = plusDays(FROM, 2);
/** The hour in Tokyo of the first of the dates. */
const hour = (of: number): string =>
  new Date(`${FROM}T${String(of).padStart(2, '0')}:00:00+09:00`).toISOString().replace('.000', '');

beforeAll(async () => {
  api = await ApiUnderTest.start();
  ({ businessId, owner } = await anOpenSalon(api, ['00:00', '24:00']));
  [hanako, taro] = [await somebody(api), await somebody(api)];
});
beforeEach(async () => {
  const resource = { businessId, kind: 'room', name: 'Room' };
  room = (await must(call('POST', '/owner/resources', resource, owner))).body.id;
  const price = { amount: 8000, currency: 'JPY' };
  const service = { businessId, name: 'Cut', durationMinutes: 60, price, requirements: [{ anyOf: [room] }] };
  serviceId = (await must(call('POST', '/owner/services', service, owner))).body.id;
});
afterAll(() => api.stop());

const call = (method: Method, path: string, body?: object, user = hanako, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, headers, ...(body && { body }) });
const join = (user = hanako, more: object = {}): Promise<Reply> =>
  call('POST', '/waitlist', { businessId, serviceId, from: FROM, to: TO, ...more }, user);
const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string });
const shown = async (path: string, after: Reply, user = hanako) => call('GET', path, undefined, user, seen(after));

/** What a reactor does when an hour has become free. */
async function offer(of = 9): Promise<void> {
  const start = instant(hour(of));
  const freed = { businessId, serviceId, start, from: start, to: instant(hour(of + 1)) };
  await api.app.get(Commands).send(new OfferFreedTime(freed, [], systemContext('spec')));
}
/** Any command tells how far the store is. */
const anything = () => must(call('PATCH', '/users/me', { name: `A${Date.now()}` }, owner));

it('one joins, sees one’s place, is offered a time, and books it', async () => {
  const first = await must(join(taro));
  const mine = await must(join(hanako, { partySize: 1 }));
  expect(mine).toMatchObject({
    status: 201,
    headers: { location: `/api/v1/waitlist/${mine.body.id}` },
    body: { businessId, serviceId, status: 'waiting', place: 2, from: FROM, to: TO, offer: null, bookingId: null },
  });
  expect((await shown(`/waitlist/${mine.body.id}`, mine)).body).toEqual(mine.body);
  // Two clicks are one wish.
  expect(await join()).toMatchObject({ status: 201, body: { id: mine.body.id, place: 2 } });
  expect(await call('POST', `/waitlist/${mine.body.id}/accept`, {})).toMatchObject({
    status: 422,
    body: { code: 'waitlist.no_offer' },
  });

  await must(call('DELETE', `/waitlist/${first.body.id}`, undefined, taro));
  await offer();
  const path = `/waitlist/${mine.body.id}`;
  const { body } = await shown(path, await anything());
  expect(body).toMatchObject({
    status: 'offered',
    place: null,
    offer: { start: hour(9), end: hour(10), resourceIds: [room], price: { amount: 8000, currency: 'JPY' } },
  });
  // What is held is taken, to everybody else.
  const free = `/availability?businessId=${businessId}&serviceId=${serviceId}&from=${FROM}&to=${FROM}`;
  const { items } = (await shown(free, await anything())).body;
  expect(items.map(({ start }: { start: string }) => start)).not.toContain(hour(9));
  expect(await call('POST', '/bookings', { businessId, serviceId, start: hour(9) }, taro)).toMatchObject({
    status: 409,
    body: { code: 'booking.slot_taken' },
  });
  const why = `/availability/explain?serviceId=${serviceId}&resourceId=${room}&start=${hour(9)}`;
  expect((await call('GET', why, undefined, owner)).body).toMatchObject({ offered: false });

  // It is nobody else’s to accept or decline.
  for (const answer of ['accept', 'decline']) {
    expect(await call('POST', `${path}/${answer}`, {}, taro)).toMatchObject({
      status: 404,
      body: { code: 'waitlist.not_found' },
    });
  }
  const accepted = await must(call('POST', `${path}/accept`, {}));
  expect(accepted).toMatchObject({
    status: 201,
    headers: { location: `/api/v1/bookings/${accepted.body.id}` },
    body: { status: 'confirmed', start: hour(9), userId: hanako.id, resourceIds: [room] },
  });
  expect((await call('POST', `${path}/accept`, {})).body).toEqual(accepted.body);
  expect((await shown(path, accepted)).body).toMatchObject({ status: 'accepted', bookingId: accepted.body.id });
  expect((await shown(`/bookings/${accepted.body.id}`, accepted)).body).toEqual(accepted.body);
  expect(await call('DELETE', path)).toMatchObject({ status: 422, body: { code: 'waitlist.ended' } });
});

it('the business’s people put a customer into the line, see it, and take them out of it', async () => {
  const customer = await must(call('POST', '/customers', { businessId, name: 'Jiro' }, owner));
  const put = await must(join(owner, { customerId: customer.body.id }));
  expect(put.body).toMatchObject({ customerId: customer.body.id, userId: null, place: 1 });
  const own = await must(join());
  const list = `/waitlist?businessId=${businessId}&serviceId=${serviceId}`;
  const { items } = (await shown(list, own, owner)).body;
  expect(items.map(({ id, place }: { id: string; place: number }) => [id, place])).toEqual([
    [put.body.id, 1],
    [own.body.id, 2],
  ]);
  expect((await shown(list, own)).body.items).toEqual([own.body]);
  expect((await shown('/waitlist?mine=true&status=waiting', own, taro)).body.items).toEqual([]);
  const out = await must(call('DELETE', `/waitlist/${put.body.id}`, undefined, owner));
  expect(out.body).toMatchObject({ status: 'removed', reason: 'business', place: null });
  expect((await shown(`/waitlist/${own.body.id}`, out)).body).toMatchObject({ place: 1 });
  expect(await call('GET', `/waitlist/${put.body.id}`, undefined, taro)).toMatchObject({ status: 404 });
});

it('who declines has had their turn', async () => {
  const mine = await must(join());
  await offer();
  const path = `/waitlist/${mine.body.id}`;
  const declined = await must(call('POST', `${path}/decline`, {}));
  expect(declined.body).toMatchObject({ status: 'declined', offer: null });
  expect((await call('POST', `${path}/decline`, {})).body).toMatchObject({ status: 'declined' });
  expect(await call('POST', `${path}/accept`, {})).toMatchObject({ status: 422, body: { code: 'waitlist.ended' } });
  // They may wait again.
  expect((await must(join())).body).toMatchObject({ status: 'waiting', place: 1 });
});

it('is refused for what could never be offered', async () => {
  const refused = async (more: object, code: string, status = 422) =>
    expect(await join(hanako, more)).toMatchObject({ status, body: { code } });
  await refused({ partySize: 2 }, 'booking.party_too_large');
  await refused({ from: TO, to: FROM }, 'waitlist.ends_before_start');
  await refused({ to: plusDays(FROM, 400) }, 'waitlist.too_many_days');
  await refused({ from: '2026-01-01', to: '2026-01-02' }, 'waitlist.dates_passed');
  await refused({ locationId: businessId }, 'location.unknown');
  await refused({ resourceIds: [businessId] }, 'booking.resource_unsuitable');
  await refused({ serviceId: businessId }, 'service.not_found', 404);
});
