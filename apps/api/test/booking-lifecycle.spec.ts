import { epochMs, fromEpochMs, type Instant, instant, MINUTE, now, plusMs } from '@yoyaku/kernel';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

const GRID = 15 * MINUTE;
/** A start on the grid, at least so many minutes away and less than fifteen more. */
const inMinutes = (minutes: number): Instant => fromEpochMs(Math.ceil((Date.now() + minutes * MINUTE) / GRID) * GRID);
const minutesAgo = (minutes: number): Instant => fromEpochMs(Math.floor((Date.now() - minutes * MINUTE) / GRID) * GRID);

let api: ApiUnderTest;
let salon: ABusiness;
let businessId: string;
let hanako: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  salon = await aBusiness(api, await somebody(api, 'admin'));
  businessId = salon.things.business as string;
  hanako = await somebody(api);
});
afterAll(() => api.stop());

const as =
  (person: () => Person) =>
  (method: Method, path: string, body: object = {}): Promise<Reply> =>
    api.call(method, path, { token: person().token, body });
const asOwner = as(() => salon.people.owner);
const asStaff = as(() => salon.people.staff);
const asHanako = as(() => hanako);

async function must(reply: Promise<Reply>): Promise<Reply['body']> {
  const { status, body, text } = await reply;
  if (status >= 300) throw new Error(`${status} ${text}`);
  return body;
}

const set = (settings: object) => must(asOwner('PUT', `/owner/businesses/${businessId}/settings`, settings));
const yen = (amount: number) => ({ amount, currency: 'JPY' });

