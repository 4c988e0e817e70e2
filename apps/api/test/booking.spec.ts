import { EventStoreDb } from '@yoyaku/eventing';
import { fromEpochMs, instant, localDate, MINUTE, newUuid, now, plusDays, plusMs } from '@yoyaku/kernel';
import { Pool } from 'pg';
import { ApiUnderTest, type CallOptions, callOn, type Method, type Reply, type SignedInUser } from './api-under-test';

/** Noon in Tokyo. */
const DAY_AFTER_TOMORROW = plusDays(localDate(now(), 'UTC'), 2);
const at = (minutes: number, date = DAY_AFTER_TOMORROW) => plusMs(instant(`${date}T03:00:00Z`), minutes * MINUTE);

let api: ApiUnderTest;
let owner: SignedInUser;
let hanako: SignedInUser;
let stranger: SignedInUser;
let businessId: string;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 2);
  [owner, hanako, stranger] = await Promise.all([api.register('Owner'), api.register('Hanako'), api.register('Eve')]);
  businessId = await openBusiness();
});
afterAll(() => api.stop());

const as =
  (user: () => SignedInUser) =>
  (method: Method, path: string, body?: unknown, headers: CallOptions['headers'] = {}): Promise<Reply> =>
    api.call(method, path, { token: user().token, body, headers });
const asOwner = as(() => owner);
const asHanako = as(() => hanako);
const asStranger = as(() => stranger);

async function must(reply: Promise<Reply>): Promise<Reply> {
  const { status, text } = await reply;
  if (status >= 300) throw new Error(`${status} ${text}`);
  return reply;
}

/** Open around the clock, with slots every five minutes. */
async function openBusiness(): Promise<string> {
  const { body } = await must(
    asOwner('POST', '/owner/businesses', {
      name: 'Salon',
      slug: `salon-${Math.random().toString(36).slice(2)}`,
      timeZone: 'Asia/Tokyo',
      currency: 'JPY',
    }),
  );
  const hours = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, opens: '00:00', closes: '24:00' }));
  await must(asOwner('PUT', `/owner/businesses/${body.id}/hours`, { hours }));
  await must(asOwner('PUT', `/owner/businesses/${body.id}/settings`, { slotIntervalMinutes: 5 }));
  const { token } = await api.admin();
  await must(api.call('POST', `/admin/businesses/${body.id}/approve`, { token, body: {} }));
  return body.id;
}

async function resource(kind = 'room', details: object = {}): Promise<string> {
  return (await must(asOwner('POST', '/owner/resources', { businessId, kind, name: 'Yuki', ...details }))).body.id;
}

async function service(requirements: string[][], details: object = {}): Promise<string> {
  const { body } = await must(
    asOwner('POST', '/owner/services', {
      businessId,
      name: 'Haircut',
      durationMinutes: 60,
      price: { amount: 8000, currency: 'JPY' },
      requirements: requirements.map((anyOf) => ({ anyOf })),
      ...details,
    }),
  );
  return body.id;
}

const book = (serviceId: string, start: string, other: object = {}) =>
  asHanako('POST', '/bookings', { businessId, serviceId, start, ...other });

async function slotsOf(serviceId: string, after: Reply, date = DAY_AFTER_TOMORROW): Promise<string[]> {
  const { body } = await must(
    api.call('GET', `/availability?businessId=${businessId}&serviceId=${serviceId}&from=${date}&to=${date}`, {
      headers: { 'x-min-position': after.headers['x-event-position'] as string },
    }),
  );
  return body.slots.map(({ start }: { start: string }) => start);
}

