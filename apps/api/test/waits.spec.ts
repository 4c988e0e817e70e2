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
/** Another tenant, in another partition, where an event came that no read model of bookings can hold. */
let stranger: string;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await api.admin();
  business = await aBusiness(api, admin);
  things = business.things;
  const partition = (tenantId: string) => partitionOf({ tenantId, stream: '' }, api.config.partitions);
  do stranger = newUuid();
  while (partition(stranger) === partition(things.business as string));

  const stream = `booking-${newUuid()}`;
  const nonsense = { type: 'BookingRequested', data: {} };
  const sealed = await api.app.get(EventCodec).sealAll(stream, [nonsense], systemContext('spec'), stranger, {
    revision: -1,
    hash: null,
  });
  await api.app.get(EventStoreDb).append(stream, 'no_stream', sealed);
  const state = async () => (await api.app.get(ProjectionAdmin).get('bookings')).state;
  await until(async () => (await state()) === 'failed');
}, 30_000);
afterAll(() => api.stop());

/** What a client gets that wrote something just now, and waits for it. */
async function afterWriting(path: string) {
  const { token } = business.people.owner;
  const body = { businessId: things.business, name: 'A week', freeUntilHours: 168 };
  const { headers } = await api.call('POST', '/policies', { token, body });
  const waiting = { 'x-min-position': headers['x-event-position'] as string, prefer: 'wait=1' };
  const { status, body: answer } = await api.call('GET', path, { token: admin.token, headers: waiting });
  return status === 200 ? status : `${status} ${answer.code}`;
}

it.each<[string, () => string]>([
  ['its bookings', () => `/bookings?businessId=${things.business}`],
  ['one of its bookings', () => `/bookings/${things.booking}`],
  ['the history of one', () => `/bookings/${things.booking}/history`],
  ['the bookings of its customer', () => `/customers/${things.customer}/history`],
])('while another tenant’s partition stands still, a business reads of its own writes %s', async (_, path) => {
  expect(await afterWriting(path())).toBe(200);
});

it.each<[string, () => string]>([
  ['of that tenant', () => `/bookings?businessId=${stranger}`],
  ['of all businesses together', () => '/bookings'],
  ['of a booking that nobody knows', () => `/bookings/${newUuid()}`],
])('what is asked %s is behind', async (_, path) => {
  expect(await afterWriting(path())).toBe('503 projection.behind');
});