async function resource(hours?: object[]): Promise<string> {
  const { id } = await must(asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' }));
  if (hours) await must(asOwner('PUT', '/staff/working-hours', { resourceId: id, hours }));
  return id;
}

async function service(anyOf: string[], details: object = {}): Promise<string> {
  const haircut = { businessId, name: 'Haircut', durationMinutes: 60, price: yen(8000) };
  return (await must(asOwner('POST', '/owner/services', { ...haircut, requirements: [{ anyOf }], ...details }))).id;
}

const wish = (serviceId: string, start: Instant, other: object = {}) => ({ businessId, serviceId, start, ...other });
const book = (serviceId: string, start: Instant, other: object = {}) =>
  asHanako('POST', '/bookings', wish(serviceId, start, other));
/** Hanako becomes a customer with her first booking. */
async function hanakosId(): Promise<string> {
  const { customerId } = await must(book(await service([await resource()]), instant(salon.start)));
  return customerId;
}

describe('what comes of a booking depends on when', () => {
  it('it is checked in shortly before its start, and completed or missed only after it', async () => {
    const start = inMinutes(5);
    const { id } = await must(book(await service([await resource()]), start));
    expect(await asStaff('POST', `/bookings/${id}/no-show`)).toMatchObject({
      status: 422,
      body: { code: 'booking.too_early', earliest: plusMs(start, 15 * MINUTE) },
    });
    expect(await asStaff('POST', `/bookings/${id}/complete`)).toMatchObject({
      status: 422,
      body: { code: 'booking.too_early', earliest: start },
    });
    expect(await must(asStaff('POST', `/bookings/${id}/check-in`))).toMatchObject({ status: 'checked_in' });

    const [farOff, dayAfter] = [await service([await resource()]), instant(salon.start)];
    const { id: later } = await must(book(farOff, dayAfter));
    expect(await asStaff('POST', `/bookings/${later}/check-in`)).toMatchObject({
      status: 422,
      body: { code: 'booking.too_early', earliest: plusMs(dayAfter, -120 * MINUTE) },
    });
  });

  it('its customer cancels it before its start, the business until it is completed', async () => {
    const customerId = await hanakosId();
    const begun = async () => {
      const wanted = wish(await service([await resource()]), minutesAgo(5), { customerId, override: ['notice'] });
      return (await must(asStaff('POST', '/bookings', wanted))).id;
    };
    const id = await begun();
    const started = { status: 409, body: { code: 'booking.already_started', latest: expect.any(String) } };
    expect(await asHanako('DELETE', `/bookings/${id}`)).toMatchObject(started);
    expect(await asStaff('DELETE', `/bookings/${id}`, { onBehalfOfCustomer: true })).toMatchObject(started);
    expect(await asHanako('POST', `/bookings/${id}/reschedule`, { start: salon.start })).toMatchObject(started);
    await must(asStaff('POST', `/bookings/${id}/check-in`));
    expect(await must(asStaff('DELETE', `/bookings/${id}`))).toMatchObject({ status: 'cancelled', fee: null });
    expect(await asOwner('POST', `/bookings/${id}/undo-cancel`)).toMatchObject(started);

    const completed = await begun();
    await must(asStaff('POST', `/bookings/${completed}/complete`));
    expect(await asStaff('DELETE', `/bookings/${completed}`)).toMatchObject({
      status: 409,
      body: { code: 'booking.invalid_transition', currentStatus: 'completed' },
    });
  });

  it('a pending one lapses at the latest at its start, also one that was brought back', async () => {
    await set({ autoConfirm: false, pendingExpiryMinutes: 30 });
    const soon = inMinutes(5);
    const { id } = await must(book(await service([await resource()]), soon));
    await must(asHanako('DELETE', `/bookings/${id}`));
    expect(await must(asOwner('POST', `/bookings/${id}/undo-cancel`))).toMatchObject({
      status: 'pending',
      expiresAt: soon,
    });
    const later = await must(book(await service([await resource()]), instant(salon.start)));
    await must(asHanako('DELETE', `/bookings/${later.id}`));
    const back = await must(asOwner('POST', `/bookings/${later.id}/undo-cancel`));
    expect(epochMs(back.expiresAt)).toBeGreaterThan(epochMs(later.expiresAt));
    await set({ autoConfirm: true });
  });
});

describe('a move', () => {
  const later = () => plusMs(instant(salon.start), 3 * 60 * MINUTE);

  it('is priced for its new resources, unless the business keeps the price', async () => {
    const [junior, senior] = [await resource(), await resource()];
    const overrides = [{ resourceId: senior, price: yen(12_000) }];
    const cut = await service([junior, senior], { overrides });
    const { id, price } = await must(book(cut, instant(salon.start), { resourceIds: [junior] }));
    expect(price).toEqual(yen(8000));
    const toSenior = { start: later(), resourceIds: [senior] };
    expect(await must(asHanako('POST', `/bookings/${id}/reschedule`, toSenior))).toMatchObject({ price: yen(12_000) });
    const back = { start: salon.start, resourceIds: [junior], keepPrice: true };
    expect(await must(asStaff('POST', `/bookings/${id}/reschedule`, back))).toMatchObject({ price: yen(12_000) });
    expect(await asHanako('POST', `/bookings/${id}/reschedule`, { ...toSenior, keepPrice: true })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'keepPrice', code: 'unknown_field' }] },
    });
  });

  it('of its customer waits for approval again, where the business asks for that', async () => {
    const cut = await service([await resource()]);
    const { id } = await must(book(cut, instant(salon.start)));
    await set({ autoConfirm: false });
    const moved = await must(asHanako('POST', `/bookings/${id}/reschedule`, { start: later() }));
    expect(moved).toMatchObject({ status: 'pending', expiresAt: expect.any(String) });
    await must(asStaff('POST', `/bookings/${id}/confirm`));
    expect(await must(asStaff('POST', `/bookings/${id}/reschedule`, { start: salon.start }))).toMatchObject({
      status: 'confirmed',
      expiresAt: null,
    });
    await set({ autoConfirm: true });
  });
});

