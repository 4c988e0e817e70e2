import { atLocal, type LocalDate, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, daily, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const KOLKATA = 'Asia/Kolkata';
const DATE = plusDays(localDate(now(), TOKYO), 3);
const at = (time: string, timeZone = TOKYO, date: LocalDate = DATE) => atLocal(date, time, timeZone);

let api: ApiUnderTest;
let hanako: Person;
let businessId: Uuid;
let owner: Person;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];
/** Open in the morning, and in the evening by the clocks of Kolkata; of no hours of its own. */
let ginza: Uuid;
let kolkata: Uuid;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await somebody(api);
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['08:00', '22:00']));
  ginza = await location('Ginza', { hours: daily(['09:00', '12:00']) });
  kolkata = await location('Kolkata', { timeZone: KOLKATA, hours: daily(['17:30', '20:30']) });
});
afterAll(() => api.stop());

const location = async (name: string, details: object = {}): Promise<Uuid> =>
  (await asOwner('POST', `/owner/businesses/${businessId}/locations`, { name, ...details })).body.id;
const resource = async (locationId: Uuid | null = null, details: object = {}): Promise<Uuid> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki', locationId, ...details })).body
    .id;

async function service(requirements: Uuid[][], details: object = {}): Promise<Uuid> {
  const price = { amount: 8000, currency: 'JPY' };
  const body = { businessId, name: 'Cut', durationMinutes: 60, price, ...details };
  const needs = requirements.map((anyOf) => ({ anyOf }));
  return (await asOwner('POST', '/owner/services', { ...body, requirements: needs })).body.id;
}

const ask = (person: Person, method: Method, path: string, body?: object, seen?: Reply) =>
  api.call(method, path, {
    token: person.token,
    ...(body && { body }),
    headers: { 'x-min-position': (seen?.headers['x-event-position'] as string) ?? '0' },
  });
const book = (serviceId: Uuid, start: string, other: object = {}) =>
  ask(hanako, 'POST', '/bookings', { businessId, serviceId, start, another: true, ...other });
const move = (person: Person, { body }: Reply, to: object) =>
  ask(person, 'POST', `/bookings/${body.id}/reschedule`, to);

async function member(locationId: Uuid): Promise<Person> {
  const person = await somebody(api);
  await employed(api, owner.token, {
    businessId,
    userId: person.id,
    role: 'staff',
    locationIds: [locationId],
  });
  return person;
}

describe('a booking is', () => {
  it('at the location asked for, else that of its resources, else the only one of its service', async () => {
    const anywhere = await service([[await resource()]]);
    expect((await must(book(anywhere, at('10:00'), { locationId: ginza }))).body.locationId).toBe(ginza);
    expect((await must(book(anywhere, at('13:00')))).body.locationId).toBe(null);
    const together = await service([[await resource()], [await resource(ginza)]]);
    expect((await must(book(together, at('10:00')))).body.locationId).toBe(ginza);
    const only = await service([[await resource()]], { locationIds: [ginza] });
    expect((await must(book(only, at('10:00')))).body.locationId).toBe(ginza);
    const either = await service([[await resource()]], { locationIds: [ginza, kolkata] });
    expect((await must(book(either, at('10:00')))).body.locationId).toBe(null);
  });

  it('shown where it is, alone and in lists, in its history, and found by that', async () => {
    const anywhere = await service([[await resource()]]);
    const there = await must(book(anywhere, at('09:00'), { locationId: ginza }));
    const elsewhere = await must(book(anywhere, at('18:30', KOLKATA), { locationId: kolkata }));
    const list = (query: string) =>
      ask(owner, 'GET', `/bookings?businessId=${businessId}${query}`, undefined, elsewhere);
    const { body } = await must(ask(owner, 'GET', `/bookings/${there.body.id}`, undefined, elsewhere));
    expect(body).toEqual({ ...there.body, attention: [] });
    const { body: history } = await must(ask(owner, 'GET', `/bookings/${there.body.id}/history`, undefined, elsewhere));
    expect(history.items[0].data).toMatchObject({ locationId: ginza });
    const ids = (reply: Reply): string[] => reply.body.items.map(({ id }: { id: string }) => id);
    const inGinza = ids(await must(list(`&locationId=${ginza}`)));
    expect([inGinza.includes(there.body.id), inGinza.includes(elsewhere.body.id)]).toEqual([true, false]);
    expect(ids(await must(list(`&locationId=${kolkata}`)))).toEqual([elsewhere.body.id]);
  });
});

