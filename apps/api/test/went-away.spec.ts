import { atLocal, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);
const at = (time: string) => atLocal(DATE, time, TOKYO);

let api: ApiUnderTest;
let hanako: Person;
let owner: Person;
let businessId: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await somebody(api);
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['09:00', '20:00']));
});
afterAll(() => api.stop());

const resource = async (): Promise<Uuid> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' })).body.id;

async function service(...requirements: Uuid[][]): Promise<Uuid> {
  const body = { businessId, name: 'Cut', durationMinutes: 60, price: { amount: 8000, currency: 'JPY' } };
  const needs = requirements.map((anyOf) => ({ anyOf }));
  return (await asOwner('POST', '/owner/services', { ...body, requirements: needs })).body.id;
}

const ask = ({ token }: Person, method: Method, path: string, body: object = {}) =>
  api.call(method, path, { token, body });
const book = (serviceId: Uuid, time: string) =>
  must(ask(hanako, 'POST', '/bookings', { businessId, serviceId, start: at(time) }));
const move = (person: Person, { body }: Reply, to: object) =>
  ask(person, 'POST', `/bookings/${body.id}/reschedule`, to);
const assign = ({ body }: Reply, ...resourceIds: Uuid[]) =>
  ask(owner, 'POST', `/bookings/${body.id}/assign`, { resourceIds });

describe('a booking of a service that was withdrawn', () => {
  it('is moved, given away and brought back by the business’s people, and its customer is told to ask them', async () => {
    const [yuki, ken] = [await resource(), await resource()];
    const cut = await service([yuki, ken]);
    const booked = await book(cut, '10:00');
    await asOwner('DELETE', `/owner/services/${cut}`);
    const withdrawn = { status: 422, body: { code: 'booking.service_withdrawn' } };
    expect(await move(hanako, booked, { start: at('11:00') })).toMatchObject(withdrawn);
    const [before] = booked.body.resourceIds;
    const moved = await must(move(owner, booked, { start: at('11:00') }));
    expect(moved.body).toMatchObject({ start: at('11:00'), resourceIds: [before] });
    const other = before === yuki ? ken : yuki;
    expect((await must(assign(booked, other))).body).toMatchObject({ start: at('11:00'), resourceIds: [other] });
    await must(ask(owner, 'DELETE', `/bookings/${booked.body.id}`));
    const undone = await must(ask(owner, 'POST', `/bookings/${booked.body.id}/undo-cancel`));
    expect(undone.body).toMatchObject({ status: 'confirmed', start: at('11:00'), resourceIds: [other] });
    const again = { businessId, serviceId: cut, start: at('15:00') };
    expect((await ask(hanako, 'POST', '/bookings', again)).body.code).toBe('service.not_found');
  });
});

describe('a booking whose resource has gone', () => {
  const unsuitable = { status: 422, body: { code: 'booking.resource_unsuitable' } };

  it('is not moved where nobody else would do, and no field is blamed that was not sent', async () => {
    const yuki = await resource();
    const booked = await book(await service([yuki]), '10:00');
    await asOwner('DELETE', `/owner/resources/${yuki}`);
    for (const person of [hanako, owner]) {
      const refused = await move(person, booked, { start: at('11:00') });
      expect(refused).toMatchObject(unsuitable);
      expect(refused.body.errors ?? []).toEqual([]);
    }
    const named = await move(owner, booked, { start: at('11:00'), resourceIds: [yuki] });
    expect(named).toMatchObject({ ...unsuitable, body: { errors: [{ path: 'resourceIds[0]' }] } });
    await must(ask(owner, 'DELETE', `/bookings/${booked.body.id}`));
    const undone = await ask(owner, 'POST', `/bookings/${booked.body.id}/undo-cancel`);
    expect(undone).toMatchObject(unsuitable);
    expect(undone.body.errors ?? []).toEqual([]);
  });

  it('is given to somebody else with another in its place, though that one was not named', async () => {
    const [yuki, ken, gone, room] = [await resource(), await resource(), await resource(), await resource()];
    const cut = await service([yuki, ken], [gone, room]);
    const booked = await must(
      ask(hanako, 'POST', '/bookings', { businessId, serviceId: cut, start: at('12:00'), resourceIds: [yuki, gone] }),
    );
    await asOwner('DELETE', `/owner/resources/${gone}`);
    expect((await must(assign(booked, ken))).body).toMatchObject({ start: at('12:00'), resourceIds: [ken, room] });
  });

  it('is brought back with it where its service no longer names it', async () => {
    const [yuki, ken] = [await resource(), await resource()];
    const cut = await service([yuki]);
    const booked = await book(cut, '10:00');
    await must(ask(owner, 'DELETE', `/bookings/${booked.body.id}`));
    await asOwner('PUT', `/owner/services/${cut}`, { requirements: [{ anyOf: [ken] }] });
    const undone = await must(ask(owner, 'POST', `/bookings/${booked.body.id}/undo-cancel`));
    expect(undone.body).toMatchObject({ status: 'confirmed', resourceIds: [yuki] });
  });
});

it('a deleted customer with a booking is shown as deleted to the business, which can call them, and in no list', async () => {
  const [staff, person] = [await somebody(api), await somebody(api)];
  await employed(api, owner.token, { businessId, userId: staff.id, role: 'staff' });
  const add = async (name: string): Promise<Uuid> =>
    (await asOwner('POST', '/customers', { businessId, name, phone: '+81312345678' })).body.id;
  const [named, unnamed] = [await add('Aiko'), await add('Keiko')];
  const cut = await service([await resource()]);
  const booked = await asOwner('POST', '/bookings', {
    businessId,
    serviceId: cut,
    start: at('16:00'),
    customerId: named,
  });
  await asOwner('DELETE', `/customers/${named}`);
  const { headers } = await asOwner('DELETE', `/customers/${unnamed}`);
  const seen = { 'x-min-position': headers['x-event-position'] as string };
  const get = (who: Person, path: string) => api.call('GET', path, { token: who.token, headers: seen });
  const deleted = { status: 200, body: { status: 'deleted', phone: '+81312345678' } };
  expect(await get(owner, `/customers/${named}`)).toMatchObject(deleted);
  expect(await get(staff, `/customers/${named}`)).toMatchObject(deleted);
  expect(await get(owner, `/customers/${unnamed}`)).toMatchObject(deleted);
  expect((await get(staff, `/customers/${unnamed}`)).status).toBe(404);
  expect((await get(person, `/customers/${named}`)).status).toBe(404);
  const { body: list } = await must(get(owner, `/customers?businessId=${businessId}`));
  const ids = list.items.map(({ id }: { id: string }) => id);
  expect([ids.includes(named), ids.includes(unnamed)]).toEqual([false, false]);
  const { body: expanded } = await must(get(owner, `/bookings/${booked.body.id}?expand=customer`));
  expect(expanded.customer).toMatchObject({ id: named, phone: '+81312345678' });
});
