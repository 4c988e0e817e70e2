import { atLocal, type LocalDate, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);

let api: ApiUnderTest;
let hanako: Person;
let owner: Person;
let businessId: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await somebody(api);
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['10:00', '14:00']));
});
afterAll(() => api.stop());

const at = (time: string, date: LocalDate = DATE) => atLocal(date, time, TOKYO);
const resource = async (details: object = {}): Promise<Uuid> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki', ...details })).body.id;

async function service(requirements: Uuid[][], details: object = {}): Promise<Uuid> {
  const price = { amount: 8000, currency: 'JPY' };
  const body = { businessId, name: 'Cut', durationMinutes: 60, price, ...details };
  const needs = requirements.map((anyOf) => ({ anyOf }));
  return (await asOwner('POST', '/owner/services', { ...body, requirements: needs })).body.id;
}

const book = (serviceId: Uuid, start: string, other: object = {}) =>
  must(api.call('POST', '/bookings', { token: hanako.token, body: { businessId, serviceId, start, ...other } }));

const ask = (path: string, query: Readonly<Record<string, string>>, after?: Reply, who?: Person): Promise<Reply> => {
  const asked = `/availability${path}?${new URLSearchParams(query)}`;
  const headers = { 'x-min-position': after?.headers['x-event-position'] ?? '0' };
  return api.call('GET', asked, { headers, token: who?.token });
};

describe('the days of a range', () => {
  it('say how many starts are free on each, and the first', async () => {
    const yuki = await resource();
    const cut = await service([[yuki]]);
    const [to, off] = [plusDays(DATE, 2), plusDays(DATE, 1)];
    await asOwner('POST', '/staff/exceptions', { resourceId: yuki, date: off, kind: 'off' });
    const booked = await book(cut, at('10:00'));
    const days = await must(ask('/days', { businessId, serviceId: cut, from: DATE, to }, booked));
    expect(days.body).toEqual({
      timeZone: TOKYO,
      items: [
        { date: DATE, free: 3, first: at('11:00') },
        { date: off, free: 0, first: null },
        { date: to, free: 4, first: at('10:00', to) },
      ],
    });
  });

  it('are those of the time zone asked for, a year at most', async () => {
    const cut = await service([[await resource()]]);
    const query = { businessId, serviceId: cut, from: DATE, to: plusDays(DATE, 1) };
    const { body } = await must(ask('/days', { ...query, timezone: 'America/New_York' }));
    expect(body.items.map(({ free }: { free: number }) => free)).toEqual([4, 4]);
    expect(body.items[0].first).toBe(at('10:00', plusDays(DATE, 1)));
    const year = await must(ask('/days', { ...query, to: plusDays(DATE, 365) }));
    expect(year.body.items).toHaveLength(366);
    const longer = await ask('/days', { ...query, to: plusDays(DATE, 366) });
    expect(longer.body.errors).toMatchObject([{ path: 'to', code: 'too_large', maximum: 366 }]);
  });
});

describe('the resources that are free at a time', () => {
  it('have a name, a kind, what they would take, and how often they can be booked', async () => {
    const [yuki, ken] = [await resource(), await resource({ name: 'Ken' })];
    const room = await resource({ kind: 'room', name: 'Blue room' });
    const cut = await service([[yuki, ken], [room]], {
      overrides: [{ resourceId: ken, price: { amount: 12000, currency: 'JPY' }, durationMinutes: 90 }],
    });
    const price = { amount: 8000, currency: 'JPY' };
    const free = async (time: string, after?: Reply) =>
      (await must(ask('/resources', { serviceId: cut, start: at(time) }, after))).body.items;
    const [yukis, kens, rooms] = await free('10:00');
    expect(yukis).toEqual({ id: yuki, name: 'Yuki', kind: 'staff', price, durationMinutes: 60, remaining: 1 });
    const dearer = { price: { amount: 12000, currency: 'JPY' }, durationMinutes: 90 };
    expect(kens).toEqual({ id: ken, name: 'Ken', kind: 'staff', ...dearer, remaining: 1 });
    expect(rooms).toEqual({ id: room, name: 'Blue room', kind: 'room', price, durationMinutes: 60, remaining: 1 });
    expect((await free('13:00')).map(({ id }: { id: string }) => id)).toEqual([yuki, room]);
    expect(await free('10:30')).toEqual([]);
    const booked = await book(cut, at('10:00'), { resourceIds: [yuki, room] });
    expect(await free('10:00', booked)).toEqual([]);
    const yoga = await service([], { capacity: 6 });
    expect((await must(ask('/resources', { serviceId: yoga, start: at('10:00') }))).body.items).toEqual([]);
  });
});

