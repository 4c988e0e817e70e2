import { newUuid } from '@yoyaku/kernel';
import { anOpenSalon, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let salon: Awaited<ReturnType<typeof anOpenSalon>>;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  salon = await anOpenSalon(api, ['09:00', '18:00']);
});
afterAll(() => api.stop());

const roles = (method: Method, path = '', body?: object, { token }: Person = salon.owner, headers = {}) =>
  api.call(method, `/owner/businesses/${salon.businessId}/roles${path}`, { token, body, headers });
const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string });
const refusing = (status: number, code: string) => ({ status, body: { code } });

async function member(
  role: string,
  more: object = {},
  by = salon.owner,
): Promise<Person & { memberId: string; last: Reply }> {
  const person = await somebody(api);
  const body = { businessId: salon.businessId, userId: person.id, role, ...more };
  const last = await employed(api, by.token, body);
  return { ...person, memberId: last.body.id, last };
}

const customersAs = async ({ token }: Person) =>
  (await api.call('GET', `/customers?businessId=${salon.businessId}`, { token })).status;

it('a business has roles of its own, which hold from the next request on', async () => {
  const set = await roles('PUT', '/desk', { permissions: ['business:read', 'customers:read'] });
  expect(set).toMatchObject({ status: 200, body: { role: 'desk', builtIn: false, isDefault: false } });
  const list = await roles('GET', '', undefined, salon.owner, seen(set));
  const names = list.body.items.map(({ role }: { role: string }) => role);
  expect(names).toEqual(['owner', 'manager', 'staff', 'assistant', 'sales_rep', 'sales_manager', 'desk']);
  expect((await roles('GET', '/desk')).body).toEqual(set.body);
  expect(await roles('GET', '/nobody')).toMatchObject(refusing(404, 'role.not_found'));

  const yuki = await member('desk');
  expect(yuki.last.body).toMatchObject({ role: 'desk', permissions: [] });
  expect(await customersAs(yuki)).toBe(200);
  await must(roles('PUT', '/desk', { permissions: ['business:read'] }));
  expect(await customersAs(yuki)).toBe(403);
  expect(await roles('GET', '', undefined, yuki)).toMatchObject(refusing(403, 'access.forbidden'));

  const more = { permissions: ['customers:read'] };
  await must(api.call('PUT', `/staff/assignments/${yuki.memberId}`, { token: salon.owner.token, body: more }));
  expect(await customersAs(yuki)).toBe(200);

  const staff = await member('staff');
  expect(await customersAs(staff)).toBe(200);
  await must(roles('PUT', '/staff', { permissions: ['business:read'] }));
  expect(await customersAs(staff)).toBe(403);
});

it('a role that somebody has does not vanish beneath them, and unknown ones are given to nobody', async () => {
  await must(roles('PUT', '/host', { permissions: ['customers:read'] }));
  const yuki = await member('host');
  await api.call('GET', `/staff/assignments/${yuki.memberId}`, { token: salon.owner.token, headers: seen(yuki.last) });
  const items = (await roles('GET')).body.items.filter(
    ({ isDefault, role }: { isDefault: boolean; role: string }) => !isDefault && role !== 'host',
  );
  const others = {
    items: items.map(({ role, permissions }: { role: string; permissions: string[] }) => ({ role, permissions })),
  };
  expect(await roles('PUT', '', others)).toMatchObject(refusing(409, 'role.in_use'));
  expect(await customersAs(yuki)).toBe(200);
  const left = await must(api.call('DELETE', `/staff/assignments/${yuki.memberId}`, { token: salon.owner.token }));
  await api.call('GET', `/staff/assignments/${yuki.memberId}`, { token: salon.owner.token, headers: seen(left) });
  expect(await roles('PUT', '', others)).toMatchObject({ status: 200 });
  const body = { businessId: salon.businessId, userId: (await somebody(api)).id, role: 'host' };
  const gone = await api.call('POST', '/staff/assignments', { token: salon.owner.token, body });
  expect(gone).toMatchObject(refusing(422, 'role.unknown'));
});

