import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type ApiClient, ApiError, answered, apiClient, from, type Schemas, signIn } from '@yoyaku/client';

export interface SmokeTarget {
  readonly origin: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
}

/** Runs one named step and counts it. Rejects when the step rejects. */
export type Step = <Result>(name: string, run: () => Promise<Result>) => Promise<Result>;

type Slot = Schemas['SlotView'];

const week = [1, 2, 3, 4, 5, 6, 7];

/**
 * Goes from a registration to a cancelled booking, over the public interface only. Returns a check that the booking can
 * still be read, to be run after a restart. Rejects at the first step that fails.
 */
export async function walkThrough(target: SmokeTarget, step: Step): Promise<() => Promise<void>> {
  const suffix = randomBytes(4).toString('hex');
  const visitor = apiClient(target.origin);
  const register = async (who: string): Promise<ApiClient> => {
    const body = {
      name: `Smoke ${who}`,
      email: `${who}-${suffix}@example.com`,
      password: randomBytes(12).toString('base64url'),
    };
    return apiClient(target.origin, (await answered(visitor.POST('/api/v1/auth/register', { body }))).body.accessToken);
  };

  await step('find the demo business', () =>
    answered(visitor.GET('/api/v1/businesses/slug/{slug}', { params: { path: { slug: 'demo-salon' } } })),
  );
  const owner = await step('register an owner', () => register('owner'));
  const business = await step('create a business', () =>
    answered(
      owner.POST('/api/v1/owner/businesses', {
        body: { name: 'Smoke Barbers', slug: `smoke-${suffix}`, timeZone: 'Asia/Tokyo', currency: 'JPY' },
      }),
    ),
  );
  const businessId = business.body.id;
  const params = { path: { id: businessId } };
  await step('approve it as admin', async () => {
    const admin = await signIn(target.origin, { email: target.adminEmail, password: target.adminPassword });
    await answered(admin.POST('/api/v1/admin/businesses/{id}/approve', { params }));
  });
  await step('set opening hours', () =>
    answered(
      owner.PUT('/api/v1/owner/businesses/{id}/hours', {
        params,
        body: { hours: week.map((day) => ({ day, opens: '09:00', closes: '18:00' })) },
      }),
    ),
  );
  const staff = await step('add two staff with working hours', () =>
    Promise.all(
      ['Aya', 'Botan'].map(async (name) => {
        const body = { businessId, kind: 'staff', name } as const;
        const { id: resourceId } = (await answered(owner.POST('/api/v1/owner/resources', { body }))).body;
        const hours = week.map((day) => ({ day, starts: '10:00', ends: '17:00' }));
        await answered(owner.PUT('/api/v1/staff/working-hours', { body: { resourceId, hours } }));
        return resourceId;
      }),
    ),
  );
  const service = await step('add a service', () =>
    answered(
      owner.POST('/api/v1/owner/services', {
        body: {
          businessId,
          name: 'Haircut',
          durationMinutes: 60,
          price: { amount: 5_000, currency: 'JPY' },
          requirements: [{ anyOf: staff }],
        },
      }),
    ),
  );
  const serviceId = service.body.id;

  const today = Temporal.Now.plainDateISO('Asia/Tokyo');
  const days = { from: `${today.add({ days: 1 })}`, to: `${today.add({ days: 7 })}` };
  const slots = async (position: string | undefined): Promise<readonly Slot[]> => {
    const asked = { query: { businessId, serviceId, ...days }, header: from(position) };
    return (await answered(visitor.GET('/api/v1/availability', { params: asked }))).body.items;
  };
  const isOffered = async (slot: Slot, resourceId: string, position: string | undefined): Promise<boolean> =>
    (await slots(position)).some(({ start, resourceIds }) => start === slot.start && resourceIds.includes(resourceId));

  const [slot, later] = await step('see what is free', async () => {
    const [first, ...others] = await slots(service.position);
    const last = others.at(-1);
    assert(first && last, 'no slots are offered');
    return [first, last] as const;
  });
  const resourceId = slot.resourceIds[0] ?? '';
  const wish = { businessId, serviceId, start: slot.start, resourceIds: [resourceId] };

  const customer = await step('register a customer', () => register('customer'));
  const booked = await step('book', () => answered(customer.POST('/api/v1/bookings', { body: wish })));
  const path = { id: booked.body.id };
  const read = async (position?: string) =>
    (await answered(customer.GET('/api/v1/bookings/{id}', { params: { path, header: from(position) } }))).body;

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
      answered(customer.POST('/api/v1/bookings', { body: { ...wish, another: true } })),
      (error) => error instanceof ApiError && error.status === 409 && error.problem?.code === 'booking.slot_taken',
    );
  });
  await step('reschedule', async () => {
    const body = { start: later.start };
    const moved = await answered(customer.POST('/api/v1/bookings/{id}/reschedule', { params: { path }, body }));
    assert.equal((await read(moved.position)).start, later.start);
    assert.equal(await isOffered(slot, resourceId, moved.position), true);
  });
  await step('cancel', async () => {
    const body = { reason: 'smoke' };
    const cancelled = await answered(customer.DELETE('/api/v1/bookings/{id}', { params: { path }, body }));
    assert.equal((await read(cancelled.position)).status, 'cancelled');
  });
  await step('read its history', async () => {
    const { body } = await answered(customer.GET('/api/v1/bookings/{id}/history', { params: { path } }));
    assert(body.items.length >= 3, `${body.items.length} entries`);
  });
  return async () => assert.equal((await read()).status, 'cancelled');
}