describe('the tag of an answer', () => {
  const later = (hours: number) => plusMs(instant(salon.start), hours * 60 * MINUTE);
  const change = (method: Method, path: string, body: object, tag: string | undefined) =>
    api.call(method, path, { token: salon.people.owner.token, body, headers: { 'if-match': tag as string } });

  /** The booking's tag as the business’s owner is shown it, if the answer gave the one that who asked is shown. */
  async function tagOf({ body, headers, status, text }: Reply, asker = hanako): Promise<string> {
    if (status >= 300) throw new Error(`${status} ${text}`);
    const position = headers['x-event-position'] as string;
    const shownTo = ({ token }: Person) =>
      api.call('GET', `/bookings/${body.id}`, { token, headers: { 'x-min-position': position } });
    const seen = await shownTo(asker);
    expect([headers.etag, body.revision]).toEqual([seen.headers.etag, seen.body.revision]);
    return (await shownTo(salon.people.owner)).headers.etag as string;
  }

  it('is the booking’s, also where resources were held for another offer on the way', async () => {
    const [room, junior, slow] = [await resource(), await resource(), await resource()].sort() as [
      string,
      string,
      string,
    ];
    const requirements = [{ anyOf: [junior, slow] }, { anyOf: [room] }];
    const cut = await service([], { requirements, overrides: [{ resourceId: slow, durationMinutes: 90 }] });
    await must(book(await service([junior]), instant(salon.start)));
    const made = await book(cut, instant(salon.start), { price: yen(8000) });
    expect(made.body).toMatchObject({ resourceIds: [slow, room] });
    await must(change('PUT', `/bookings/${made.body.id}`, { note: 'x' }, await tagOf(made)));
  });

  it('stays when a booking is moved to where it is', async () => {
    const yuki = await resource();
    const made = await book(await service([yuki]), instant(salon.start));
    const tag = await tagOf(made);
    const path = `/bookings/${made.body.id}`;
    const moved = await change('POST', `${path}/reschedule`, { start: salon.start }, tag);
    expect(await tagOf(moved, salon.people.owner)).toBe(tag);
    const assigned = await change('POST', `${path}/assign`, { resourceIds: [yuki] }, tag);
    expect(await tagOf(assigned, salon.people.owner)).toBe(tag);
  });

  it('is good after a move was refused that had held resources', async () => {
    const [first, second] = [await resource(), await resource()].sort() as [string, string];
    const made = await book(await service([], { requirements: [{ anyOf: [first] }, { anyOf: [second] }] }), later(0));
    await must(book(await service([second]), later(3)));
    const path = `/bookings/${made.body.id}/reschedule`;
    const tag = await tagOf(made);
    expect(await change('POST', path, { start: later(3) }, tag)).toMatchObject({
      body: { code: 'booking.slot_taken' },
    });
    const moved = await change('POST', path, { start: later(5) }, tag);
    expect(await tagOf(moved, salon.people.owner)).not.toBe(tag);
    expect(await change('POST', path, { start: later(6) }, tag)).toMatchObject({ status: 412 });
  });
});

describe('the business', () => {
  it('gives a booking to somebody else at its time, for their price, with what else it needs as it was', async () => {
    const [junior, senior, room, other] = [await resource(), await resource(), await resource(), await resource()];
    const requirements = [{ anyOf: [junior, senior] }, { anyOf: [room, other] }];
    const overrides = [{ resourceId: senior, price: yen(12_000), durationMinutes: 90 }];
    const cut = await service([], { requirements, overrides });
    const start = instant(salon.start);
    const { id, end } = await must(book(cut, start, { resourceIds: [junior, other] }));
    const toSenior = { resourceIds: [senior] };
    expect(await asHanako('POST', `/bookings/${id}/assign`, toSenior)).toMatchObject({ status: 404 });
    expect(await must(asStaff('POST', `/bookings/${id}/assign`, toSenior))).toMatchObject({
      start,
      end: plusMs(end, 30 * MINUTE),
      resourceIds: [senior, other],
      price: yen(12_000),
    });
    const back = { resourceIds: [junior], keepPrice: true };
    expect(await must(asStaff('POST', `/bookings/${id}/assign`, back))).toMatchObject({ end, price: yen(12_000) });
    await must(book(cut, start, { resourceIds: [senior, room] }));
    expect(await asStaff('POST', `/bookings/${id}/assign`, toSenior)).toMatchObject({
      status: 409,
      body: { code: 'booking.slot_taken' },
    });
  });

  it('gives away a booking that has begun, whatever the rules for starts are', async () => {
    const customerId = await hanakosId();
    const [yuki, ken] = [await resource(), await resource()];
    const wanted = { customerId, resourceIds: [yuki], override: ['notice', 'grid'] };
    const begun = fromEpochMs(epochMs(minutesAgo(5)) + MINUTE);
    const { id } = await must(asStaff('POST', '/bookings', wish(await service([yuki, ken]), begun, wanted)));
    const toKen = { resourceIds: [ken] };
    expect(await must(asStaff('POST', `/bookings/${id}/assign`, toKen))).toMatchObject({
      resourceIds: [ken],
      start: begun,
    });
  });
});

