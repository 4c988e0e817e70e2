import { randomUUID } from 'node:crypto';
import { type ApiRequest, answered, apiClient } from '@yoyaku/client';
import { atLocal, type Instant, localDate, now, plusDays, plusMs } from '@yoyaku/kernel';
import { NewBusiness } from '@yoyaku/simulation';
import type { HttpRequest } from '../load/http-load';
import { untilReached } from '../load/rebuilding';
import type { Product } from './product';

export const TIME_ZONE = 'Asia/Tokyo';
export const OPENS = 9;
export const CLOSES = 18;
export const WINDOW_DAYS = 180;
export const SLOT_INTERVAL = 30;

export interface Service {
  readonly id: string;
  readonly durationMinutes: number;
  readonly resourceIds: readonly string[];
}

/** A business with people who work from opening to closing, every day; the same on both sides of a comparison. */
export interface Salon {
  readonly businessId: string;
  readonly resourceIds: readonly string[];
  readonly services: readonly Service[];
}

export interface SalonPlan {
  readonly staff: number;
  /** Each done by the first so many people. */
  readonly services: readonly { readonly durationMinutes: number; readonly staff: number }[];
}

const wallTime = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** Makes the salon through the product's own interface. */
export async function openSalon({ origin, admin }: Product, plan: SalonPlan): Promise<Salon> {
  const owner = apiClient(origin, await registerUser(origin, 'owner'));
  const hours = { from: wallTime(OPENS), to: wallTime(CLOSES) };
  const business = await NewBusiness.open(owner, admin, { name: 'Salon', timeZone: TIME_ZONE, hours });
  await business.set({ slotIntervalMinutes: SLOT_INTERVAL, bookingWindowDays: WINDOW_DAYS });
  const resourceIds: string[] = [];
  for (let i = 0; i < plan.staff; i++) {
    resourceIds.push(await business.addResource({ kind: 'staff', name: `Person ${i}` }, hours));
  }
  const services: Service[] = [];
  for (const { durationMinutes, staff } of plan.services) {
    const able = resourceIds.slice(0, staff);
    const id = await business.addService({ name: `${durationMinutes} minutes`, durationMinutes }, [able]);
    services.push({ id, durationMinutes, resourceIds: able });
  }
  return { businessId: business.id, resourceIds, services };
}

/** Bearer tokens of so many new users of the product. */
export async function registerUsers({ origin }: Product, count: number): Promise<string[]> {
  const tokens: string[] = [];
  for (let i = 0; i < count; i++) tokens.push(await registerUser(origin, `customer-${i}`));
  return tokens;
}

async function registerUser(origin: string, name: string): Promise<string> {
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
  const body = { name, email, password: 'a password for benchmarks' };
  return (await answered(apiClient(origin).POST('/api/v1/auth/register', { body }))).body.accessToken;
}

export interface Place {
  readonly serviceId: string;
  readonly resourceId: string;
  readonly start: Instant;
}

/** Every free place of a service once: day by day, time by time, and within a time over all its people. */
export function* distinctPlaces({ id: serviceId, durationMinutes, resourceIds }: Service): Generator<Place, never> {
  const today = localDate(now(), TIME_ZONE);
  for (let day = 1; day < WINDOW_DAYS; day++) {
    const opening = atLocal(plusDays(today, day), wallTime(OPENS), TIME_ZONE);
    const last = (CLOSES - OPENS) * 60 - durationMinutes;
    for (let minutes = 0; minutes <= last; minutes += durationMinutes) {
      const start = plusMs(opening, minutes * 60_000);
      for (const resourceId of resourceIds) yield { serviceId, resourceId, start };
    }
  }
  throw new Error('All places are taken');
}

export const take = <T>(items: Generator<T, never>, count: number): T[] =>
  Array.from({ length: count }, () => items.next().value);

/** A request for each place, from the users in turn, each with an idempotency key of its own. */
export const bookingRequests = (salon: Salon, places: readonly Place[], tokens: readonly string[]): HttpRequest[] =>
  places.map(({ serviceId, resourceId, start }, i) => {
    const body = { businessId: salon.businessId, serviceId, start, resourceIds: [resourceId] };
    const request = { method: 'POST', path: '/bookings', body } as const satisfies ApiRequest;
    return {
      method: request.method,
      path: `/api/v1${request.path}`,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${tokens[i % tokens.length]}`,
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(request.body),
    };
  });

/** Books that place, and resolves when all read models hold everything up to it. Throws when that takes over a minute. */
export async function untilLevel(product: Product, salon: Salon, token: string, place: Place): Promise<void> {
  const { serviceId, resourceId, start } = place;
  const body = { businessId: salon.businessId, serviceId, start, resourceIds: [resourceId] };
  const { position } = await answered(apiClient(product.origin, token).POST('/api/v1/bookings', { body }));
  await untilReached(product.databaseUrl, BigInt(position ?? 0));
}
