import { newUuid } from '@yoyaku/kernel';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest } from './api-under-test';

/** What may be kept of an answer, by whom, and how it is asked for again. */
let api: ApiUnderTest;
let admin: Person;
let salon: ABusiness;
let day: string;

beforeAll(async () => {
  api = await ApiUnderTest.start({ CORS_ORIGINS: 'https://app.example.com' });
  admin = await somebody(api, 'admin');
  salon = await aBusiness(api, admin);
  day = salon.start.slice(0, '2027-01-01'.length);
});
afterAll(() => api.stop());

const get = (path: string, headers: Record<string, string> = {}, token?: string) =>
  api.call('GET', path, { headers, token });
/** Once the read models have everything: all that came before a change that is made now. */
async function settled(path: string) {
  const { headers } = await api.call('PATCH', '/users/me', { token: admin.token, body: { name: newUuid() } });
  return get(path, { 'x-min-position': headers['x-event-position'] as string, prefer: 'wait=10' });
}

const cached = (): [string, number][] => {
  const { business, service, resource, location, slug } = salon.things;
  const of = `/businesses/${business}`;
  const catalog = ['/businesses', of, `/businesses/slug/${slug}`, `${of}/services`, `${of}/hours`, `${of}/settings`]
    .concat(`${of}/holidays`, `${of}/locations`, `${of}/locations/${location}`)
    .concat('/services', `/services/${service}`, '/resources', `/resources/${resource}`);
  const availability = [
    `/availability?businessId=${business}&serviceId=${service}&from=${day}&to=${day}`,
    `/availability/days?businessId=${business}&serviceId=${service}&from=${day}&to=${day}`,
    `/availability/resources?serviceId=${service}&start=${salon.start}`,
  ];
  return [
    ...catalog.map((path): [string, number] => [path, 30]),
    ...availability.map((path): [string, number] => [path, 2]),
  ];
};

const isOne = (path: string): boolean => {
  const { business, service, resource, location, slug } = salon.things;
  return [business, service, resource, location, slug, 'hours', 'settings', 'holidays'].some((end) =>
    path.endsWith(`/${end}`),
  );
};

it('lets anyone keep what is told to nobody in particular, and asks what has changed', async () => {
  for (const [path, seconds] of cached()) {
    const waited = await settled(path);
    expect([path, waited.status, waited.headers['cache-control']]).toEqual([path, 200, 'private, no-cache']);
    const { headers, text } = await get(path);
    expect([path, headers['cache-control']]).toEqual([path, `public, max-age=${seconds}`]);
    expect(headers.vary).toMatch(/Authorization, X-Business-Id, X-Min-Position$/);
    // The tag of one resource, or of a part of one, begins with its revision; a list’s is weak.
    expect([path, headers.etag]).toEqual([
      path,
      expect.stringMatching(isOne(path) ? /^"\d+-[\w-]{12}"$/ : /^W\/"[\w-]+"$/),
    ]);
    const etag = headers.etag as string;
    const opaque = etag.replace('W/', '');
    for (const known of [etag, `"other", ${etag}`, opaque, `W/${opaque}`, '*']) {
      const again = await get(path, { 'if-none-match': known });
      expect([path, again.status, again.text]).toEqual([path, 304, '']);
      expect(again.headers).toMatchObject({ etag, 'cache-control': headers['cache-control'], vary: headers.vary });
      expect(again.headers['content-type']).toBeUndefined();
    }
    expect(await get(path, { 'if-none-match': 'W/"other"' })).toMatchObject({ status: 200, text });
    const head = await api.call('HEAD', path, { headers: { 'if-none-match': etag } });
    expect([path, head.status, head.headers.etag]).toEqual([path, 304, etag]);
  }
});

it('keeps apart what members see from what everybody does', async () => {
  const { token } = salon.people.owner;
  for (const [path] of cached()) {
    const { headers } = await get(path, {}, token);
    expect([path, headers['cache-control']]).toEqual([path, 'private, no-cache']);
    expect(headers.vary).toMatch(/Authorization/);
  }
  // Not even who only claims to be somebody.
  expect((await get('/services', { authorization: 'Bearer nonsense' })).headers['cache-control']).toMatch(/^private/);
});

it('shows the owner all of a resource, even to whom asks by the tag of what everybody sees', async () => {
  const path = `/resources/${salon.things.resource}`;
  const { etag } = (await get(path)).headers;
  const { status, body, headers } = await get(path, { 'if-none-match': etag as string }, salon.people.owner.token);
  expect([status, body.userId]).toEqual([200, null]);
  expect(headers.etag).not.toBe(etag);
});

it('shows what a build shows more to whom asks by a tag of the build before, which is still good for a command', async () => {
  const path = `/services/${salon.things.service}`;
  const { revision } = (await settled(path)).body;
  for (const before of [`"${revision}"`, `"${revision}-5hZ0pX2cQ_7w"`]) {
    expect((await get(path, { 'if-none-match': before })).status).toBe(200);
    const headers = { 'if-match': before };
    const body = { name: (await get(path)).body.name };
    const saved = await api.call('PUT', `/owner${path}`, { token: salon.people.owner.token, body, headers });
    expect([before, saved.status]).toEqual([before, 200]);
  }
});

it('tells browsers of other origins apart too', async () => {
  const { headers } = await get('/services', { origin: 'https://app.example.com' });
  expect(headers.vary).toMatch(/Origin.*Authorization/);
});

it('is another answer once something has changed', async () => {
  const path = `/services/${salon.things.service}`;
  const { etag } = (await settled(path)).headers;
  const body = { name: 'Cut and wash' };
  const changed = await api.call('PUT', `/owner${path}`, { token: salon.people.owner.token, body });
  expect(changed.status).toBe(200);
  const seen = { 'x-min-position': changed.headers['x-event-position'] as string, 'if-none-match': etag as string };
  expect(await get(path, seen)).toMatchObject({ status: 200, body: { name: 'Cut and wash' } });
});

it('lets nobody keep anything else', async () => {
  const { business, booking, customer } = salon.things;
  const { token } = salon.people.owner;
  for (const path of [
    `/bookings?businessId=${business}`,
    `/bookings/${booking}`,
    `/customers/${customer}`,
    '/users/me',
  ]) {
    expect([path, (await get(path, {}, token)).headers['cache-control']]).toEqual([path, 'no-store']);
  }
  for (const path of ['/health', '/nothing', `/services/${business}`, '/users/me', '/services?limit=0']) {
    expect([path, (await get(path)).headers['cache-control']]).toEqual([path, 'no-store']);
  }
});