it('a customer checks in by the code that their booking shows', async () => {
  const booked = await book(await service([await resource()]), inMinutes(5));
  const { id, checkInCode } = booked.body;
  expect(checkInCode).toMatch(/^\d{6}$/);
  const seen = { 'x-min-position': booked.headers['x-event-position'] as string };
  const shown = api.call('GET', `/bookings/${id}`, { token: hanako.token, headers: seen });
  expect(await must(shown)).toMatchObject({ checkInCode });
  const wrong = { status: 422, body: { code: 'booking.wrong_code', errors: [{ path: 'code' }] } };
  expect(await asHanako('POST', `/bookings/${id}/check-in`)).toMatchObject(wrong);
  expect(await asHanako('POST', `/bookings/${id}/check-in`, { code: 'x' })).toMatchObject(wrong);
  expect(await asStaff('POST', `/bookings/${id}/check-in`, { code: 'x' })).toMatchObject(wrong);
  expect(await must(asHanako('POST', `/bookings/${id}/check-in`, { code: checkInCode }))).toMatchObject({
    status: 'checked_in',
    checkInCode,
  });
});

describe('a fee', () => {
  it('for not coming is the business’s own where no policy says more', async () => {
    await set({ noShowFee: { amount: yen(3000) }, noShowAfterMinutes: 5 });
    const customerId = await hanakosId();
    const nextMinute = fromEpochMs(Math.ceil(Date.now() / MINUTE + 1) * MINUTE);
    const wanted = wish(await service([await resource()]), nextMinute, { customerId, override: ['notice', 'grid'] });
    const { id } = await must(asStaff('POST', '/bookings', wanted));
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 8 * MINUTE);
    const missed = await asStaff('POST', `/bookings/${id}/no-show`).finally(() => clock.mockRestore());
    expect(missed.body).toMatchObject({ status: 'no_show', fee: yen(3000) });
    await set({ noShowFee: null, noShowAfterMinutes: 15 });
  });

  it('for not coming is none where the booking was made, or moved, after its start', async () => {
    await set({ noShowFee: { amount: yen(3000) } });
    const customerId = await hanakosId();
    const walkIn = { customerId, override: ['notice'] };
    const missed = (id: string) => must(asStaff('POST', `/bookings/${id}/no-show`));
    const made = wish(await service([await resource()]), minutesAgo(20), walkIn);
    const { id } = await must(asStaff('POST', '/bookings', made));
    expect(await missed(id)).toMatchObject({ status: 'no_show', fee: null });

    const wanted = wish(await service([await resource()]), instant(salon.start), walkIn);
    const { id: moved } = await must(asStaff('POST', '/bookings', wanted));
    await must(asStaff('POST', `/bookings/${moved}/reschedule`, { start: minutesAgo(20) }));
    expect(await missed(moved)).toMatchObject({ status: 'no_show', fee: null });

    const { id: booked } = await must(book(await service([await resource()]), instant(salon.start)));
    expect(await asStaff('POST', `/bookings/${booked}/reschedule`, { start: minutesAgo(20) })).toMatchObject({
      status: 422,
      body: { code: 'booking.too_soon' },
    });
    await set({ noShowFee: null });
  });

  it('for cancelling late is the same on the customer’s behalf, and none when the business cancels', async () => {
    const policy = { businessId, name: 'Strict', freeUntilHours: 720, lateFee: { percent: 50 } };
    const { id: policyId } = await must(asOwner('POST', '/policies', policy));
    const cancelled = async (body: object) => {
      const { id } = await must(book(await service([await resource()], { policyId }), instant(salon.start)));
      return must(asStaff('DELETE', `/bookings/${id}`, body));
    };
    expect(await cancelled({ onBehalfOfCustomer: true })).toMatchObject({ fee: yen(4000) });
    expect(await cancelled({})).toMatchObject({ fee: null });
  });
});