it('nobody gives what they do not have, and an owner cannot be locked out', async () => {
  await must(roles('PUT', '/chief', { permissions: ['business:read', 'staff:write', 'roles:*', 'bookings:*'] }));
  const chief = await member('chief');
  expect(await roles('PUT', '/manager', { permissions: ['bookings:read'] }, chief)).toMatchObject(
    refusing(403, 'role.forbidden'),
  );
  expect(await roles('PUT', '/bell', { permissions: ['bookings:read'] }, chief)).toMatchObject({ status: 200 });
  expect(await roles('PUT', '/bell', { permissions: ['audit:read'] }, chief)).toMatchObject(
    refusing(403, 'role.forbidden'),
  );
  expect(await roles('PUT', '/chief', { permissions: ['business:write'] }, chief)).toMatchObject(
    refusing(403, 'role.forbidden'),
  );
  expect(await roles('PUT', '/owner', { permissions: [] })).toMatchObject(refusing(422, 'role.fixed'));
  await expect(member('manager', {}, chief)).rejects.toThrow('member.forbidden');
  await expect(member('bell', { permissions: ['audit:read'] }, chief)).rejects.toThrow('member.forbidden');
  await member('bell', {}, chief);
});

it('is no right to the business, where only what is one’s own may be changed and nothing is', async () => {
  const permissions = ['business:write_own', 'services:write_own', 'locations:write_own', 'staff:write_own'];
  const rep = await member('sales_rep', { permissions });
  const { businessId } = salon;
  for (const [method, path, body] of [
    ['PUT', `/owner/businesses/${businessId}/settings`, { holdMinutes: 5 }],
    ['DELETE', `/owner/businesses/${businessId}/subscription`, {}],
    ['POST', `/owner/businesses/${businessId}/locations`, { name: 'Ginza' }],
    [
      'POST',
      '/owner/services',
      { businessId, name: 'Cut', durationMinutes: 60, price: { amount: 1, currency: 'JPY' } },
    ],
    ['POST', '/staff/assignments', { businessId, userId: (await somebody(api)).id, role: 'assistant' }],
  ] as const)
    expect(await api.call(method, path, { token: rep.token, body })).toMatchObject(refusing(403, 'access.forbidden'));
  expect(await customersAs(rep)).toBe(200);
});

it('lets everybody leave, and nobody else end an assignment without a say over it', async () => {
  const [yuki, ken] = [await member('assistant'), await member('assistant')];
  const end = (of: { memberId: string }, { token }: Person) =>
    api.call('DELETE', `/staff/assignments/${of.memberId}`, { token });
  expect(await end(yuki, ken)).toMatchObject({ status: 403 });
  expect(await end(yuki, yuki)).toMatchObject({ status: 200, body: { affected: [] } });
  expect(await customersAs(yuki)).toBe(404);
});

it('takes a role that is called as what every object has', async () => {
  const made = await roles('PUT', '/constructor', { permissions: ['business:read'] });
  expect(made).toMatchObject({ status: 200, body: { role: 'constructor', permissions: ['business:read'] } });
});

it('takes no words that are none', async () => {
  for (const [path, body] of [
    ['/desk', { permissions: ['everything'] }],
    ['/desk', { permissions: ['bookings:read', 'bookings:read'] }],
    ['/De sk', { permissions: [] }],
    ['/x', { permissions: [] }],
  ] as const)
    expect(await roles('PUT', path, body)).toMatchObject(refusing(400, 'request.invalid'));
  const twice = { role: 'desk', permissions: [] };
  expect(await roles('PUT', '', { items: [twice, twice] })).toMatchObject(refusing(422, 'role.repeated'));
  const elsewhere = `/owner/businesses/${newUuid()}/roles/desk`;
  const body = { permissions: [] };
  expect(await api.call('PUT', elsewhere, { token: salon.owner.token, body })).toMatchObject({ status: 404 });
});