describe('a booking', () => {
  it('is made, seen, moved, cancelled and brought back', async () => {
    const yuki = await resource('staff');
    const haircut = await service([[yuki]]);
    const booked = await must(book(haircut, at(0), { note: 'by the window' }));
    expect(booked).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/bookings/${booked.body.id}`, etag: expect.stringMatching(/^"0-/) },
      body: {
        businessId,
        serviceId: haircut,
        resourceIds: [yuki],
        userId: hanako.id,
        start: at(0),
        end: at(60),
        status: 'confirmed',
        price: { amount: 8000, currency: 'JPY' },
        partySize: 1,
        note: 'by the window',
      },
    });
    const path = `/bookings/${booked.body.id}`;
    const free = await slotsOf(haircut, booked);
    expect([at(-60), at(-55), at(0), at(55), at(60)].map((start) => free.includes(start))).toEqual([
      ...[true, false, false, false, true],
    ]);

    const moved = await must(asHanako('POST', `${path}/reschedule`, { start: at(30) }));
    expect(moved.body).toMatchObject({ start: at(30), end: at(90), resourceIds: [yuki] });
    expect(await slotsOf(haircut, moved)).toEqual(expect.arrayContaining([at(-30), at(90)]));

    const cancelled = await must(asHanako('DELETE', `${path}/cancel`, { reason: 'ill' }));
    expect(cancelled.body).toMatchObject({ status: 'cancelled' });
    expect(await slotsOf(haircut, cancelled)).toContain(at(30));

    const back = await must(asOwner('POST', `${path}/undo-cancel`, {}));
    expect(back.body).toMatchObject({ status: 'confirmed', start: at(30) });
    expect(await slotsOf(haircut, back)).not.toContain(at(30));

    const headers = { 'x-min-position': back.headers['x-event-position'] as string };
    expect(await asHanako('GET', path, undefined, headers)).toMatchObject({
      status: 200,
      body: { status: 'confirmed' },
    });
    const history = await must(asHanako('GET', `${path}/history`, undefined, headers));
    expect(history.body.items.map(({ type }: { type: string }) => type)).toEqual([
      ...['BookingRequested', 'BookingRescheduled', 'BookingCancelled', 'BookingCancellationUndone'],
    ]);
    const audit = await must(asOwner('GET', `/audit/entity/booking/${booked.body.id}`, undefined, headers));
    expect(audit.body.items).toHaveLength(4);
    expect(audit.body.items[3]).toMatchObject({ action: 'BookingRequested', actorId: hanako.id, tenantId: businessId });
    expect(await asOwner('GET', `/audit/${audit.body.items[0].id}`)).toMatchObject({ status: 200 });
    expect(await asStranger('GET', `/audit/${audit.body.items[0].id}`)).toMatchObject({ status: 404 });
    expect((await must(asOwner('GET', `/audit?businessId=${businessId}&entity=booking`))).body.items.length).toBe(4);
  });

  it('holds one time alone after six tried to move it at once, at two processes', async () => {
    const haircut = await service([[await resource()]]);
    const { body } = await must(book(haircut, at(0)));
    const replies = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((hours, i) =>
        callOn(api.apps[i % 2] as (typeof api.apps)[0], 'POST', `/bookings/${body.id}/reschedule`, {
          token: hanako.token,
          body: { start: at(60 * hours) },
        }),
      ),
    );
    const outcomes = replies.map(({ status, body: { code = 'moved' } }) => `${status} ${code}`);
    expect(outcomes).toContain('200 moved');
    expect(outcomes.filter((outcome) => !/^(200 moved|409 booking.changed_meanwhile)$/.test(outcome))).toEqual([]);
    const position = `${await api.app.get(EventStoreDb).head()}`;
    const now = await must(asHanako('GET', `/bookings/${body.id}`, undefined, { 'x-min-position': position }));
    const free = await slotsOf(haircut, { ...now, headers: { 'x-event-position': position } });
    const hours = [0, 1, 2, 3, 4, 5, 6].map((hour) => at(60 * hour));
    expect(hours.filter((start) => !free.includes(start))).toEqual([now.body.start]);
  });

  it('of somebody who was blocked is only cancelled, also after they had themself erased', async () => {
    const ken = await api.register('Ken');
    const asKen = as(() => ken);
    const haircut = await service([[await resource()]]);
    const wish = { businessId, serviceId: haircut };
    const { body } = await must(asKen('POST', '/bookings', { ...wish, start: at(0) }));
    const { body: other } = await must(asKen('POST', '/bookings', { ...wish, start: at(60) }));
    await must(asOwner('PUT', `/customers/${body.customerId}`, { status: 'blocked' }));

    const blocked = { status: 422, body: { code: 'booking.customer_blocked' } };
    const move = (id: string, minutes: number) => asKen('POST', `/bookings/${id}/reschedule`, { start: at(minutes) });
    expect(await move(body.id, 180)).toMatchObject(blocked);
    await must(asOwner('POST', `/bookings/${body.id}/reschedule`, { start: at(240) }));
    await must(asKen('DELETE', `/bookings/${body.id}/cancel`, {}));

    await must(asKen('POST', `/customers/${body.customerId}/erase`, {}));
    expect(await move(other.id, 180)).toMatchObject(blocked);
    expect(await asKen('POST', '/bookings', { ...wish, start: at(360) })).toMatchObject(blocked);
    await must(asKen('DELETE', `/bookings/${other.id}/cancel`, {}));
  });

  it('of a suspended business is not confirmed, moved or brought back, but cancelled', async () => {
    const haircut = await service([[await resource()]]);
    const [cancelled, standing] = [(await must(book(haircut, at(0)))).body, (await must(book(haircut, at(60)))).body];
    await must(asHanako('DELETE', `/bookings/${cancelled.id}/cancel`, {}));
    await must(asOwner('PUT', `/owner/businesses/${businessId}/settings`, { autoConfirm: false }));
    const pending = (await must(book(haircut, at(120)))).body;
    await must(asOwner('PUT', `/owner/businesses/${businessId}/settings`, { autoConfirm: true }));
    const { token } = await api.admin();
    const decide = (step: string, body: object) =>
      must(api.call('POST', `/admin/businesses/${businessId}/${step}`, { token, body }));
    await decide('suspend', { reason: 'fraud' });
    const closed = { status: 422, body: { code: 'booking.business_closed' } };
    expect(await asOwner('POST', `/bookings/${cancelled.id}/undo-cancel`, {})).toMatchObject(closed);
    expect(await asOwner('POST', `/bookings/${pending.id}/confirm`, {})).toMatchObject(closed);
    expect(await asOwner('POST', `/bookings/${standing.id}/reschedule`, { start: at(240) })).toMatchObject(closed);
    await must(asOwner('DELETE', `/bookings/${standing.id}/cancel`, {}));
    await decide('reinstate', {});
    await must(asOwner('POST', `/bookings/${cancelled.id}/undo-cancel`, {}));
    await must(asOwner('POST', `/bookings/${pending.id}/confirm`, {}));
  });

  it('is refused by a business that is not shown to one as by one that is not there', async () => {
    const founding = { name: 'Spa', slug: `spa-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
    const unapproved = (await must(asOwner('POST', '/owner/businesses', founding))).body.id;
    const price = { amount: 100, currency: 'JPY' };
    const offer = { businessId: unapproved, name: 'Bath', durationMinutes: 60, price };
    const bath = (await must(asOwner('POST', '/owner/services', offer))).body.id;
    const { token } = await api.admin();
    const ask = async (ids: object, as: typeof asHanako) => {
      const { status, body } = await as('POST', '/bookings', { ...ids, start: at(0) });
      const { instance: _, ...problem } = body;
      return { status, ...problem };
    };
    const absent = await ask({ businessId: newUuid(), serviceId: bath }, asHanako);
    expect(absent).toMatchObject({ status: 404, code: 'business.not_found' });
    for (const serviceId of [bath, newUuid()]) {
      expect(await ask({ businessId: unapproved, serviceId }, asHanako)).toEqual(absent);
      expect(await ask({ businessId: unapproved, serviceId, customerId: newUuid() }, asHanako)).toMatchObject({
        status: 404,
        code: 'business.not_found',
      });
    }
    // Its own people are told what is the matter.
    expect(await ask({ businessId: unapproved, serviceId: bath }, asOwner)).toMatchObject({
      status: 422,
      code: 'booking.business_closed',
    });
    await must(api.call('POST', `/admin/businesses/${unapproved}/approve`, { token, body: {} }));
    expect(await ask({ businessId: unapproved, serviceId: bath }, asHanako)).toMatchObject({ status: 422 });
  });

  describe('that waits for an answer', () => {
    const autoConfirm = (on: boolean) =>
      must(asOwner('PUT', `/owner/businesses/${businessId}/settings`, { autoConfirm: on }));
    beforeAll(() => autoConfirm(false));
    afterAll(() => autoConfirm(true));

    it('goes its way in the hands of the business', async () => {
      const soon = fromEpochMs(Math.ceil(Date.now() / (5 * MINUTE) + 1) * 5 * MINUTE);
      const haircut = await service([[await resource()]]);
      const { body } = await must(book(haircut, soon));
      expect(body).toMatchObject({ status: 'pending', expiresAt: expect.any(String) });
      // A customer checks in by a code, and confirms nothing.
      for (const [step, status, refusal] of [
        ['confirm', 'confirmed', 404],
        ['check-in', 'checked_in', 422],
      ]) {
        expect(await asHanako('POST', `/bookings/${body.id}/${step}`, {})).toMatchObject({ status: refusal });
        expect(await asOwner('POST', `/bookings/${body.id}/${step}`, {})).toMatchObject({
          status: 200,
          body: { status },
        });
      }
      expect(await asOwner('POST', `/bookings/${body.id}/decline`, {})).toMatchObject({
        status: 409,
        body: { code: 'booking.invalid_transition' },
      });
      const another = await must(book(haircut, at(60)));
      expect(await asOwner('POST', `/bookings/${another.body.id}/decline`, { reason: 'full' })).toMatchObject({
        status: 200,
        body: { status: 'declined' },
      });
      await must(book(haircut, at(60)));
    });
  });

  it('is seen by its customer and the business’s people, and by nobody else', async () => {
    const haircut = await service([[await resource()]]);
    const { body, headers } = await must(book(haircut, at(0)));
    const seen = { 'x-min-position': headers['x-event-position'] as string };
    const path = `/bookings/${body.id}`;
    expect((await asOwner('GET', path, undefined, seen)).status).toBe(200);
    expect((await asStranger('GET', path, undefined, seen)).status).toBe(404);
    expect((await asStranger('GET', `${path}/history`)).status).toBe(404);
    expect((await asStranger('DELETE', path)).status).toBe(404);
    expect((await asStranger('PATCH', path, { note: 'mine' })).status).toBe(404);
    expect((await asStranger('POST', `${path}/reschedule`, { start: at(300) })).status).toBe(404);
    const idsOf = ({ body: { items } }: Reply) => items.map(({ id }: { id: string }) => id);
    const list = `/bookings?businessId=${businessId}&serviceId=${haircut}`;
    expect(idsOf(await asOwner('GET', list))).toEqual([body.id]);
    expect(idsOf(await asHanako('GET', list))).toEqual([body.id]);
    expect(idsOf(await asOwner('GET', `${list}&mine=true`))).toEqual([]);
    expect(idsOf(await asStranger('GET', list))).toEqual([]);
    expect(idsOf(await asHanako('GET', `/bookings?limit=200&status=confirmed&from=${at(0)}&to=${at(1)}`))).toContain(
      body.id,
    );
    expect((await asHanako('PATCH', path, { note: 'by the door' })).body).toMatchObject({ note: 'by the door' });
    expect((await asOwner('PUT', path, { note: null })).body).toMatchObject({ note: null });
  });

  it('may be made for a customer by the business’s people', async () => {
    const haircut = await service([[await resource()]]);
    const { body: customer } = await must(asOwner('POST', '/customers', { businessId, name: 'Taro' }));
    const wish = { businessId, serviceId: haircut, start: at(0), customerId: customer.id };
    expect(await asOwner('POST', '/bookings', wish)).toMatchObject({
      status: 201,
      body: { customerId: customer.id, userId: null },
    });
    expect(await asStranger('POST', '/bookings', { ...wish, start: at(60) })).toMatchObject({ status: 404 });
  });

  it('answers a repeat with the same key as it answered first, in either process', async () => {
    const haircut = await service([[await resource()]]);
    const options = {
      token: hanako.token,
      headers: { 'idempotency-key': 'once' },
      body: { businessId, serviceId: haircut, start: at(0) },
    };
    const replies = await Promise.all(
      [0, 1, 0, 1].map((i) => callOn(api.apps[i] as (typeof api.apps)[0], 'POST', '/bookings', options)),
    );
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(201);
  });

  it('is one for eight clicks at once without a key, over two processes, for a minute and while it stands', async () => {
    const staff = await Promise.all([1, 2, 3].map(() => resource()));
    const haircut = await service([staff]);
    const wish = { businessId, serviceId: haircut, start: at(0) };
    const click = (i: number, body: object = wish) =>
      callOn(api.apps[i % 2] as (typeof api.apps)[0], 'POST', '/bookings', { token: hanako.token, body });
    const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => click(i)));
    const told = replies.map(({ status, text, headers }) => [status, text, headers['x-event-position'], headers.etag]);
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(replies[0]?.status).toBe(201);
    const id = replies[0]?.body.id;
    expect((await click(1)).body.id).toBe(id);
    const others = await Promise.all([0, 1, 2].map((i) => click(i, { ...wish, another: true })));
    expect(others.map(({ status, body: { code } }) => code ?? status).sort()).toEqual([201, 201, 'booking.slot_taken']);

    const clock = jest
      .spyOn(Date, 'now')
      .mockImplementation(() => performance.timeOrigin + performance.now() + 2 * MINUTE);
    const afterwards = await click(0);
    clock.mockRestore();
    expect(afterwards).toMatchObject({ status: 409, body: { code: 'booking.slot_taken' } });
    await must(asHanako('DELETE', `/bookings/${id}/cancel`, {}));
    const anew = await click(1);
    expect(anew.status).toBe(201);
    expect(anew.body.id).not.toBe(id);
    expect((await click(0)).body.id).toBe(anew.body.id);
  });

  it('is made anew where nobody heard of the first one, and it was cancelled', async () => {
    const haircut = await service([[await resource()]]);
    const pool = api.app.get(Pool);
    await pool.query(`
      create function app.lose_answers() returns trigger language plpgsql as
        $$ begin raise exception 'gone' using errcode = '57P01'; end $$;
      create trigger lose_answers before update on app.idempotency
        for each row when (new.status is not null) execute function app.lose_answers()`);
    expect((await book(haircut, at(0))).status).toBe(503);
    await pool.query('drop function app.lose_answers cascade');
    const position = `${await api.app.get(EventStoreDb).head()}`;
    const list = `/bookings?businessId=${businessId}&serviceId=${haircut}`;
    const { items } = (await asHanako('GET', list, undefined, { 'x-min-position': position })).body;
    const [{ id }] = items;
    await must(asHanako('DELETE', `/bookings/${id}/cancel`, {}));
    const again = await must(book(haircut, at(0)));
    expect(again.body.id).not.toBe(id);
    expect(again.body.status).toBe('confirmed');
  });

  it('has one chain of events, also where another process took the request over while it was stored', async () => {
    const haircut = await service([[await resource()]]);
    const [a, b] = api.apps.map((app) => app.get(EventStoreDb)) as [EventStoreDb, EventStoreDb];
    const click = (i: number) =>
      callOn(api.apps[i] as (typeof api.apps)[0], 'POST', '/bookings', {
        token: hanako.token,
        body: { businessId, serviceId: haircut, start: at(0) },
      });
    const [arrived, mayGo, stored] = [1, 2, 3].map(() => Promise.withResolvers<void>());
    const [storeOfA, storeOfB] = [a.append.bind(a), b.append.bind(b)];
    a.append = async (stream, ...rest) => {
      if (!stream.startsWith('booking-')) return storeOfA(stream, ...rest);
      arrived?.resolve();
      await mayGo?.promise;
      const outcome = await storeOfA(stream, ...rest);
      stored?.resolve();
      return outcome;
    };
    b.append = async (stream, ...rest) => {
      if (!stream.startsWith('booking-')) return storeOfB(stream, ...rest);
      mayGo?.resolve();
      await stored?.promise;
      return storeOfB(stream, ...rest);
    };
    const first = click(0);
    await arrived?.promise;
    await api.app
      .get(Pool)
      .query('update app.idempotency set holder = gen_random_uuid(), leased_until = now() where status is null');
    const { id } = (await must(click(1))).body;
    await first;
    [a.append, b.append] = [storeOfA, storeOfB];
    const { token } = hanako;
    const other = api.apps[1] as (typeof api.apps)[0];
    await must(callOn(other, 'DELETE', `/bookings/${id}/cancel`, { token, body: {} }));
    const events = await Array.fromAsync(b.readStream(`booking-${id}`));
    const hashes = events.map(({ metadata }) => metadata.hash);
    expect(events.map(({ metadata }) => metadata.prevHash)).toEqual([null, ...hashes.slice(0, -1)]);
    expect(events).toHaveLength(2);
  });

  it('is not refused again, by what a click without a key was refused, once that is over', async () => {
    const haircut = await service([[await resource()]]);
    const wish = { businessId, serviceId: haircut, start: at(0) };
    const { body: other } = await must(asStranger('POST', '/bookings', wish));
    const refused = { status: 409, body: { code: 'booking.slot_taken' } };
    expect(await asHanako('POST', '/bookings', wish)).toMatchObject(refused);
    expect(await asHanako('POST', '/bookings', wish)).toMatchObject(refused);
    await must(asStranger('DELETE', `/bookings/${other.id}/cancel`, {}));
    expect(await asHanako('POST', '/bookings', wish)).toMatchObject({ status: 201 });
  });

  it('is refused with a reason that names the field', async () => {
    const yuki = await resource();
    const haircut = await service([[yuki]]);
    const other = await resource();
    const refusals: [object, number, string, string?][] = [
      [{ start: plusMs(at(0), 1) }, 422, 'booking.off_grid', 'start'],
      [{ start: at(1) }, 422, 'booking.off_grid', 'start'],
      [{ start: '2020-01-01T00:00:00Z' }, 422, 'booking.too_soon', 'start'],
      [{ start: '2060-01-01T00:00:00Z' }, 422, 'booking.too_far', 'start'],
      [{ partySize: 2 }, 422, 'booking.party_too_large', 'partySize'],
      [{ resourceIds: [other] }, 422, 'booking.resource_unsuitable', 'resourceIds[0]'],
      [{ serviceId: businessId }, 404, 'service.not_found', 'serviceId'],
      [{ businessId: haircut }, 404, 'business.not_found', 'businessId'],
      [{ serviceId: undefined }, 400, 'request.invalid', 'serviceId'],
      [{ businessId: undefined }, 400, 'request.invalid', 'businessId'],
      [{ start: undefined }, 400, 'request.invalid', 'start'],
      [{ start: 'tomorrow' }, 400, 'request.invalid', 'start'],
      [{ partySize: 0 }, 400, 'request.invalid', 'partySize'],
      [{ partySize: '1' }, 400, 'request.invalid', 'partySize'],
      [{ resourceIds: yuki }, 400, 'request.invalid', 'resourceIds'],
      [{ title: 'Dentist' }, 400, 'request.invalid', 'title'],
      [{ end: at(60) }, 400, 'request.invalid', 'end'],
      [{ colour: 'red' }, 400, 'request.invalid', 'colour'],
    ];
    for (const [change, status, code, path] of refusals) {
      const reply = await book(haircut, at(0), change);
      expect([change, reply.status, reply.body.code]).toEqual([change, status, code]);
      expect([change, reply.body.errors?.[0]?.path]).toEqual([change, path]);
    }
    const refusedFor = async (change: object) => (await book(haircut, at(0), change)).body;
    const moment = expect.stringMatching(/^20\d\d-.*Z$/);
    expect(await refusedFor({ start: '2020-01-01T00:00:00Z' })).toMatchObject({ earliest: moment });
    expect(await refusedFor({ start: '2060-01-01T00:00:00Z' })).toMatchObject({ latest: moment });
    expect(await refusedFor({ partySize: 2 })).toMatchObject({ maximum: 1 });
    await must(asOwner('PUT', '/staff/working-hours', { resourceId: yuki, hours: [] }));
    expect((await book(haircut, at(0))).body).toMatchObject({ code: 'booking.outside_hours' });
  });
});

