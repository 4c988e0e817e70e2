import { atLocal, DAY, type LocalDate, localDate, MINUTE, now, plusDays, plusMs, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, daily, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply, type SignedInUser } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);

let api: ApiUnderTest;
let hanako: SignedInUser;
let owner: Person;
let businessId: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await api.register('Hanako');
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['10:00', '18:00']));
});
afterAll(() => api.stop());

const at = (time: string, date: LocalDate = DATE) => atLocal(date, time, TOKYO);
const resource = async (details: object = {}): Promise<Uuid> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki', ...details })).body.id;
const location = async (name: string): Promise<Uuid> =>
  (await asOwner('POST', `/owner/businesses/${businessId}/locations`, { name })).body.id;

async function service(requirements: Uuid[][], details: object = {}): Promise<Uuid> {
  const price = { amount: 8000, currency: 'JPY' };
  const body = { businessId, name: 'Cut', durationMinutes: 60, price, ...details };
  const needs = requirements.map((anyOf) => ({ anyOf }));
  return (await asOwner('POST', '/owner/services', { ...body, requirements: needs })).body.id;
}

const book = (serviceId: Uuid, start: string, other: object = {}) =>
  api.call('POST', '/bookings', { token: hanako.token, body: { businessId, serviceId, start, ...other } });

async function explained(serviceId: Uuid, start: string, other: Readonly<Record<string, string>> = {}) {
  const query = new URLSearchParams({ serviceId, start, ...other });
  return (await asOwner('GET', `/availability/explain?${query}`)).body;
}

const isListed = async (serviceId: Uuid, start: string, resourceId: Uuid, after?: Reply): Promise<boolean> => {
  const date = localDate(start as never, TOKYO);
  const query = `businessId=${businessId}&serviceId=${serviceId}&from=${date}&to=${date}&resourceId=${resourceId}`;
  const headers = { 'x-min-position': after?.headers['x-event-position'] ?? '0' };
  const { body } = await must(api.call('GET', `/availability?${query}`, { headers }));
  return body.slots.some((slot: { start: string }) => slot.start === start);
};

