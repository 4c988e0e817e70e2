import { EventCodec, EventStoreDb, partitionOf, systemContext } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { type ABusiness, aBusiness } from './a-business';
import { ApiUnderTest, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let admin: SignedInUser;
let business: ABusiness;
let things: ABusiness['things'];
/** Another tenant, in the same partition, of whom an event came that no read model of bookings can hold. */
let stranger: string;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await api.admin();
  business = await aBusiness(api, admin);
  things = business.things;
  const partition = (tenantId: string) => partitionOf({ tenantId, stream: '' }, api.config.partitions);
  do stranger = newUuid();
  while (partition(stranger) !== partition(things.business as string));

  const stream = `booking-${newUuid()}`;
  const nonsense = { type: 'BookingRequested', data: {} };
  const sealed = await api.app.get(EventCodec).sealAll(stream, [nonsense], systemContext('spec'), stranger, {
    revision: -1,
    hash: null,
  });
  await api.app.get(EventStoreDb).append(stream, 'no_stream', sealed);
  const state = async () => (await api.app.get(ProjectionAdmin).get('bookings')).state;
  await until(async () => (await state()) === 'failed');
});
afterAll(() => api.stop());

/** What a client gets that wrote something just now, and waits for it. */
async function afterWriting(path: string) {
  const { token } = business.people.owner;
  const body = { businessId: things.business, name: 'A week', freeUntilHours: 168 };
  const { headers } = await api.call('POST', '/policies', { token, body });
  const waiting = { 'x-min-position': headers['x-event-position'] as string };
  const { status, body: answer } = await api.call('GET', path, { token: admin.token, headers: waiting });
  return status === 200 ? status : `${status} ${answer.code}`;
}

it.each<[string, () => string]>([
  ['its bookings', () => `/bookings?businessId=${things.business}`],
  ['one of its bookings', () => `/bookings/${things.booking}`],
  ['the history of one', () => `/bookings/${things.booking}/history`],
  ['the bookings of its customer', () => `/customers/${things.customer}/history`],
])('while another tenant of the partition stands still, a business reads of its own writes %s', async (_, path) => {
  expect(await afterWriting(path())).toBe(200);
});

it('what is asked of that tenant is answered at once: it has failed', async () => {
  // Who waits in vain is told `projection.behind`.
  expect(await afterWriting(`/bookings?businessId=${stranger}`)).toBe('503 projection.failed');
});

it('what is asked of all businesses together goes on', async () => {
  expect(await afterWriting('/bookings')).toBe(200);
  expect(await afterWriting(`/bookings/${newUuid()}`)).toBe('404 booking.not_found');
});

it('health names the tenant, the event and the error, and serves on', async () => {
  const { status, body } = await api.call('GET', '//health/ready');
  expect(status).toBe(200);
  expect(body.status).toBe('degraded');
  expect(body.checks.projections.reason).toMatch(new RegExp(`bookings for ${stranger} at BookingRequested .{36} \\(`));
});
