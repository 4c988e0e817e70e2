import { newUuid } from '@yoyaku/kernel';
import { anOpenSalon, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let admin: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start({ TRIAL_DAYS: '30' });
  admin = await api.admin();
});
afterAll(() => api.stop());

const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string });

const set = (businessId: string, body: object) =>
  api.call('PUT', `/admin/businesses/${businessId}/subscription`, { token: admin.token, body });

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();

it('begins with a trial as long as the installation says, and is read and cancelled by owners', async () => {
  const { businessId, owner } = await anOpenSalon(api, ['09:00', '18:00']);
  const path = `/owner/businesses/${businessId}/subscription`;
  const call = (method: Method, { token }: Person, headers = {}) => api.call(method, path, { token, headers });
  const { body } = await call('GET', owner);
  expect(body).toEqual({ state: 'trial', endsAt: expect.any(String), cancelledAt: null });
  expect(Math.round((Date.parse(body.endsAt) - Date.now()) / DAY)).toBe(30);

  const cancelled = await call('DELETE', owner);
  expect(cancelled).toMatchObject({ status: 200, body: { ...body, cancelledAt: expect.any(String) } });
  const after = await call('GET', owner, seen(cancelled));
  expect(after.body).toEqual(cancelled.body);
  expect(after.headers.etag).toBe(cancelled.headers.etag);
  expect(await call('GET', await somebody(api))).toMatchObject({ status: 404, body: { code: 'business.not_found' } });
  expect(await call('DELETE', admin)).toMatchObject({ status: 200, body: cancelled.body });

  const renewed = await set(businessId, { state: 'active' });
  expect(renewed.body).toEqual({ state: 'active', endsAt: null, cancelledAt: null });
  const whole = await api.call('GET', `/owner/businesses/${businessId}`, {
    token: owner.token,
    headers: seen(renewed),
  });
  expect(whole.body.subscription).toEqual(renewed.body);
  expect((await call('DELETE', owner)).body).toMatchObject({ state: 'expired', cancelledAt: expect.any(String) });
});

it('is set by the platform’s people alone, and to what makes sense', async () => {
  const { businessId, owner } = await anOpenSalon(api, ['09:00', '18:00']);
  const path = `/admin/businesses/${businessId}/subscription`;
  const asOwner = await api.call('PUT', path, { token: owner.token, body: { state: 'active' } });
  expect(asOwner).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
  const refused = [
    [{ state: 'free' }, 400, 'request.invalid'],
    [{ state: 'trial' }, 422, 'business.subscription_without_end'],
    [{ state: 'active', endsAt: inDays(-1) }, 422, 'business.subscription_ends_in_past'],
  ] as const;
  for (const [body, status, code] of refused)
    expect(await set(businessId, body)).toMatchObject({ status, body: { code } });
  expect(await set(newUuid(), { state: 'active' })).toMatchObject({
    status: 404,
    body: { code: 'business.not_found' },
  });
  expect(await set(businessId, { state: 'past_due', endsAt: inDays(7) })).toMatchObject({ status: 200 });
});

it('that has expired takes no bookings; those there are are carried through', async () => {
  const { businessId, owner, asOwner } = await anOpenSalon(api, ['00:00', '24:00']);
  const resource = (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' })).body.id;
  const service = {
    businessId,
    name: 'Cut',
    durationMinutes: 60,
    price: { amount: 8000, currency: 'JPY' },
    requirements: [{ anyOf: [resource] }],
  };
  const serviceId = (await asOwner('POST', '/owner/services', service)).body.id;
  const hanako = await somebody(api);
  const date = inDays(3).slice(0, 10);
  const at = (hour: string) => `${date}T${hour}:00:00Z`;
  const key = newUuid();
  const book = (start: string, headers = {}) =>
    api.call('POST', '/bookings', { token: hanako.token, headers, body: { businessId, serviceId, start } });
  const [first, second] = [await must(book(at('03'), { 'idempotency-key': key })), await must(book(at('05')))];
  const offered = async () => {
    const days = `serviceId=${serviceId}&from=${date}&to=${date}`;
    const path = `/availability?businessId=${businessId}&${days}`;
    return (await api.call('GET', path, { headers: seen(second) })).body.slots.length;
  };
  expect(await offered()).toBeGreaterThan(0);

  await must(set(businessId, { state: 'expired' }));
  const refused = { status: 422, body: { code: 'business.subscription_expired' } };
  expect(await book(at('07'))).toMatchObject(refused);
  expect(await offered()).toBe(0);
  const explain = `/availability/explain?serviceId=${serviceId}&resourceId=${resource}&start=${at('07')}`;
  const why = await api.call('GET', explain, { token: owner.token });
  expect(why.body).toMatchObject({ offered: false, reasons: [{ code: 'business.subscription_expired' }] });
  expect(await book(at('03'), { 'idempotency-key': key })).toMatchObject({ status: 201, body: first.body });

  const moved = await api.call('POST', `/bookings/${first.body.id}/reschedule`, {
    token: hanako.token,
    body: { start: at('09') },
  });
  expect(moved).toMatchObject({ status: 200, body: { start: at('09') } });
  const cancel = await api.call('DELETE', `/bookings/${second.body.id}`, { token: hanako.token, body: {} });
  expect(cancel).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  const ask = (path: string, body: object) => api.call('POST', path, { token: owner.token, body });
  expect(await ask(`/bookings/${second.body.id}/undo-cancel`, {})).toMatchObject(refused);
  const block = { start: at('11'), end: at('12') };
  expect(await asOwner('POST', `/resources/${resource}/blocks`, block)).toMatchObject({ status: 201 });
  const own = await api.call('PUT', `/customers/${first.body.customerId}`, {
    token: hanako.token,
    body: { name: 'Hanako Sato' },
  });
  expect(own).toMatchObject({ status: 200, body: { name: 'Hanako Sato' } });
  const narrowed = await asOwner('PUT', `/owner/businesses/${businessId}/roles/staff`, { permissions: [] });
  expect(narrowed).toMatchObject({ status: 200, body: { permissions: [] } });
  const employed = await ask('/staff/assignments', { businessId, userId: hanako.id, role: 'staff' });
  expect(employed).toMatchObject(refused);

  await must(set(businessId, { state: 'active' }));
  expect(await book(at('07'))).toMatchObject({ status: 201 });
});