describe('of a thousand who ask at once, over two processes,', () => {
  /** Both processes are this one, which may have half a core: every request is done in it, from end to end. */
  const PATIENCE = 120_000;

  const rush = async (count: number, request: (i: number) => [string, object]) => {
    const replies = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const [path, body] = request(i);
        for (;;) {
          const app = api.apps[i % 2] as (typeof api.apps)[0];
          const reply = await callOn(app, 'POST', path, { token: owner.token, body });
          // A process that is so busy may miss what PostgreSQL answered; who is told so asks again.
          if (reply.body.code !== 'database.unavailable') return reply;
        }
      }),
    );
    const counts: Record<string, number> = {};
    for (const { status, body } of replies) {
      const outcome = status < 300 ? `${status}` : `${status} ${body.code}`;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
  };

  it(
    'one gets the resource that all want for overlapping times',
    async () => {
      const yuki = await resource();
      const services = await Promise.all([60, 75, 90].map((durationMinutes) => service([[yuki]], { durationMinutes })));
      const counts = await rush(1000, (i) => [
        '/bookings',
        { businessId, serviceId: services[i % 3], start: at(5 * (i % 11)), another: true },
      ]);
      expect(counts).toEqual({ 201: 1, '409 booking.slot_taken': 999 });
    },
    PATIENCE,
  );

  it('ten get into a class of ten', async () => {
    const yoga = await service([[await resource()]], { capacity: 10 });
    const counts = await rush(200, () => ['/bookings', { businessId, serviceId: yoga, start: at(0), another: true }]);
    expect(counts).toEqual({ 201: 10, '409 booking.slot_taken': 190 });
  });

  it('one moves into the time that all want', async () => {
    const haircut = await service([[await resource()]]);
    const ids: string[] = [];
    for (let hour = 2; hour < 12; hour++) ids.push((await must(book(haircut, at(hour * 60)))).body.id);
    const counts = await rush(10, (i) => [`/bookings/${ids[i]}/reschedule`, { start: at(5 * (i % 3)) }]);
    expect(counts).toEqual({ 200: 1, '409 booking.slot_taken': 9 });
  });
});

