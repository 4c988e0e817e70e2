import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, ApiError, answered, apiClient, once, signIn } from '@yoyaku/client';

export const DEMO = { slug: 'demo-salon', ownerEmail: 'owner@example.com' };

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const staff = ['Aiko Tanaka', 'Ken Sato'];
const services = [
  { name: 'Haircut', durationMinutes: 60, bufferAfterMinutes: 10, price: { amount: 6_000, currency: 'JPY' } },
  { name: 'Colour', durationMinutes: 120, bufferAfterMinutes: 10, price: { amount: 14_000, currency: 'JPY' } },
];

export interface DemoCredentials {
  readonly adminEmail: string;
  readonly adminPassword: string;
  readonly ownerPassword: string;
}

/**
 * Makes a business with staff and services through the public interface, once for a data directory. Every command has
 * an Idempotency-Key, so the next start completes an attempt that was interrupted. Throws `ApiError`.
 */
export async function createDemo(origin: string, credentials: DemoCredentials, dataDir: string): Promise<void> {
  const marker = join(dataDir, 'demo.json');
  if (existsSync(marker)) return;
  const owner = await registerOrSignIn(origin, credentials.ownerPassword);
  const admin = await signIn(origin, { email: credentials.adminEmail, password: credentials.adminPassword });
  const keyed = (name: string) => ({ header: once(`demo-${name}`) });

  const business = await answered(
    owner.POST('/api/v1/owner/businesses', {
      params: keyed('business'),
      body: { name: 'Demo Salon', slug: DEMO.slug, timeZone: 'Asia/Tokyo', currency: 'JPY', locale: 'ja' },
    }),
  );
  const businessId = business.body.id;
  const path = { id: businessId };
  await answered(admin.POST('/api/v1/admin/businesses/{id}/approve', { params: { path, ...keyed('approval') } }));
  await answered(
    owner.PUT('/api/v1/owner/businesses/{id}/hours', {
      params: { path, ...keyed('hours') },
      body: { hours: everyDay.map((day) => ({ day, opens: '09:00', closes: '19:00' })) },
    }),
  );
  const resourceIds: string[] = [];
  for (const name of staff) {
    const key = name.replace(' ', '-');
    const body = { businessId, kind: 'staff', name } as const;
    const resource = await answered(owner.POST('/api/v1/owner/resources', { params: keyed(key), body }));
    const resourceId = resource.body.id;
    const hours = everyDay.map((day) => ({ day, starts: '10:00', ends: '18:00' }));
    const params = keyed(`${key}-hours`);
    await answered(owner.PUT('/api/v1/staff/working-hours', { params, body: { resourceId, hours } }));
    resourceIds.push(resourceId);
  }
  const serviceIds: string[] = [];
  for (const service of services) {
    const body = { businessId, ...service, requirements: [{ anyOf: resourceIds }] };
    const { id } = (await answered(owner.POST('/api/v1/owner/services', { params: keyed(service.name), body }))).body;
    serviceIds.push(id);
  }
  writeFileSync(marker, JSON.stringify({ businessId, resourceIds, serviceIds }, null, 2));
}

async function registerOrSignIn(origin: string, password: string): Promise<ApiClient> {
  const body = { name: 'Demo Owner', email: DEMO.ownerEmail, password };
  try {
    const registered = await answered(apiClient(origin).POST('/api/v1/auth/register', { body }));
    return apiClient(origin, registered.body.accessToken);
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return signIn(origin, { email: body.email, password });
    throw error;
  }
}
