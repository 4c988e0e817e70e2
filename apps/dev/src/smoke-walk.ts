import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { ApiClient, ApiError, type Json } from '@yoyaku/client';

export interface SmokeTarget {
  readonly origin: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
}

/** Runs one named step and counts it; rejects when the step does. */
export type Step = <Result>(name: string, run: () => Promise<Result>) => Promise<Result>;

interface Slot {
  readonly start: string;
  readonly resourceIds: readonly string[];
}

interface Booking {
  readonly id: string;
  readonly start: string;
  readonly status: string;
  readonly resourceIds: readonly string[];
}

const week = [1, 2, 3, 4, 5, 6, 7];

/**
 * From a stranger to a cancelled booking, over the public interface only. Gives a check that the booking can still be
 * read, for after a restart. Rejects at the first step that does not work.
 */
export async function walkThrough(target: SmokeTarget, step: Step): Promise<() => Promise<void>> {
  const suffix = randomBytes(4).toString('hex');
  const visitor = new ApiClient(target.origin);
  const register = async (who: string): Promise<ApiClient> => {
    const { body } = await visitor.send<{ accessToken: string }>('POST', '/auth/register', {
      name: `Smoke ${who}`,
      email: `${who}-${suffix}@example.com`,
      password: randomBytes(12).toString('base64url'),
    });
    return visitor.as(body.accessToken);
  };
  const create = async (as: ApiClient, path: string, body: Json): Promise<string> =>
    (await as.send<{ id: string }>('POST', path, body)).body.id;

  await step('find the demo business', () => visitor.send('GET', '/businesses/slug/demo-salon'));
  const owner = await step('register an owner', () => register('owner'));
  const businessId = await step('create a business', () =>
    create(owner, '/owner/businesses', {
      name: 'Smoke Barbers',
      slug: `smoke-${suffix}`,
      timeZone: 'Asia/Tokyo',
      currency: 'JPY',
    }),
  );
  await step('approve it as admin', async () => {
    const admin = await visitor.signIn(target.adminEmail, target.adminPassword);
    await admin.send('POST', `/admin/businesses/${businessId}/approve`, {});
  });
  await step('set opening hours', () =>
    owner.send('PUT', `/owner/businesses/${businessId}/hours`, {
      hours: week.map((day) => ({ day, opens: '09:00', closes: '18:00' })),
    }),
  );
  const staff = await step('add two staff with working hours', () =>
    Promise.all(
      ['Aya', 'Botan'].map(async (name) => {
        const resourceId = await create(owner, '/owner/resources', { businessId, kind: 'staff', name });
        const hours = week.map((day) => ({ day, starts: '10:00', ends: '17:00' }));
        await owner.send('PUT', '/staff/working-hours', { resourceId, hours });
        return resourceId;
      }),
    ),
  );
  const service = await step('add a service', () =>
    owner.send<{ id: string }>('POST', '/owner/services', {
      businessId,
      name: 'Haircut',
      durationMinutes: 60,
      price: { amount: 5_000, currency: 'JPY' },
      requirements: [{ anyOf: staff }],
    }),
  );
  const serviceId = service.body.id;

  const today = Temporal.Now.plainDateISO('Asia/Tokyo');
  const range = `from=${today.add({ days: 1 })}&to=${today.add({ days: 7 })}`;
  const slots = async (minPosition: string | undefined): Promise<readonly Slot[]> => {
    const path = `/availability?businessId=${businessId}&serviceId=${serviceId}&${range}`;
    return (await visitor.send<{ slots: readonly Slot[] }>('GET', path, undefined, { minPosition })).body.slots;
  };
  const isOffered = async (slot: Slot, resourceId: string, minPosition: string | undefined): Promise<boolean> =>
    (await slots(minPosition)).some(
      ({ start, resourceIds }) => start === slot.start && resourceIds.includes(resourceId),
    );

  const [slot, later] = await step('see what is free', async () => {
    const [first, ...others] = await slots(service.position);
    const last = others.at(-1);
    assert(first && last, 'no slots are offered');
    return [first, last] as const;
  });
  const resourceId = slot.resourceIds[0] ?? '';
  const request = { businessId, serviceId, start: slot.start, resourceIds: [resourceId] };

  const customer = await step('register a customer', () => register('customer'));
  const booked = await step('book', () => customer.send<Booking>('POST', '/bookings', request));
  const path = `/bookings/${booked.body.id}`;
  const read = async (position?: string): Promise<Booking> =>
    (await customer.send<Booking>('GET', path, undefined, { minPosition: position })).body;

  await step('read the booking back', async () => {
    const { start, status, resourceIds } = await read(booked.position);
    assert.deepEqual(
      { start, status, resourceIds },
      { start: slot.start, status: 'confirmed', resourceIds: [resourceId] },
    );
  });
  await step('see the slot gone', async () => {
    assert.equal(await isOffered(slot, resourceId, booked.position), false);
  });
  await step('be refused the same slot', async () => {
    await assert.rejects(
      customer.send('POST', '/bookings', request),
      (error) => error instanceof ApiError && error.status === 409 && error.body.includes('booking.slot_taken'),
    );
  });
  await step('reschedule', async () => {
    const moved = await customer.send('POST', `${path}/reschedule`, { start: later.start });
    assert.equal((await read(moved.position)).start, later.start);
    assert.equal(await isOffered(slot, resourceId, moved.position), true);
  });
  await step('cancel', async () => {
    const cancelled = await customer.send('DELETE', `${path}/cancel`, { reason: 'smoke' });
    assert.equal((await read(cancelled.position)).status, 'cancelled');
  });
  await step('read its history', async () => {
    const { body } = await customer.send<{ items: readonly unknown[] }>('GET', `${path}/history`);
    assert(body.items.length >= 3, `${body.items.length} entries`);
  });
  return async () => assert.equal((await read()).status, 'cancelled');
}
