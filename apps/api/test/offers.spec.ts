import { Calendar } from '@yoyaku/booking';
import { AggregateStore } from '@yoyaku/eventing';
import { instant, localDate, MINUTE, now, plusDays, plusMs, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, must } from './a-business';
import { ApiUnderTest, type Reply, type SignedInUser } from './api-under-test';

const DATE = plusDays(localDate(now(), 'UTC'), 3);
/** Minutes after noon in Tokyo. */
const at = (minutes: number) => plusMs(instant(`${DATE}T03:00:00Z`), minutes * MINUTE);
const yen = (amount: number) => ({ amount, currency: 'JPY' });

let api: ApiUnderTest;
let hanako: SignedInUser;
let businessId: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await api.register('Hanako');
  ({ businessId, asOwner } = await anOpenSalon(api, ['12:00', '18:00']));
});
afterAll(() => api.stop());

const resource = async (details: object = {}): Promise<Uuid> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki', ...details })).body.id;

async function service(requirements: Uuid[][], details: object = {}): Promise<Uuid> {
  const body = { businessId, name: 'Cut', durationMinutes: 60, price: yen(8000), ...details };
  const needs = requirements.map((anyOf) => ({ anyOf }));
  return (await asOwner('POST', '/owner/services', { ...body, requirements: needs })).body.id;
}

const book = (serviceId: Uuid, start: string, other: object = {}) =>
  api.call('POST', '/bookings', {
    token: hanako.token,
    body: { businessId, serviceId, start, another: true, ...other },
  });

async function slotsAt(serviceId: Uuid, start: string, after?: Reply, query = ''): Promise<Reply['body'][]> {
  const path = `/availability?businessId=${businessId}&serviceId=${serviceId}&from=${DATE}&to=${DATE}${query}`;
  const position = after?.headers['x-event-position'] as string | undefined;
  const { body } = await must(api.call('GET', path, { headers: { 'x-min-position': position ?? '0' } }));
  return body.slots.filter((slot: { start: string }) => slot.start === start);
}

describe('a slot that different people would give differently', () => {
  let junior: Uuid;
  let slow: Uuid;
  let senior: Uuid;
  let cut: Uuid;

  beforeAll(async () => {
    [junior, slow, senior] = [await resource(), await resource(), await resource()];
    const overrides = [
      { resourceId: slow, durationMinutes: 90 },
      { resourceId: senior, price: yen(12_000) },
    ];
    cut = await service([[junior, slow, senior]], { overrides });
  });

  it('is offered once for each price and length, the cheapest and then the shortest first', async () => {
    expect(await slotsAt(cut, at(0))).toEqual([
      { start: at(0), end: at(60), price: yen(8000), resourceIds: [junior], remaining: 1 },
      { start: at(0), end: at(90), price: yen(8000), resourceIds: [slow], remaining: 1 },
      { start: at(0), end: at(60), price: yen(12_000), resourceIds: [senior], remaining: 1 },
    ]);
  });

  it('is never given dearer or longer unseen: what there is instead is told', async () => {
    expect((await must(book(cut, at(0)))).body).toMatchObject({ resourceIds: [junior], price: yen(8000) });
    const changed = await book(cut, at(0));
    const longer = { price: yen(8000), durationMinutes: 90 };
    const dearer = { price: yen(12_000), durationMinutes: 60 };
    expect(changed).toMatchObject({ status: 409, body: { code: 'booking.offer_changed', offers: [longer, dearer] } });
    const gone = await book(cut, at(0), { price: yen(8000), durationMinutes: 60 });
    expect(gone.body).toMatchObject({ code: 'booking.offer_changed', offers: [longer, dearer] });

    expect((await must(book(cut, at(0), dearer))).body).toMatchObject({ resourceIds: [senior], price: yen(12_000) });
    expect((await must(book(cut, at(0), longer))).body).toMatchObject({ resourceIds: [slow], end: at(90) });
    expect((await book(cut, at(0), longer)).body.code).toBe('booking.slot_taken');
    expect((await book(cut, at(0))).body.code).toBe('booking.slot_taken');
  });

  it('of very many offers the cheapest are told, and each calendar is read once', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => resource()));
    const overrides = ids.map((resourceId, i) => ({ resourceId, price: yen(20_000 - i) }));
    const many = await service([ids, ids], { overrides });
    const load = jest.spyOn(AggregateStore.prototype, 'load');
    const { body } = await book(many, at(180), { price: yen(1) });
    const read = load.mock.calls.filter(([aggregate]) => aggregate.category === Calendar.category);
    load.mockRestore();
    expect(body.code).toBe('booking.offer_changed');
    expect(body.offers).toEqual(
      Array.from({ length: 20 }, (_, i) => ({ price: yen(19_971 + i), durationMinutes: 60 })),
    );
    // Once: the rules are read again before it is refused, and are what they were.
    expect(read).toHaveLength(ids.length);
  });

  it('is given by somebody who is named, at what they ask', async () =>
    expect((await must(book(cut, at(120), { resourceIds: [senior] }))).body.price).toEqual(yen(12_000)));
});