describe('a move', () => {
  it('stays at the place, in its hours and its zone', async () => {
    const anywhere = await service([[await resource(), await resource()]]);
    const booked = await must(book(anywhere, at('18:30', KOLKATA), { locationId: kolkata }));
    expect((await move(hanako, booked, { start: at('12:00') })).body.code).toBe('booking.outside_hours');
    const moved = await must(move(hanako, booked, { start: at('17:30', KOLKATA) }));
    expect(moved.body).toMatchObject({ start: at('17:30', KOLKATA), locationId: kolkata });
    const other = await resource();
    expect((await move(owner, booked, { start: at('17:30', KOLKATA), resourceIds: [other] })).status).toBe(422);
  });

  it('goes to another that is asked for, by itself or with a resource that is there', async () => {
    const [aoi, ken, here] = [await resource(), await resource(), await resource(ginza)];
    const anywhere = await service([[aoi, ken, here]]);
    const booked = await must(book(anywhere, at('18:30', KOLKATA), { locationId: kolkata, resourceIds: [aoi] }));
    const asked = await must(move(hanako, booked, { start: at('09:00'), locationId: ginza }));
    expect(asked.body).toMatchObject({ locationId: ginza, resourceIds: [aoi] });
    const back = await must(move(owner, booked, { start: at('18:30', KOLKATA), locationId: kolkata }));
    expect(back.body).toMatchObject({ locationId: kolkata, resourceIds: [aoi] });
    const named = await must(move(owner, booked, { start: at('10:00'), resourceIds: [here] }));
    expect(named.body).toMatchObject({ locationId: ginza, resourceIds: [here] });
    const assigned = await must(ask(owner, 'POST', `/bookings/${booked.body.id}/assign`, { resourceIds: [ken] }));
    expect(assigned.body).toMatchObject({ locationId: ginza, resourceIds: [ken], start: at('10:00') });
    await must(ask(owner, 'DELETE', `/bookings/${booked.body.id}`, {}));
    const undone = await must(ask(owner, 'POST', `/bookings/${booked.body.id}/undo-cancel`, {}));
    expect(undone.body).toMatchObject({ locationId: ginza, resourceIds: [ken], status: 'confirmed' });
    const unknown = { status: 422, body: { code: 'location.unknown', errors: [{ path: 'locationId' }] } };
    expect(await move(hanako, booked, { start: at('09:00'), locationId: businessId })).toMatchObject(unknown);
  });

  it('of a booking whose place has closed is refused, without a field that nobody sent, until a place is named', async () => {
    const shut = await location('Ueno', { hours: daily(['09:00', '20:00']) });
    const anywhere = await service([[await resource(), await resource(shut)]]);
    const booked = await must(book(anywhere, at('10:00'), { locationId: shut }));
    await asOwner('DELETE', `/owner/businesses/${businessId}/locations/${shut}`);
    const refused = await move(hanako, booked, { start: at('11:00') });
    expect(refused).toMatchObject({ status: 422, body: { code: 'location.unknown' } });
    expect(refused.body.errors ?? []).toEqual([]);
    const moved = await must(move(owner, booked, { start: at('11:00'), locationId: ginza }));
    expect(moved.body).toMatchObject({ locationId: ginza });
  });
});

it('members of a location see and change what is booked there, whose resources are at none', async () => {
  const [atGinza, atKolkata] = [await member(ginza), await member(kolkata)];
  const anywhere = await service([[await resource()]]);
  const booked = await must(book(anywhere, at('09:00'), { locationId: ginza }));
  const path = `/bookings/${booked.body.id}`;
  const listed = async (person: Person, seen: Reply) =>
    (await must(ask(person, 'GET', `/bookings?businessId=${businessId}`, undefined, seen))).body.items
      .map(({ id }: { id: string }) => id)
      .includes(booked.body.id);
  const told = async (person: Person, seen: Reply) => [
    await listed(person, seen),
    (await ask(person, 'GET', path, undefined, seen)).status,
    (await ask(person, 'PUT', path, { note: 'x' })).status,
  ];
  expect(await told(atGinza, booked)).toEqual([true, 200, 200]);
  expect(await told(atKolkata, booked)).toEqual([false, 404, 404]);
  const gone = await must(move(owner, booked, { start: at('18:30', KOLKATA), locationId: kolkata }));
  expect(await told(atGinza, gone)).toEqual([false, 404, 404]);
  expect(await told(atKolkata, gone)).toEqual([true, 200, 200]);
  expect((await ask(atKolkata, 'POST', `${path}/reschedule`, { start: at('09:00'), locationId: ginza })).status).toBe(
    422,
  );

  const tours = await service([], { locationIds: [ginza, kolkata] });
  const { customerId } = booked.body;
  const wish = { businessId, serviceId: tours, start: at('09:00'), customerId, another: true };
  expect((await ask(atGinza, 'POST', '/bookings', wish)).body.code).toBe('booking.resource_unsuitable');
  const own = await must(ask(atGinza, 'POST', '/bookings', { ...wish, locationId: ginza }));
  expect(own.body).toMatchObject({ locationId: ginza });
  expect((await ask(atGinza, 'POST', '/bookings', { ...wish, locationId: kolkata })).status).toBe(422);
});

it('bookings that already run are in a list that starts later', async () => {
  const cut = await service([[await resource()]]);
  const date = plusDays(DATE, 5);
  const first = await must(book(cut, at('10:00', TOKYO, date)));
  const second = await must(book(cut, at('11:00', TOKYO, date)));
  const list = async (from: string, to: string) => {
    const query = `businessId=${businessId}&serviceId=${cut}&from=${at(from, TOKYO, date)}&to=${at(to, TOKYO, date)}`;
    const { body } = await must(ask(owner, 'GET', `/bookings?${query}`, undefined, second));
    return body.items.map(({ id }: { id: string }) => id);
  };
  expect(await list('10:30', '10:45')).toEqual([first.body.id]);
  expect(await list('10:30', '11:15')).toEqual([second.body.id, first.body.id]);
  expect(await list('11:00', '11:15')).toEqual([second.body.id]);
  expect(await list('09:00', '10:00')).toEqual([]);
});