describe('availability', () => {
  it('says which resources, and how many places remain', async () => {
    const [yuki, ken, room] = [await resource('staff'), await resource('staff'), await resource()];
    const haircut = await service([[yuki, ken], [room]]);
    const { headers } = await must(book(haircut, at(0), { resourceIds: [ken] }));
    const seen = { 'x-min-position': headers['x-event-position'] as string };
    const query = `serviceId=${haircut}&businessId=${businessId}&from=${DAY_AFTER_TOMORROW}&to=${DAY_AFTER_TOMORROW}`;
    const { body } = await must(api.call('GET', `/availability?${query}`, { headers: seen }));
    expect(body.timeZone).toBe('Asia/Tokyo');
    expect(body.slots.at(-1)).toEqual({
      start: at(715),
      end: at(775),
      price: { amount: 8000, currency: 'JPY' },
      resourceIds: [yuki, ken, room],
      remaining: 1,
    });
    const { body: withKen } = await must(api.call('GET', `/availability?${query}&resourceId=${ken}`));
    expect(withKen.slots.at(-1).resourceIds).toEqual([ken, room]);
    const { body: free } = await must(api.call('GET', `/availability/resources?serviceId=${haircut}&start=${at(60)}`));
    expect(free.items.map(({ id }: { id: string }) => id)).toEqual([yuki, ken, room]);
  });

  it('is at one place, as is what is booked', async () => {
    const placeWith = async (kinds: readonly string[]) => {
      const { body } = await must(asOwner('POST', `/owner/businesses/${businessId}/locations`, { name: 'Branch' }));
      const made = kinds.map((kind) =>
        must(asOwner('POST', '/owner/resources', { businessId, kind, name: kind, locationId: body.id })),
      );
      return (await Promise.all(made)).map((reply) => reply.body.id as string);
    };
    const [[yuki, room] = [], [ken] = []] = [await placeWith(['staff', 'room']), await placeWith(['staff'])];
    const apart = await service([[ken as string], [room as string]]);
    const query = `businessId=${businessId}&from=${DAY_AFTER_TOMORROW}&to=${DAY_AFTER_TOMORROW}`;
    expect((await must(api.call('GET', `/availability?serviceId=${apart}&${query}`))).body.slots).toEqual([]);
    expect(await book(apart, at(0))).toMatchObject({ status: 422, body: { code: 'booking.resource_unsuitable' } });
    const haircut = await service([[ken as string, yuki as string], [room as string]]);
    const { body } = await must(api.call('GET', `/availability?serviceId=${haircut}&${query}`));
    expect(body.slots[0]).toMatchObject({ resourceIds: [yuki, room], remaining: 1 });
    expect((await must(book(haircut, at(0)))).body.resourceIds).toEqual([yuki, room]);
  });

  it('is found for ten requirements over nine resources, and none is booked, without holding anybody up', async () => {
    const nine = await Promise.all(Array.from({ length: 9 }, () => resource()));
    const crew = await service(Array(10).fill(nine));
    const started = performance.now();
    const query = `serviceId=${crew}&businessId=${businessId}&from=${DAY_AFTER_TOMORROW}&to=${DAY_AFTER_TOMORROW}`;
    expect((await must(api.call('GET', `/availability?${query}`))).body.slots).toEqual([]);
    expect(await book(crew, at(0))).toMatchObject({ status: 422, body: { code: 'booking.resource_unsuitable' } });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('says at once, however many ask, that a service needs more resources than there are', async () => {
    const nine = await Promise.all(Array.from({ length: 9 }, () => resource('room', { capacity: 5 })));
    const overrides = nine.map((resourceId, i) => ({ resourceId, durationMinutes: 30 + i, price: null }));
    const crew = await service(Array(10).fill(nine), { overrides });
    const query = `serviceId=${crew}&businessId=${businessId}&from=${DAY_AFTER_TOMORROW}&to=${plusDays(DAY_AFTER_TOMORROW, 61)}`;
    const started = performance.now();
    const replies = await Promise.all(Array.from({ length: 30 }, () => api.call('GET', `/availability?${query}`)));
    for (const { status, body } of replies) expect({ status, slots: body.slots }).toEqual({ status: 200, slots: [] });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('offers what can be booked, and nothing else', async () => {
    const yuki = await resource('staff');
    const haircut = await service([[yuki]], { bufferAfterMinutes: 10 });
    const settled = await must(book(haircut, at(0)));
    const offered = new Set(await slotsOf(haircut, settled));
    for (let minutes = -100; minutes <= 100; minutes += 5) {
      const reply = await book(haircut, at(minutes), { another: true });
      expect([minutes, reply.status]).toEqual([minutes, offered.has(at(minutes)) ? 201 : 409]);
      if (reply.status === 201) await must(asHanako('DELETE', `/bookings/${reply.body.id}`));
    }
  });

  it('leaves out blocked time, and explains why', async () => {
    const yuki = await resource('staff');
    const haircut = await service([[yuki]]);
    const block = { start: at(0), end: at(60), reason: 'lunch' };
    const blocked = await must(asOwner('POST', `/resources/${yuki}/blocks`, block));
    expect(blocked).toMatchObject({ status: 201, body: { resourceId: yuki, ...block } });
    expect(await slotsOf(haircut, blocked)).not.toContain(at(0));
    expect((await book(haircut, at(0), { another: true })).body).toMatchObject({ code: 'booking.slot_taken' });
    const explain = `/availability/explain?serviceId=${haircut}&resourceId=${yuki}&start=${at(0)}`;
    const { start, end } = block;
    expect((await must(asOwner('GET', explain))).body).toEqual({
      offered: false,
      reasons: [{ code: 'booking.slot_taken', cause: 'block', resourceId: yuki, start, end }],
    });
    expect((await asStranger('GET', explain)).status).toBe(404);
    expect((await asStranger('POST', `/resources/${yuki}/blocks`, block)).status).toBe(404);
    const lifted = await must(asOwner('DELETE', `/resources/${yuki}/blocks/${blocked.body.id}`));
    expect(await slotsOf(haircut, lifted)).toContain(at(0));
    expect((await asOwner('DELETE', `/resources/${yuki}/blocks/${blocked.body.id}`)).status).toBe(404);
    expect((await asOwner('POST', `/resources/${yuki}/blocks`, { ...block, end: at(-1) })).body.code).toBe(
      'calendar.ends_before_start',
    );
  });

  it('counts the buffer of what ended on the date before', async () => {
    const yuki = await resource('staff');
    const massage = await service([[yuki]], { bufferAfterMinutes: 30 });
    const midnight = instant(`${DAY_AFTER_TOMORROW}T00:00:00Z`);
    const booked = await must(book(massage, plusMs(midnight, -60 * MINUTE)));
    const headers = { 'x-min-position': booked.headers['x-event-position'] as string };
    const explain = (start: string) =>
      asOwner(
        'GET',
        `/availability/explain?serviceId=${massage}&resourceId=${yuki}&start=${start}`,
        undefined,
        headers,
      );
    expect((await must(explain(midnight))).body).toMatchObject({ offered: false });
    expect((await must(explain(plusMs(midnight, 30 * MINUTE)))).body).toMatchObject({ offered: true });
    const free = await slotsOf(massage, booked);
    expect([0, 25, 30].map((minutes) => free.includes(plusMs(midnight, minutes * MINUTE)))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('refuses dates that make no sense', async () => {
    const haircut = await service([[await resource()]]);
    const ask = (from: string, to: string) =>
      api.call('GET', `/availability?businessId=${businessId}&serviceId=${haircut}&from=${from}&to=${to}`);
    expect((await ask('2027-03-01', '2027-02-28')).body.errors).toMatchObject([{ path: 'to', code: 'too_small' }]);
    expect((await ask('2027-03-01', '2027-05-02')).body.errors).toMatchObject([
      { path: 'to', code: 'too_large', maximum: 62 },
    ]);
    expect((await ask('2027-03-01', '2027-05-01')).status).toBe(200);
    expect((await ask('2200-10-30', '2200-12-30')).body).toMatchObject({ slots: [] });
    expect((await ask('1900-01-02', '1900-01-03')).body).toMatchObject({ slots: [] });
    expect((await ask('2027-02-30', '2027-03-01')).body.errors).toMatchObject([{ path: 'from' }]);
  });
});

describe('a private appointment', () => {
  it('is planned, seen by its owner alone, changed and cancelled', async () => {
    const dentist = { title: 'Dentist', start: at(0), end: at(45) };
    const planned = await must(asHanako('POST', '/bookings', dentist));
    expect(planned).toMatchObject({ status: 201, body: { ...dentist, businessId: null, status: 'confirmed' } });
    const path = `/bookings/${planned.body.id}`;
    const seen = { 'x-min-position': planned.headers['x-event-position'] as string };
    expect((await asHanako('GET', path, undefined, seen)).body).toMatchObject(dentist);
    expect((await asOwner('GET', path)).status).toBe(404);
    expect((await asOwner('DELETE', path)).status).toBe(404);
    const { token } = await api.admin();
    const { body: toAdmin } = await must(api.call('GET', '/bookings?limit=200', { token }));
    expect(toAdmin.items.map(({ title }: { title: string | null }) => title)).not.toContain('Dentist');
    expect(toAdmin.items.length).toBeGreaterThan(0);
    expect((await asHanako('POST', '/bookings', { ...dentist, title: 'Lunch' })).body.code).toBe('booking.slot_taken');
    expect((await must(asHanako('PATCH', path, { start: at(15) }))).body).toMatchObject({
      title: 'Dentist',
      start: at(15),
    });
    expect((await asHanako('PATCH', path, { note: 'x' })).body.errors).toMatchObject([{ path: 'note' }]);
    expect((await must(asHanako('DELETE', path))).body).toMatchObject({ status: 'cancelled' });
    expect((await asHanako('DELETE', path)).status).toBe(404);
  });

  it('has routes of its own, which those of bookings stand for, and is nobody else’s', async () => {
    const first = await must(asHanako('POST', '/appointments', { title: 'Gym', start: at(120), end: at(150) }));
    expect(first).toMatchObject({ status: 201, body: { title: 'Gym', affected: [], affectedCount: 0 } });
    const path = `/appointments/${first.body.id}`;
    expect(first.headers.location).toMatch(`${path}`);
    const older = await must(asHanako('POST', '/bookings', { title: 'Bank', start: at(180), end: at(210) }));
    expect(older.headers.location).toMatch(`/appointments/${older.body.id}`);
    const seen = { 'x-min-position': older.headers['x-event-position'] as string };
    const { affected: _, affectedCount: __, ...gym } = first.body;
    const read = await must(asHanako('GET', path, undefined, seen));
    expect(read.body).toEqual({ ...gym, revision: older.body.revision });
    expect((await asHanako('GET', `/bookings/${first.body.id}`)).body).toEqual(read.body);
    const listed = async (list: string) => {
      const { body } = await must(asHanako('GET', `${list}?from=${at(100)}&to=${at(220)}`));
      return body.items.map(({ title }: { title: string }) => title);
    };
    expect(await listed('/appointments')).toEqual(['Bank', 'Gym']);
    expect(await listed('/bookings')).toEqual(expect.arrayContaining(['Bank', 'Gym']));
    const { token } = await api.admin();
    for (const ask of [
      asOwner,
      (...[method, url, body]: Parameters<typeof asOwner>) => api.call(method, url, { token, body }),
    ]) {
      expect((await ask('GET', path)).status).toBe(404);
      expect((await ask('PATCH', path, { title: 'x' })).status).toBe(404);
      expect((await ask('DELETE', path)).status).toBe(404);
    }
    const moved = await must(asHanako('PATCH', path, { start: at(110) }));
    expect(moved.body).toMatchObject({ title: 'Gym', start: at(110), affectedCount: 0 });
    expect((await must(asHanako('DELETE', path))).body.status).toBe('cancelled');
    expect((await must(asHanako('DELETE', `/bookings/${older.body.id}`))).body.status).toBe('cancelled');
    expect((await asHanako('DELETE', path)).status).toBe(404);
  });

  it('is refused where it makes no sense', async () => {
    const codes = async (change: object) => {
      const { status, body } = await asHanako('POST', '/bookings', {
        title: 'x',
        start: at(600),
        end: at(660),
        ...change,
      });
      return [status, body.code, body.errors?.[0]?.path];
    };
    expect(await codes({ end: at(600) })).toEqual([422, 'booking.ends_before_start', 'end']);
    expect(await codes({ start: '2020-01-01T00:00:00Z' })).toEqual([422, 'booking.too_soon', 'start']);
    expect(await codes({ title: undefined })).toEqual([400, 'request.invalid', 'title']);
    expect(await codes({ end: undefined })).toEqual([400, 'request.invalid', 'end']);
    expect(await codes({ partySize: 2 })).toEqual([400, 'request.invalid', 'partySize']);
  });
});