it('a booking whose resource has gone is moved to another of the same service', async () => {
  const [gone, other] = [await resource(), await resource()];
  const cut = await service([[gone, other]]);
  const booked = await must(book(cut, at(0), { resourceIds: [gone] }));
  await asOwner('DELETE', `/owner/resources/${gone}`);
  const move = (body: object) =>
    api.call('POST', `/bookings/${booked.body.id}/reschedule`, { token: hanako.token, body });
  const named = await move({ start: at(60), resourceIds: [gone] });
  expect(named).toMatchObject({ status: 422, body: { code: 'booking.resource_unsuitable' } });
  expect((await must(move({ start: at(60) }))).body).toMatchObject({ start: at(60), resourceIds: [other] });
});

describe('seats', () => {
  it('of a table are taken whole: strangers do not sit down with one', async () => {
    const table = await resource({ kind: 'table', capacity: 4 });
    const dinner = await service([[table]]);
    expect(await slotsAt(dinner, at(0), undefined, '&partySize=2')).toMatchObject([{ remaining: 1 }]);
    expect((await book(dinner, at(0), { partySize: 5 })).body).toMatchObject({
      code: 'booking.party_too_large',
      maximum: 4,
    });
    const booked = await must(book(dinner, at(0), { partySize: 2 }));
    expect(await slotsAt(dinner, at(0), booked, '&partySize=2')).toEqual([]);
    expect((await book(dinner, at(0), { partySize: 2 })).body.code).toBe('booking.slot_taken');
  });

  it('of a class are joined, up to the smaller of the two capacities, and paid by each person', async () => {
    const room = await resource({ kind: 'room', capacity: 4 });
    const yoga = await service([[room]], { capacity: 6, pricing: 'person' });
    expect(await slotsAt(yoga, at(0), undefined, '&partySize=3')).toMatchObject([{ remaining: 1, price: yen(24_000) }]);
    const booked = await must(book(yoga, at(0), { partySize: 3, price: yen(24_000) }));
    expect(booked.body.price).toEqual(yen(24_000));
    expect(await slotsAt(yoga, at(0), booked)).toMatchObject([{ remaining: 1, price: yen(8000) }]);
    expect((await book(yoga, at(0), { partySize: 2 })).body.code).toBe('booking.slot_taken');
    await must(book(yoga, at(0)));
  });

  it('of one session are filled before another is opened', async () => {
    const rooms = [await resource({ kind: 'room' }), await resource({ kind: 'room' })];
    const pilates = await service([rooms], { capacity: 2 });
    const [first, second, third] = [await book(pilates, at(0)), await book(pilates, at(0)), await book(pilates, at(0))];
    const [used] = first.body.resourceIds;
    expect(second.body.resourceIds).toEqual([used]);
    expect(third.body.resourceIds).toEqual(rooms.filter((room) => room !== used));
  });

  it('of a class that says so are taken whole', async () => {
    const lesson = await service([[await resource()]], { capacity: 6, shared: false });
    const taken = await must(book(lesson, at(0), { partySize: 2 }));
    expect((await book(lesson, at(0), { partySize: 2 })).body.code).toBe('booking.slot_taken');
    const seen = { 'x-min-position': taken.headers['x-event-position'] as string };
    const { body } = await must(api.call('GET', `/services/${lesson}`, { headers: seen }));
    expect(body).toMatchObject({ shared: false, pricing: 'booking' });
  });
});

describe('a service without requirements', () => {
  it('needs open hours alone, and has a calendar of its own', async () => {
    const tour = await service([], { capacity: 3 });
    expect(await slotsAt(tour, at(0))).toMatchObject([{ end: at(60), resourceIds: [], remaining: 3 }]);
    const first = await must(book(tour, at(0), { partySize: 2 }));
    expect(first.body).toMatchObject({ resourceIds: [], start: at(0) });
    const seen = { 'x-min-position': first.headers['x-event-position'] as string };
    const read = await must(api.call('GET', `/bookings/${first.body.id}`, { token: hanako.token, headers: seen }));
    expect(read.body.resourceIds).toEqual([]);
    expect(await slotsAt(tour, at(0), first)).toMatchObject([{ remaining: 1 }]);
    expect((await book(tour, at(0), { partySize: 2 })).body.code).toBe('booking.slot_taken');
    expect((await book(tour, at(30))).body.code).toBe('booking.off_grid');
    expect((await book(tour, at(-60))).body.code).toBe('booking.outside_hours');
    await must(book(tour, at(0)));
    const cancelled = await must(api.call('DELETE', `/bookings/${first.body.id}`, { token: hanako.token, body: {} }));
    expect(await slotsAt(tour, at(0), cancelled)).toMatchObject([{ remaining: 2 }]);
  });
});