describe('what cancelling would cost', () => {
  const feeOf = (booked: Reply, query = '', who = hanako) =>
    api.call('GET', `/bookings/${booked.body.id}/fee${query}`, {
      token: who.token,
      headers: { 'x-min-position': booked.headers['x-event-position'] as string },
    });

  it('is said before, by whom and when, and is what it then costs', async () => {
    const policy = { businessId, name: 'Two days', freeUntilHours: 48, lateFee: { percent: 50 } };
    const { id: policyId } = await must(asOwner('POST', '/policies', policy));
    const start = instant(salon.start);
    const freeUntil = plusMs(start, -48 * 60 * MINUTE);
    const price = { policyId, price: yen(8005) };
    const booked = await book(await service([await resource()], price), start);
    const [free, late] = [`?at=${freeUntil}`, `?at=${plusMs(freeUntil, 1)}`];
    expect((await feeOf(booked)).body).toEqual({ fee: yen(0), freeUntil });
    expect((await feeOf(booked, free)).body).toEqual({ fee: yen(0), freeUntil });
    expect((await feeOf(booked, late)).body).toEqual({ fee: yen(4003), freeUntil });
    expect((await feeOf(booked, late, salon.people.staff)).body).toEqual({ fee: yen(4003), freeUntil });
    expect((await feeOf(booked, `${late}&by=business`)).body).toEqual({ fee: yen(0), freeUntil });
    expect(await feeOf(booked, `?at=${start}`)).toMatchObject({
      status: 409,
      body: { code: 'booking.already_started', latest: start },
    });
    expect(await feeOf(booked, '', salon.people.sales_rep)).toMatchObject({ status: 404 });
    expect(await feeOf(booked, '?by=system')).toMatchObject({ status: 400 });

    const strict = { ...policy, name: 'Strict', freeUntilHours: 720 };
    const { id: strictId } = await must(asOwner('POST', '/policies', strict));
    const lately = await book(await service([await resource()], { ...price, policyId: strictId }), start);
    const { fee } = (await feeOf(lately)).body;
    expect(fee).toEqual(yen(4003));
    const cancelled = await asHanako('DELETE', `/bookings/${lately.body.id}`);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', fee });
    expect(await feeOf(cancelled)).toMatchObject({ status: 409, body: { currentStatus: 'cancelled' } });
  });
});

