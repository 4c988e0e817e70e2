import { newUuid } from '@yoyaku/kernel';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let salon: ABusiness;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const admin = await somebody(api, 'admin');
  salon = await aBusiness(api, admin);
}, 30_000);
afterAll(() => api.stop());

const call = (user: Person, method: Method, path: string, body?: object, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, headers, ...(body && { body }) });

describe('the id of a new thing', () => {
  const places: [string, (things: ABusiness['things']) => object][] = [
    ['/customers', ({ business }) => ({ businessId: business, name: 'Hanako' })],
    ['/customers/notes', ({ customer }) => ({ customerId: customer, kind: 'general', text: 'Tea' })],
    ['/owner/businesses', () => ({ name: 'Spa', slug: `spa-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' })],
    ['/owner/businesses/:business/locations', () => ({ name: 'Ginza' })],
    ['/owner/resources', ({ business }) => ({ businessId: business, kind: 'room', name: 'Room' })],
    [
      '/owner/services',
      ({ business }) => ({
        businessId: business,
        name: 'Cut',
        durationMinutes: 60,
        price: { amount: 8000, currency: 'JPY' },
      }),
    ],
    ['/policies', ({ business }) => ({ businessId: business, name: 'A day', freeUntilHours: 24 })],
    ['/staff/exceptions', ({ resource }) => ({ resourceId: resource, date: '2029-04-01', kind: 'off' })],
    ['/resources/:resource/blocks', () => ({ start: '2029-04-01T00:00:00Z', end: '2029-04-02T00:00:00Z' })],
    [
      '/bookings',
      ({ business, service, customer }) => ({
        businessId: business,
        serviceId: service,
        customerId: customer,
        start: salon.start,
      }),
    ],
    ['/bookings', () => ({ title: 'Dentist', start: '2029-04-01T00:00:00Z', end: '2029-04-01T01:00:00Z' })],
  ];

  it.each(places)('is no field of POST %s', async (path, body) => {
    const url = path.replace(/:(\w+)/, (_, name: string) => salon.things[name] as string);
    const reply = await call(salon.people.owner, 'POST', url, { ...body(salon.things), id: newUuid() });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: 'id', code: 'whitelist_validation' }] } });
  });

  it('is the same for who sends a command again with its key', async () => {
    const { business } = salon.things;
    const headers = { 'idempotency-key': newUuid() };
    const add = () => call(salon.people.owner, 'POST', '/customers', { businessId: business, name: 'Aiko' }, headers);
    const [first, second] = [await add(), await add()];
    expect(first.status).toBe(201);
    expect(second.text).toBe(first.text);
  });
});
