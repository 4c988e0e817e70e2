import { atLocal, type LocalDate, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, daily, must, type Person } from './a-business';
import { ApiUnderTest, type SignedInUser } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const KOLKATA = 'Asia/Kolkata';
const DATE = plusDays(localDate(now(), TOKYO), 3);

let api: ApiUnderTest;
let owner: Person;
let hanako: SignedInUser;
let businessId: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await api.register('Hanako');
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['10:00', '12:00']));
});
afterAll(() => api.stop());

const location = async (name: string, details: object = {}): Promise<Uuid> =>
  (await asOwner('POST', `/owner/businesses/${businessId}/locations`, { name, ...details })).body.id;
const resource = async (locationId?: Uuid): Promise<Uuid> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki', locationId })).body.id;

async function service(requirements: Uuid[][], details: object = {}): Promise<Uuid> {
  const price = { amount: 8000, currency: 'JPY' };
  const body = { businessId, name: 'Cut', durationMinutes: 60, price, ...details };
  const needs = requirements.map((anyOf) => ({ anyOf }));
  return (await asOwner('POST', '/owner/services', { ...body, requirements: needs })).body.id;
}

const find = (serviceId: Uuid, query = '', date: LocalDate = DATE) =>
  api.call('GET', `/availability?businessId=${businessId}&serviceId=${serviceId}&from=${date}&to=${date}${query}`, {
    headers: { 'x-min-position': '0' },
  });

/** Wall times of the starts that are offered that day. */
async function timesOf(serviceId: Uuid, query = '', timeZone = TOKYO): Promise<string[]> {
  const { body } = await must(find(serviceId, query));
  return body.slots.map(({ start }: { start: string }) =>
    Temporal.Instant.from(start).toZonedDateTimeISO(timeZone).toPlainTime().toString().slice(0, 5),
  );
}

const book = (serviceId: Uuid, time: string, other: object = {}, timeZone = TOKYO) =>
  api.call('POST', '/bookings', {
    token: hanako.token,
    body: { businessId, serviceId, start: atLocal(DATE, time, timeZone), ...other },
  });

describe('a service with locations, by somebody without a place,', () => {
  let ginza: Uuid;
  let shibuya: Uuid;
  let cut: Uuid;

  beforeAll(async () => {
    ginza = await location('Ginza', { hours: daily(['14:00', '16:00']) });
    shibuya = await location('Shibuya', { hours: daily(['18:00', '20:00']) });
    cut = await service([[await resource()]], { locationIds: [ginza] });
  });

  it('is offered and booked there, in the hours of the place', async () => {
    expect(await timesOf(cut)).toEqual(['14:00', '15:00']);
    expect(await timesOf(cut, `&locationId=${ginza}`)).toEqual(['14:00', '15:00']);
    expect((await book(cut, '10:00')).body.code).toBe('booking.outside_hours');
    expect((await book(cut, '14:00', { locationId: ginza })).status).toBe(201);
    expect((await book(cut, '15:00')).status).toBe(201);
  });

  it('is not offered, and not booked, at another', async () => {
    expect(await timesOf(cut, `&locationId=${shibuya}`)).toEqual([]);
    const there = await book(cut, '18:00', { locationId: shibuya });
    expect(there).toMatchObject({ status: 422, body: { code: 'booking.resource_unsuitable' } });
  });

  it('is refused at a place that nobody knows, or that is closed', async () => {
    const shut = await location('Ueno', { hours: daily(['09:00', '20:00']) });
    const gone = await service([[await resource()]], { locationIds: [shut] });
    expect((await timesOf(gone)).length).toBeGreaterThan(0);
    await asOwner('DELETE', `/owner/businesses/${businessId}/locations/${shut}`);
    expect(await timesOf(gone)).toEqual([]);
    expect((await book(gone, '10:00')).status).toBe(422);
    for (const locationId of [shut, businessId]) {
      const unknown = { status: 422, body: { code: 'location.unknown', errors: [{ path: 'locationId' }] } };
      expect(await find(cut, `&locationId=${locationId}`)).toMatchObject(unknown);
      expect(await book(cut, '14:00', { locationId })).toMatchObject(unknown);
    }
  });

  it('keeps the hours of the place asked for where the service names none', async () => {
    const anywhere = await service([[await resource()]]);
    expect(await timesOf(anywhere)).toEqual(['10:00', '11:00']);
    expect(await timesOf(anywhere, `&locationId=${shibuya}`)).toEqual(['18:00', '19:00']);
    expect((await book(anywhere, '18:00')).body.code).toBe('booking.outside_hours');
    expect((await book(anywhere, '18:00', { locationId: shibuya })).status).toBe(201);
  });

  it('is at one place with all its resources', async () => {
    const [stylist, room, anywhere] = [await resource(ginza), await resource(shibuya), await resource()];
    const apart = await service([[stylist], [room]]);
    expect(await timesOf(apart)).toEqual([]);
    expect((await book(apart, '14:00')).body.code).toBe('booking.resource_unsuitable');
    const together = await service([[stylist, anywhere], [room]]);
    expect(await timesOf(together)).toEqual(['18:00', '19:00']);
    expect((await book(together, '18:00')).body.resourceIds).toEqual([anywhere, room]);
  });
});

