import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient, ApiError, type Json } from '@yoyaku/client';

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
 * an Idempotency-Key, so an attempt that was cut short is completed by the next. Throws `ApiError`.
 */
export async function createDemo(origin: string, credentials: DemoCredentials, dataDir: string): Promise<void> {
  const marker = join(dataDir, 'demo.json');
  if (existsSync(marker)) return;
  const visitor = new ApiClient(origin);
  const owner = await registerOrSignIn(visitor, credentials.ownerPassword);
  const admin = await visitor.signIn(credentials.adminEmail, credentials.adminPassword);
  const command = async (as: ApiClient, method: 'POST' | 'PUT', path: string, name: string, body: Json) =>
    (await as.send<{ id: string }>(method, path, body, { idempotencyKey: `demo-${name}` })).body.id;

  const businessId = await command(owner, 'POST', '/owner/businesses', 'business', {
    name: 'Demo Salon',
    slug: DEMO.slug,
    timeZone: 'Asia/Tokyo',
    currency: 'JPY',
    locale: 'ja',
  });
  await command(admin, 'POST', `/admin/businesses/${businessId}/approve`, 'approve', {});
  await command(owner, 'PUT', `/owner/businesses/${businessId}/hours`, 'hours', {
    hours: everyDay.map((day) => ({ day, opens: '09:00', closes: '19:00' })),
  });
  const resourceIds: string[] = [];
  for (const name of staff) {
    const resourceId = await command(owner, 'POST', '/owner/resources', name.replace(' ', '-'), {
      businessId,
      kind: 'staff',
      name,
    });
    await command(owner, 'PUT', '/staff/working-hours', `${name.replace(' ', '-')}-hours`, {
      resourceId,
      hours: everyDay.map((day) => ({ day, starts: '10:00', ends: '18:00' })),
    });
    resourceIds.push(resourceId);
  }
  const serviceIds: string[] = [];
  for (const service of services) {
    serviceIds.push(
      await command(owner, 'POST', '/owner/services', service.name, {
        businessId,
        ...service,
        requirements: [{ anyOf: resourceIds }],
      }),
    );
  }
  writeFileSync(marker, JSON.stringify({ businessId, resourceIds, serviceIds }, null, 2));
}

async function registerOrSignIn(visitor: ApiClient, password: string): Promise<ApiClient> {
  try {
    const { body } = await visitor.send<{ accessToken: string }>('POST', '/auth/register', {
      name: 'Demo Owner',
      email: DEMO.ownerEmail,
      password,
    });
    return visitor.as(body.accessToken);
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return visitor.signIn(DEMO.ownerEmail, password);
    throw error;
  }
}
