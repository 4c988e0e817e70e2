import { atLocal, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);
const at = (time: string) => atLocal(DATE, time, TOKYO);

let api: ApiUnderTest;
let businessId: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];
let people: Person[];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  ({ businessId, asOwner } = await anOpenSalon(api, ['09:00', '20:00']));
  people = await Promise.all(Array.from({ length: 5 }, () => somebody(api)));
});
afterAll(() => api.stop());

const resource = async (kind: 'staff' | 'room', capacity: number): Promise<Uuid> =>
  (await must(asOwner('POST', '/owner/resources', { businessId, kind, name: 'Yuki', capacity }))).body.id;

async function lesson(requirements: Uuid[][], other: object = {}): Promise<Uuid> {
  const body = { businessId, name: 'Yoga', durationMinutes: 60, price: { amount: 2000, currency: 'JPY' } };
  const needs = requirements.map((anyOf) => ({ anyOf }));
  const created = { ...body, capacity: 6, intervalMinutes: 60, requirements: needs, ...other };
  return (await must(asOwner('POST', '/owner/services', created))).body.id;
}

const book = (person: number, serviceId: Uuid, other: object = {}): Promise<Reply> => {
  const { token } = people[person] as Person;
  return api.call('POST', '/bookings', { token, body: { businessId, serviceId, start: at('10:00'), ...other } });
};
const move = (person: number, { body }: Reply, time: string): Promise<Reply> => {
  const { token } = people[person] as Person;
  return api.call('POST', `/bookings/${body.id}/reschedule`, { token, body: { start: at(time) } });
};
/** What is offered at ten, as far as that change of something is known. */
async function offered(serviceId: Uuid, { headers }: Reply): Promise<{ end: string; remaining: number }[]> {
  const query = new URLSearchParams({ businessId, serviceId, from: DATE, to: DATE });
  const seen = { 'x-min-position': headers['x-event-position'] as string };
  const { body } = await must(api.call('GET', `/availability?${query}`, { headers: seen }));
  return body.slots.filter(({ start }: { start: string }) => start === at('10:00'));
}

describe.each([
  ['shorter', { durationMinutes: 45 }, '14:45'],
  ['longer, with other buffers', { durationMinutes: 90, bufferAfterMinutes: 30, bufferBeforeMinutes: 15 }, '15:30'],
])('a class that is made %s', (_, change, newEnd) => {
  it('keeps the length of its first booking for who joins, comes back, and is brought back', async () => {
    const yuki = await resource('staff', 1);
    const serviceId = await lesson([[yuki]]);
    const [first, second] = [await must(book(0, serviceId)), await must(book(1, serviceId))];
    const block = { start: at('11:00'), end: at('11:30') };
    await must(asOwner('POST', `/resources/${yuki}/blocks`, block));
    const changed = await must(asOwner('PUT', `/owner/services/${serviceId}`, change));
    expect(await offered(serviceId, changed)).toMatchObject([{ end: at('11:00'), remaining: 4 }]);

    const third = await must(book(2, serviceId));
    expect(third.body).toMatchObject({ start: at('10:00'), end: at('11:00') });
    const away = await must(move(1, second, '14:00'));
    expect(away.body.end).toBe(at(newEnd));
    expect((await must(move(1, second, '10:00'))).body).toMatchObject({ start: at('10:00'), end: at('11:00') });
    await must(asOwner('DELETE', `/bookings/${first.body.id}`));
    const undone = await must(asOwner('POST', `/bookings/${first.body.id}/undo-cancel`));
    expect(undone.body).toMatchObject({ status: 'confirmed', end: at('11:00') });
    expect(await offered(serviceId, undone)).toMatchObject([{ end: at('11:00'), remaining: 3 }]);

    const [seen, unseen] = [{ durationMinutes: 60 }, { durationMinutes: change.durationMinutes }];
    const offers = [{ durationMinutes: 60, price: { amount: 2000, currency: 'JPY' } }];
    const refused = { status: 409, body: { code: 'booking.offer_changed', offers } };
    expect(await book(3, serviceId, unseen)).toMatchObject(refused);
    await must(book(3, serviceId, seen));
  });
});

describe('a class with a teacher and a room', () => {
  it('gives everybody who joins the same, and opens another with others once it is full', async () => {
    const [yuki, ken] = [await resource('staff', 1), await resource('staff', 1)];
    const [small, large] = [await resource('room', 2), await resource('room', 6)];
    const serviceId = await lesson([
      [yuki, ken],
      [small, large],
    ]);
    const first = await must(book(0, serviceId, { resourceIds: [yuki, small] }));
    expect(await offered(serviceId, first)).toMatchObject([{ remaining: 7 }]);
    const second = await must(book(1, serviceId));
    expect(second.body.resourceIds).toEqual([yuki, small]);
    const elsewhere = await book(2, serviceId, { resourceIds: [yuki, large] });
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'booking.slot_taken' } });
    expect(await offered(serviceId, second)).toMatchObject([{ remaining: 6, resourceIds: [ken, large] }]);
    const [third, fourth] = [await must(book(2, serviceId)), await must(book(3, serviceId))];
    expect([third.body.resourceIds, fourth.body.resourceIds]).toEqual([
      [ken, large],
      [ken, large],
    ]);
    const query = new URLSearchParams({ serviceId, resourceId: yuki, start: at('10:00') });
    const { body } = await must(asOwner('GET', `/availability/explain?${query}`));
    expect(body.reasons).toContainEqual(
      expect.objectContaining({ code: 'booking.slot_taken', cause: 'other_team', resourceId: yuki }),
    );
  });

  it('is one team for all who book at once', async () => {
    const teachers = [await resource('staff', 1), await resource('staff', 1)];
    const rooms = [await resource('room', 6), await resource('room', 6)];
    const serviceId = await lesson([teachers, rooms]);
    const booked = await Promise.all(people.map((_, person) => must(book(person, serviceId))));
    const teams = new Set(booked.map(({ body }) => body.resourceIds.join()));
    const members = [...teams].flatMap((team) => team.split(','));
    expect(members).toHaveLength(new Set(members).size);
  });

  it('is given to another teacher booking by booking, and joined again once that is done', async () => {
    const [yuki, ken, room] = [await resource('staff', 1), await resource('staff', 1), await resource('room', 6)];
    const serviceId = await lesson([[yuki, ken], [room]]);
    const booked = [await must(book(0, serviceId, { resourceIds: [yuki] })), await must(book(1, serviceId))];
    for (const { body } of booked) {
      const given = await must(asOwner('POST', `/bookings/${body.id}/assign`, { resourceIds: [ken] }));
      expect(given.body.resourceIds).toEqual([ken, room]);
    }
    expect((await must(book(2, serviceId))).body.resourceIds).toEqual([ken, room]);
  });
});