describe('an explanation', () => {
  it('gives every reason at once: hours of both, party, grid, window', async () => {
    const yuki = await resource({ capacity: 2 });
    const cut = await service([[yuki]]);
    await asOwner('PUT', '/staff/working-hours', {
      resourceId: yuki,
      hours: [{ day: 1, starts: '10:00', ends: '18:00' }],
    });
    const monday = plusDays(DATE, 1 + ((7 - new Date(DATE).getUTCDay()) % 7));
    expect(await explained(cut, at('10:00', monday), { resourceId: yuki })).toEqual({ offered: true, reasons: [] });
    const tuesday = plusDays(monday, 1);
    const reasons = (start: string, party = '1') => explained(cut, start, { resourceId: yuki, partySize: party });
    expect(await reasons(at('17:30', tuesday), '3')).toEqual({
      offered: false,
      reasons: [
        { code: 'booking.off_grid' },
        { code: 'booking.party_too_large', maximum: 2, resourceId: yuki },
        { code: 'booking.outside_hours', cause: 'place_hours', resourceId: yuki },
        { code: 'booking.outside_hours', cause: 'resource_hours', resourceId: yuki },
      ],
    });
    const later = plusDays(monday, 7 * 20);
    expect((await reasons(at('10:00', later))).reasons).toEqual([
      { code: 'booking.too_far', latest: expect.any(String) },
    ]);
    expect((await reasons(plusMs(at('10:00', monday), -28 * DAY))).reasons).toMatchObject([
      { code: 'booking.too_soon', earliest: expect.any(String) },
    ]);
  });

  it('tells holidays and exceptions from usual hours', async () => {
    const yuki = await resource();
    const cut = await service([[yuki]]);
    const [off, holiday] = [plusDays(DATE, 8), plusDays(DATE, 9)];
    await asOwner('POST', '/staff/exceptions', { resourceId: yuki, date: off, kind: 'off' });
    await asOwner('PUT', `/owner/businesses/${businessId}/holidays`, {
      holidays: [{ date: holiday, name: 'Founding' }],
    });
    const causes = async (start: string) =>
      (await explained(cut, start, { resourceId: yuki })).reasons.map(({ cause }: { cause: string }) => cause);
    expect(await causes(at('10:00', off))).toEqual(['exception']);
    expect(await causes(at('10:00', holiday))).toEqual(['holiday']);
    expect(await causes(at('20:00', off))).toEqual(['place_hours', 'exception']);
    await asOwner('PUT', `/owner/businesses/${businessId}/holidays`, { holidays: [] });
    expect(await causes(at('10:00', holiday))).toEqual([]);
  });

  it('names what takes the time: a booking, its buffer, a full session', async () => {
    const yuki = await resource({ capacity: 3 });
    const massage = await service([[yuki]], { bufferAfterMinutes: 30, intervalMinutes: 30 });
    const booked = await must(book(massage, at('12:00')));
    const { id: bookingId, start, end } = booked.body;
    const taken = { code: 'booking.slot_taken', resourceId: yuki, start, end, bookingId };
    const reasons = async (time: string) => (await explained(massage, at(time), { resourceId: yuki })).reasons;
    expect(await reasons('12:30')).toEqual([{ ...taken, cause: 'booking' }]);
    expect(await reasons('13:00')).toEqual([{ ...taken, cause: 'buffer' }]);
    expect(await reasons('13:30')).toEqual([]);

    const yoga = await service([[yuki]], { capacity: 3 });
    const joined = await must(book(yoga, at('15:00'), { partySize: 2 }));
    expect(await explained(yoga, at('15:00'), { resourceId: yuki, partySize: '2' })).toEqual({
      offered: false,
      reasons: [
        {
          code: 'booking.slot_taken',
          cause: 'session_full',
          resourceId: yuki,
          start: joined.body.start,
          end: joined.body.end,
          remaining: 1,
        },
      ],
    });
    expect(await explained(yoga, at('15:00'), { resourceId: yuki })).toEqual({ offered: true, reasons: [] });
  });

  it('names all candidates of a requirement that nobody meets, and none of one that somebody meets', async () => {
    const [yuki, ken, a, b] = [await resource(), await resource(), await resource(), await resource()];
    const cut = await service([
      [yuki, ken],
      [a, b],
    ]);
    const solo = await service([[a]]);
    await must(book(solo, at('10:00')));
    expect(await explained(cut, at('10:00'), { resourceId: yuki })).toEqual({ offered: true, reasons: [] });
    await asOwner('POST', `/resources/${b}/blocks`, { start: at('10:00'), end: at('10:30') });
    const whom = ({ resourceId, cause }: { resourceId: Uuid; cause: string }) => [resourceId, cause];
    for (const resourceId of [yuki, undefined]) {
      const { reasons } = await explained(cut, at('10:00'), resourceId && { resourceId });
      expect(reasons.map(whom)).toEqual([
        [a, 'booking'],
        [b, 'block'],
      ]);
    }
    const pair = await service([[yuki], [yuki]]);
    expect((await explained(pair, at('14:00'))).reasons).toEqual([
      { code: 'booking.resource_unsuitable', cause: 'needed_twice' },
    ]);
  });

  it('says who has gone, and what', async () => {
    const ginza = await location('Ginza');
    const member = await somebody(api);
    const assignment = { businessId, userId: member.id, role: 'staff' };
    const { id: memberId } = (await employed(api, owner.token, assignment)).body;
    const mei = await resource({ userId: member.id });
    const asked = await somebody(api);
    await asOwner('POST', '/staff/assignments', { ...assignment, userId: asked.id });
    const rin = await resource({ userId: asked.id });
    const [yuki, ken, away, stranger] = [
      await resource(),
      await resource(),
      await resource({ locationId: ginza }),
      await resource(),
    ];
    const cut = await service([[yuki, ken, mei, rin, away]]);
    await asOwner('DELETE', `/staff/assignments/${memberId}/terminate`);
    await asOwner('DELETE', `/owner/resources/${ken}`);
    await asOwner('DELETE', `/owner/businesses/${businessId}/locations/${ginza}`);
    const reasons = async (resourceId: Uuid) => (await explained(cut, at('10:00'), { resourceId })).reasons;
    const unsuitable = { code: 'booking.resource_unsuitable' };
    expect(await reasons(mei)).toEqual([{ ...unsuitable, cause: 'member_left', resourceId: mei }]);
    expect(await reasons(rin)).toEqual([{ ...unsuitable, cause: 'member_invited', resourceId: rin }]);
    expect(await reasons(ken)).toEqual([{ ...unsuitable, cause: 'withdrawn', resourceId: ken }]);
    expect(await reasons(away)).toEqual([{ ...unsuitable, cause: 'place_closed', resourceId: away }]);
    expect(await reasons(stranger)).toEqual([{ ...unsuitable, cause: 'not_of_service', resourceId: stranger }]);
    expect(await reasons(yuki)).toEqual([]);
    expect((await book(cut, at('10:00'), { resourceIds: [mei] })).body.code).toBe(unsuitable.code);
    await asOwner('DELETE', `/owner/services/${cut}`);
    expect(await reasons(yuki)).toEqual([{ code: 'service.not_found' }]);
  });

  it('tells how it was at a past moment, from the streams', async () => {
    const yuki = await resource();
    const cut = await service([[yuki]]);
    const block = await asOwner('POST', `/resources/${yuki}/blocks`, { start: at('10:00'), end: at('11:00') });
    const during = block.body.createdAt;
    const before = plusMs(during, -1);
    await asOwner('DELETE', `/resources/${yuki}/blocks/${block.body.id}`);
    const then = (moment: string) => explained(cut, at('10:00'), { resourceId: yuki, at: moment });
    expect(await then(before)).toEqual({ offered: true, reasons: [] });
    expect(await then(during)).toMatchObject({ offered: false, reasons: [{ cause: 'block' }] });
    expect(await explained(cut, at('10:00'), { resourceId: yuki })).toEqual({ offered: true, reasons: [] });
    expect(await then(plusMs(before, -DAY))).toEqual({ offered: false, reasons: [{ code: 'business.not_found' }] });
    const query = `serviceId=${cut}&start=${at('10:00')}&at=${plusMs(now(), 60 * MINUTE)}`;
    const { status, body } = await api.call('GET', `/availability/explain?${query}`, { token: owner.token });
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ path: 'at', code: 'too_large' }] });
  });

  it('tells a member who is limited to a location nothing of others', async () => {
    const [ginza, ueno] = [await location('Ginza'), await location('Ueno')];
    const [here, there] = [await resource({ locationId: ginza }), await resource({ locationId: ueno })];
    const cut = await service([[here, there]]);
    const limited = await somebody(api);
    await employed(api, owner.token, {
      businessId,
      userId: limited.id,
      role: 'staff',
      locationIds: [ginza],
    });
    const ask = (resourceId: Uuid) =>
      api.call('GET', `/availability/explain?serviceId=${cut}&resourceId=${resourceId}&start=${at('10:00')}`, {
        token: limited.token,
      });
    expect(await ask(here)).toMatchObject({ status: 200, body: { offered: true } });
    expect((await ask(there)).status).toBe(404);
    const early = `/availability/explain?serviceId=${cut}&start=${at('05:00')}`;
    expect((await api.call('GET', early, { token: limited.token })).body.reasons).toEqual([
      { code: 'booking.outside_hours', cause: 'place_hours', resourceId: here, locationId: ginza },
    ]);
    for (const id of [here, there])
      await asOwner('POST', `/resources/${id}/blocks`, { start: at('10:00'), end: at('11:00') });
    const all = await api.call('GET', `/availability/explain?serviceId=${cut}&start=${at('10:00')}`, {
      token: limited.token,
    });
    expect(all.body.reasons).toMatchObject([{ resourceId: here, cause: 'block' }]);
    expect(all.body.reasons).toHaveLength(1);
  });
});