describe('a member of the business', () => {
  it('does nothing in its name to a booking of their own, unless the business is theirs', async () => {
    await set({ autoConfirm: false });
    const { manager, owner } = salon.people;
    const asManager = as(() => manager);
    const cut = await service([await resource()]);
    const ask = (person: Person, start: Instant, more: object = {}) =>
      api.call('POST', '/bookings', { token: person.token, body: wish(cut, start, more) });
    const [first, second, third] = [0, 1, 2].map((hours) => plusMs(instant(salon.start), hours * 60 * MINUTE)) as [
      Instant,
      Instant,
      Instant,
    ];
    const { id, customerId } = await must(ask(manager, first));
    const barred = { status: 403, body: { code: 'access.own' } };
    for (const step of ['confirm', 'decline', 'complete', 'no-show', 'undo-cancel']) {
      expect(await asManager('POST', `/bookings/${id}/${step}`)).toMatchObject(barred);
    }
    const elsewhere = { resourceIds: [await resource()], keepPrice: true };
    expect(await asManager('POST', `/bookings/${id}/assign`, elsewhere)).toMatchObject(barred);
    expect(await ask(manager, second, { customerId })).toMatchObject(barred);
    const series = { ...wish(cut, second, { customerId }), rrule: 'FREQ=DAILY;COUNT=1', mode: 'all' };
    expect(await asManager('POST', '/bookings/series', series)).toMatchObject(barred);
    expect(await must(asOwner('POST', `/bookings/${id}/confirm`))).toMatchObject({ status: 'confirmed' });

    const own = await must(ask(owner, third));
    expect(await must(asOwner('POST', `/bookings/${own.id}/confirm`))).toMatchObject({ status: 'confirmed' });
    expect(await must(ask(owner, second, { customerId: own.customerId }))).toMatchObject({ status: 'confirmed' });
    await set({ autoConfirm: true });
  });
});

it('a customer’s history of a booking is without what only the business is to know', async () => {
  const { id } = await must(book(await service([await resource()]), instant(salon.start)));
  const later = plusMs(instant(salon.start), 60 * MINUTE);
  await must(asHanako('POST', `/bookings/${id}/reschedule`, { start: later }));
  const cancelled = await asOwner('DELETE', `/bookings/${id}`, { reason: 'Ill' });
  const history = async ({ token }: Person) => {
    const headers = { 'x-min-position': cancelled.headers['x-event-position'] as string };
    return (await api.call('GET', `/bookings/${id}/history`, { token, headers })).body.items;
  };
  const theirs = await history(salon.people.owner);
  expect(theirs[0].data).toMatchObject({ holdId: expect.any(String), terms: expect.any(Object), overridden: [] });
  expect(theirs[1].data).toMatchObject({
    agreed: { terms: expect.any(Object) },
    previous: { holdId: theirs[0].data.holdId },
  });
  expect(theirs[2].actor.id).toBe(salon.people.owner.id);
  const hers = await history(hanako);
  expect(hers.map(({ type }: { type: string }) => type)).toEqual([
    'BookingRequested',
    'BookingRescheduled',
    'BookingCancelled',
  ]);
  expect(hers.map(({ actor }: { actor: { id: string | null } }) => actor.id)).toEqual([hanako.id, hanako.id, null]);
  expect(hers[1].data).toMatchObject({
    start: later,
    previous: { start: salon.start },
    agreed: { status: 'confirmed' },
  });
  expect(hers[2].data).toMatchObject({ reason: 'Ill', by: 'business' });
  expect(JSON.stringify(hers)).not.toMatch(/holdId|terms|overridden/);
});