describe('what is free to who moves a booking', () => {
  it('is its own time too, to its customer and to the staff, and to nobody else', async () => {
    const [yuki, ken] = [await resource(), await resource()];
    const cut = await service([[yuki]], { bufferAfterMinutes: 60, intervalMinutes: 30 });
    const booked = await book(cut, at('11:00'));
    const bookingId = booked.body.id;
    const query = { businessId, serviceId: cut, from: DATE, to: DATE };
    const timesOf = ({ body }: Reply) => {
      expect(body.slots).toEqual(body.items);
      return body.items.map(({ start }: { start: string }) => start);
    };
    expect(timesOf(await must(ask('', query, booked)))).toEqual([at('13:00')]);
    const free = ['10:00', '10:30', '11:00', '11:30', '12:00', '12:30', '13:00'].map((time) => at(time));
    expect(timesOf(await must(ask('', { ...query, bookingId }, booked, hanako)))).toEqual(free);
    const moved = { start: at('11:30') };
    const reply = await must(
      api.call('POST', `/bookings/${bookingId}/reschedule`, { token: hanako.token, body: moved }),
    );
    expect(timesOf(await must(ask('', { ...query, bookingId }, reply, hanako)))).toEqual(free);
    const days = await must(ask('/days', { ...query, bookingId }, reply, hanako));
    expect(days.body.items).toEqual([{ date: DATE, free: free.length, first: free[0] }]);
    const there = { serviceId: cut, start: at('11:00'), bookingId };
    expect((await must(ask('/resources', there, reply, hanako))).body.items).toMatchObject([{ id: yuki }]);

    const staff = await somebody(api);
    await employed(api, owner.token, { businessId, userId: staff.id, role: 'staff' });
    expect(timesOf(await must(ask('', { ...query, bookingId }, reply, staff)))).toEqual(free);
    const assistant = await somebody(api);
    await employed(api, owner.token, { businessId, userId: assistant.id, role: 'assistant' });
    expect((await ask('', { ...query, bookingId }, reply, assistant)).status).toBe(403);
    for (const who of [await somebody(api), undefined]) {
      expect(await ask('', { ...query, bookingId }, reply, who)).toMatchObject({
        status: 404,
        body: { code: 'booking.not_found' },
      });
    }
    const other = await service([[ken]]);
    expect((await ask('', { ...query, serviceId: other, bookingId }, reply, hanako)).status).toBe(404);
    expect((await ask('', { ...query, bookingId: other }, reply, hanako)).status).toBe(404);
  });

  it('is its own place in a class, for as many people', async () => {
    const yoga = await service([[await resource({ capacity: 3 })]], { capacity: 3 });
    const booked = await book(yoga, at('10:00'), { partySize: 2 });
    await book(yoga, at('10:00'), { another: true });
    const query = { businessId, serviceId: yoga, from: DATE, to: DATE, bookingId: booked.body.id };
    const { body } = await must(ask('', query, await book(yoga, at('13:00')), hanako));
    expect(body.items.map(({ remaining }: { remaining: number }) => remaining)).toEqual([1, 1, 1, 1]);
  });
});