describe('the grid', () => {
  it('begins with each span of the hours, in the time of the place', async () => {
    const kolkata = await location('Kolkata', { timeZone: KOLKATA, hours: daily(['09:00', '13:00']) });
    const there = await service([[await resource(kolkata)]]);
    expect(await timesOf(there, '', KOLKATA)).toEqual(['09:00', '10:00', '11:00', '12:00']);
    expect((await book(there, '09:30', {}, KOLKATA)).body.code).toBe('booking.off_grid');
    expect((await book(there, '09:00', {}, KOLKATA)).status).toBe(201);

    const spans = await location('Two spans', { hours: daily(['08:00', '12:00'], ['12:30', '17:30']) });
    const twice = await service([[await resource(spans)]]);
    expect(await timesOf(twice)).toEqual([
      '08:00',
      '09:00',
      '10:00',
      '11:00',
      ...['12:30', '13:30', '14:30', '15:30', '16:30'],
    ]);
    expect((await book(twice, '12:30')).status).toBe(201);
    const every50 = await service([[await resource(spans)]], { intervalMinutes: 50, durationMinutes: 30 });
    expect((await timesOf(every50)).slice(0, 3)).toEqual(['08:00', '08:50', '09:40']);
  });

  it('counts from midnight where the business wants it', async () => {
    const half = await location('Half past', { hours: daily(['08:30', '12:00']) });
    const cut = await service([[await resource(half)]]);
    expect(await timesOf(cut)).toEqual(['08:30', '09:30', '10:30']);
    await asOwner('PUT', `/owner/businesses/${businessId}/settings`, { slotAlignment: 'clock' });
    expect(await timesOf(cut)).toEqual(['09:00', '10:00', '11:00']);
    expect((await book(cut, '08:30')).body.code).toBe('booking.off_grid');
    await asOwner('PUT', `/owner/businesses/${businessId}/settings`, { slotAlignment: 'opening' });
  });

  it('goes on over midnight', async () => {
    const bar = await location('Bar', { hours: daily(['22:00', '02:00']) });
    const drinks = await service([[await resource(bar)]]);
    expect(await timesOf(drinks)).toEqual(['00:00', '01:00', '22:00', '23:00']);
    expect((await book(drinks, '23:00')).status).toBe(201);
    const long = await service([[await resource(bar)]], { durationMinutes: 180 });
    expect(await timesOf(long)).toEqual(['22:00', '23:00']);
    const night = {
      name: 'Club',
      hours: [
        { day: 1, opens: '22:00', closes: '05:00' },
        { day: 2, opens: '04:00', closes: '06:00' },
      ],
    };
    const overlap = await api.call('POST', `/owner/businesses/${businessId}/locations`, {
      token: owner.token,
      body: night,
    });
    expect(overlap).toMatchObject({ status: 422, body: { code: 'hours.overlap' } });
  });
});

it('the booking window ends with a date of the place, not after so many hours', async () => {
  const late = await location('Late', { hours: daily(['22:00', '24:00']) });
  const show = await service([[await resource(late)]]);
  await asOwner('PUT', `/owner/businesses/${businessId}/settings`, { bookingWindowDays: 1 });
  const tomorrow = plusDays(localDate(now(), TOKYO), 1);
  const { body } = await must(find(show, '', tomorrow));
  expect(body.slots).toHaveLength(2);
  const start = body.slots[1].start;
  expect(
    (await api.call('POST', '/bookings', { token: hanako.token, body: { businessId, serviceId: show, start } })).status,
  ).toBe(201);
  const { body: after } = await must(find(show, '', plusDays(tomorrow, 1)));
  expect(after.slots).toEqual([]);
  await asOwner('PUT', `/owner/businesses/${businessId}/settings`, { bookingWindowDays: 90 });
});