describe('what became of a booking', () => {
  const correct = (id: string, outcome: string, who = asOwner) =>
    who('POST', `/bookings/${id}/correct`, { outcome, reason: 'Mixed up with somebody else' });
  const yesterday = (): Instant => minutesAgo(20 * 60);
  async function over(): Promise<string> {
    const wanted = wish(await service([await resource()]), yesterday(), {
      customerId: await hanakosId(),
      override: ['notice', 'hours'],
    });
    const { id } = await must(asStaff('POST', '/bookings', wanted));
    await must(asStaff('POST', `/bookings/${id}/complete`));
    return id;
  }

  it('is corrected by owner and manager, with a reason, and the fee follows', async () => {
    const id = await over();
    expect(await correct(id, 'no_show', asStaff)).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
    expect(await correct(id, 'no_show', asHanako)).toMatchObject({ status: 404 });
    const missed = await correct(
      id,
      'no_show',
      as(() => salon.people.manager),
    );
    expect(missed).toMatchObject({ status: 200, body: { status: 'no_show', fee: null } });
    const again = await correct(id, 'no_show');
    expect([again.status, again.headers.etag]).toEqual([200, missed.headers.etag]);
    const back = await correct(id, 'checked_in');
    expect(back).toMatchObject({ status: 200, body: { status: 'checked_in', fee: null } });
    const seen = { 'x-min-position': back.headers['x-event-position'] as string };
    const shown = await api.call('GET', `/bookings/${id}`, { token: hanako.token, headers: seen });
    expect(shown.body).toMatchObject({ status: 'checked_in', revision: back.body.revision });
    const { items } = (await api.call('GET', `/bookings/${id}/history`, { token: hanako.token, headers: seen })).body;
    expect(items.at(-1)).toMatchObject({
      type: 'BookingOutcomeCorrected',
      data: { from: 'no_show', to: 'checked_in', reason: 'Mixed up with somebody else' },
    });
  });

  it('is corrected only where something was said of it, to an outcome, with a reason', async () => {
    const { id } = await must(book(await service([await resource()]), instant(salon.start)));
    expect(await correct(id, 'completed')).toMatchObject({
      status: 409,
      body: { code: 'booking.invalid_transition', currentStatus: 'confirmed' },
    });
    expect(await correct(id, 'cancelled')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'outcome', code: 'not_one_of' }] },
    });
    expect(await asOwner('POST', `/bookings/${id}/correct`, { outcome: 'completed' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'reason', code: 'required' }] },
    });
  });

  it('is said by the clock, where the business has set how long after its end', async () => {
    for (const autoComplete of [-1, 10_081, 1.5, '5']) {
      expect(await asOwner('PUT', `/owner/businesses/${businessId}/settings`, { autoComplete })).toMatchObject({
        status: 400,
      });
    }
    expect(await set({ autoComplete: 30 })).toMatchObject({ autoComplete: 30 });
    expect(await set({ autoComplete: null })).toMatchObject({ autoComplete: null });
  });
});

describe('who walks in', () => {
  it('is booked by the business’s people, rule by rule, and needs no approval', async () => {
    await set({ autoConfirm: false });
    const customerId = await hanakosId();
    const today = await resource([]);
    const cut = await service([today]);
    const walkIn = (start: Instant, override: string[]) =>
      asStaff('POST', '/bookings', wish(cut, start, { customerId, override }));
    const start = fromEpochMs(epochMs(minutesAgo(20)) + MINUTE);
    const refusedWith = (code: string) => ({ status: 422, body: { code } });
    expect(await walkIn(start, [])).toMatchObject(refusedWith('booking.too_soon'));
    expect(await walkIn(start, ['notice'])).toMatchObject(refusedWith('booking.off_grid'));
    expect(await walkIn(start, ['notice', 'grid'])).toMatchObject(refusedWith('booking.outside_hours'));
    expect(await walkIn(start, ['notice', 'grid', 'hours'])).toMatchObject({
      status: 201,
      body: { status: 'confirmed' },
    });
    const overlapping = plusMs(start, 5 * MINUTE);
    expect(await walkIn(overlapping, ['notice', 'window', 'grid', 'hours'])).toMatchObject({
      status: 409,
      body: { code: 'booking.slot_taken' },
    });
    const nextYear = plusMs(instant(salon.start), 400 * 24 * 60 * MINUTE);
    expect(await walkIn(nextYear, ['hours'])).toMatchObject(refusedWith('booking.too_far'));
    expect(await walkIn(nextYear, ['hours', 'window'])).toMatchObject({ status: 201 });
    const yesterday = plusMs(now(), -25 * 60 * MINUTE);
    expect(await walkIn(yesterday, ['notice', 'grid', 'hours'])).toMatchObject(refusedWith('booking.too_soon'));
    await set({ autoConfirm: true });
  });

  it('does not set rules aside for themself', async () => {
    const cut = await service([await resource()]);
    expect(await book(cut, minutesAgo(5), { override: ['notice'] })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'override', code: 'unknown_field' }] },
    });
  });
});
