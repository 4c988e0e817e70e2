import { Commands, EventStoreDb, systemContext } from '@yoyaku/eventing';
import { localDate, newUuid, now, plusDays } from '@yoyaku/kernel';
import { User } from '../../../libs/identity/src/domain/user.decider';
import { anOpenSalon, must, type Person, somebody, tokenOf } from './a-business';
import { ApiUnderTest } from './api-under-test';

let api: ApiUnderTest;
let salon: Awaited<ReturnType<typeof anOpenSalon>> & { slug: string; serviceId: string; staff: string };

const date = plusDays(localDate(now(), 'Asia/Tokyo'), 4);
const start = `${date}T01:00:00Z`;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const open = await anOpenSalon(api, ['09:00', '18:00']);
  const { asOwner, businessId } = open;
  const owned = await must(api.call('GET', '/owner/businesses', { token: open.owner.token, headers: await level() }));
  const staff = (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' })).body.id;
  await asOwner('POST', '/owner/resources', { businessId, kind: 'room', name: 'Room' });
  const service = {
    businessId,
    name: 'Cut',
    durationMinutes: 60,
    price: { amount: 8000, currency: 'JPY' },
    requirements: [{ anyOf: [staff] }],
  };
  const serviceId = (await asOwner('POST', '/owner/services', service)).body.id;
  salon = { ...open, slug: owned.body.items[0].slug, serviceId, staff };
});
afterAll(() => api.stop());

const level = async () => ({ 'x-min-position': String(await api.app.get(EventStoreDb).head()), prefer: 'wait=10' });
const page = async (path = '', headers = {}) =>
  api.call('GET', `/public/business/${salon.slug}${path}`, { headers: { ...(await level()), ...headers } });

let phones = 10_000_000;

/** Who has verified a phone, as signing in by it leaves them. */
async function guest(name: string | null = null): Promise<Person & { phone: string }> {
  const [userId, phone] = [newUuid(), `+8190${++phones}`];
  const data = { userId, name, email: null, locale: 'ja', role: 'user', phone } as const;
  const register = { type: 'RegisterUser', data } as const;
  await api.app.get(Commands).execute(User, userId, register, systemContext('spec'), 'assumeEmpty');
  return { id: userId, token: tokenOf(api, userId), phone };
}

const book = (token: string | undefined, more: object = {}) =>
  api.call('POST', '/public/booking', {
    token,
    body: { businessId: salon.businessId, serviceId: salon.serviceId, start, ...more },
  });

describe('a booking page', () => {
  it('shows a business, what it offers, who works there and what is free, as the other routes do', async () => {
    const { businessId, serviceId, staff } = salon;
    const same = async (path: string, other: string) => {
      const { status, body } = await page(path);
      expect(status).toBe(200);
      expect(body).toEqual((await api.call('GET', other)).body);
      return body;
    };
    expect((await same('', `/businesses/${businessId}`)).id).toBe(businessId);
    expect((await same('/services', `/services?businessId=${businessId}`)).items[0].id).toBe(serviceId);
    const people = await same('/staff', `/resources?businessId=${businessId}&kind=staff`);
    expect(people.items.map(({ id }: { id: string }) => id)).toEqual([staff]);
    expect(people.items[0].userId).toBeUndefined();
    const asked = `serviceId=${serviceId}&from=${date}&to=${date}`;
    expect(
      (await same(`/availability?${asked}`, `/availability?businessId=${businessId}&${asked}`)).items,
    ).toHaveLength(9);
    const late = `serviceId=${serviceId}&from=${date}&to=${plusDays(date, 62)}`;
    expect((await page(`/availability?${late}`)).status).toBe(400);
  });

  it('may be kept by anybody for a while', async () => {
    await page();
    const { headers } = await api.call('GET', `/public/business/${salon.slug}`);
    expect(headers['cache-control']).toMatch(/public.*max-age=30/);
    const again = await api.call('GET', `/public/business/${salon.slug}`, {
      headers: { 'if-none-match': headers.etag as string },
    });
    expect(again.status).toBe(304);
  });

  it('is not there for a business that takes no bookings', async () => {
    const { token } = await somebody(api);
    const slug = `spa-${newUuid()}`;
    const body = { name: 'Spa', slug, timeZone: 'Asia/Tokyo', currency: 'JPY' };
    const { id } = (await must(api.call('POST', '/owner/businesses', { token, body }))).body;
    const asked = `serviceId=${newUuid()}&from=${date}&to=${date}`;
    for (const path of ['', '/services', '/staff', `/availability?${asked}`])
      for (const name of [slug, 'nobody'])
        expect(await api.call('GET', `/public/business/${name}${path}`)).toMatchObject({
          status: 404,
          body: { code: 'business.not_found' },
        });
    const hanako = await guest('Hanako');
    expect(await book(hanako.token, { businessId: id })).toMatchObject({
      status: 404,
      body: { code: 'business.not_found' },
    });
  });
});

describe('a guest', () => {
  it('books with a verified phone, and becomes a customer of the business by it', async () => {
    const hanako = await guest();
    expect(await book(hanako.token)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'name', code: 'required' }] },
    });
    const booked = await book(hanako.token, { name: 'Hanako', note: 'Window seat' });
    expect(booked).toMatchObject({ status: 201, body: { start, status: 'confirmed', resourceIds: [salon.staff] } });
    const { token } = salon.owner;
    const customer = await api.call('GET', `/customers/${booked.body.customerId}`, { token, headers: await level() });
    expect(customer.body).toMatchObject({ name: 'Hanako', phone: hanako.phone, email: null, userId: hanako.id });
    const shown = await api.call('GET', `/bookings/${booked.body.id}`, {
      token: hanako.token,
      headers: await level(),
    });
    expect(shown.status).toBe(200);
    // A second click is the same booking; another guest finds the time taken.
    expect((await book(hanako.token, { name: 'Hanako', note: 'Window seat' })).body.id).toBe(booked.body.id);
    expect(await book((await guest('Taro')).token)).toMatchObject({
      status: 409,
      body: { code: 'booking.slot_taken' },
    });
  });

  it('has a phone, and is signed in', async () => {
    expect((await book(undefined)).status).toBe(401);
    const ann = await somebody(api);
    expect(await book(ann.token)).toMatchObject({ status: 403, body: { code: 'identity.phone_not_verified' } });
  });

  it('books by the host that the page is at, and for nobody else', async () => {
    const hanako = await guest('Hanako');
    const body = { serviceId: salon.serviceId, start: `${date}T03:00:00Z` };
    const headers = { host: `${salon.slug}.localhost` };
    const booked = await api.call('POST', '/public/booking', { token: hanako.token, body, headers });
    expect(booked).toMatchObject({ status: 201, body: { businessId: salon.businessId } });
    const customerId = booked.body.customerId;
    expect(await book(hanako.token, { customerId })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'customerId' }] },
    });
  });

  it('whom the business blocked by phone is not welcome under another account', async () => {
    const { phone, token } = await guest('Mallory');
    const blocked = { businessId: salon.businessId, name: 'Mallory', phone };
    const { id } = (await salon.asOwner('POST', '/customers', blocked)).body;
    await salon.asOwner('PUT', `/customers/${id}`, { status: 'blocked', blockReason: 'Never comes' });
    expect(await book(token, { start: `${date}T05:00:00Z` })).toMatchObject({
      status: 422,
      body: { code: 'booking.customer_blocked' },
    });
  });
});