it('a slot is explained as offered if it is listed, and if it can be booked', async () => {
  const [early, late] = [await resource(), await resource()];
  await asOwner('PUT', '/staff/working-hours', {
    resourceId: early,
    hours: daily(['10:00', '13:00']).map(({ day, opens: starts, closes: ends }) => ({ day, starts, ends })),
  });
  const cut = await service([[early, late]], { bufferBeforeMinutes: 15, intervalMinutes: 30 });
  const date = plusDays(DATE, 2);
  for (const resourceId of [early, late]) {
    let last = await must(book(cut, at('11:00', date), { resourceIds: [resourceId], another: true }));
    for (const time of ['09:30', '10:00', '10:30', '11:00', '12:00', '12:10', '12:30', '14:00', '17:30']) {
      const start = at(time, date);
      const explanation = await explained(cut, start, { resourceId });
      const listed = await isListed(cut, start, resourceId, last);
      const booked = await book(cut, start, { resourceIds: [resourceId], another: true });
      expect([time, listed, booked.status === 201]).toEqual([time, explanation.offered, explanation.offered]);
      const codes = explanation.reasons.map(({ code }: { code: string }) => code);
      if (booked.status !== 201) expect(codes).toContain(booked.body.code);
      else last = await must(api.call('DELETE', `/bookings/${booked.body.id}`, { token: hanako.token, body: {} }));
    }
  }
});
