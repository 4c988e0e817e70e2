import { newUuid } from '@yoyaku/kernel';
import { type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let admin: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await somebody(api, 'admin');
});
afterAll(() => api.stop());

const as = ({ token }: Person, method: Method, path: string, body?: object, headers?: Record<string, string>) =>
  api.call(method, `/notifications${path}`, { token, body, headers });

async function tell({ id }: Person, title: string, channels: string[] = ['app']): Promise<Reply> {
  const told = await as(admin, 'POST', '', { userId: id, title, message: `${title}.`, channels });
  expect(told.status).toBe(201);
  return told;
}

/** Once read models have what that command did. */
const shownAfter = (person: Person, { headers }: Reply, path = ''): Promise<Reply> =>
  as(person, 'GET', path, undefined, { 'x-min-position': `${headers['x-event-position']}`, prefer: 'wait=10' });
const titlesOf = ({ body }: Reply): string[] => body.items.map(({ title }: { title: string }) => title);

describe('somebody’s notifications', () => {
  it('are listed unread ones first, then the newest, in pages', async () => {
    const hanako = await somebody(api);
    const told = [];
    for (const title of ['first', 'second', 'third', 'fourth']) told.push(await tell(hanako, title));
    const read = await as(hanako, 'PATCH', `/${told[3]?.body.id}/read`);
    expect(read).toMatchObject({ status: 200, body: { title: 'fourth', isRead: true, type: 'announcement' } });
    const page = await shownAfter(hanako, read, '?limit=3');
    expect(titlesOf(page)).toEqual(['third', 'second', 'first']);
    const next = await as(hanako, 'GET', `?limit=3&cursor=${encodeURIComponent(page.body.nextCursor)}`);
    expect(titlesOf(next)).toEqual(['fourth']);
    expect(titlesOf(await as(hanako, 'GET', '/unread'))).toEqual(['third', 'second', 'first']);
    expect((await as(hanako, 'GET', '/count')).body).toEqual({ count: 3 });
  });

  it('are all marked as read at once', async () => {
    const hanako = await somebody(api);
    await tell(hanako, 'first');
    await shownAfter(hanako, await tell(hanako, 'second'));
    const marked = await as(hanako, 'PATCH', '/read-all');
    expect(marked).toMatchObject({ status: 200, body: { count: 2 } });
    expect((await shownAfter(hanako, marked, '/count')).body).toEqual({ count: 0 });
    expect(await as(hanako, 'PATCH', '/read-all')).toMatchObject({ status: 200, body: { count: 0 } });
  });

  it('are taken out of the list for good', async () => {
    const hanako = await somebody(api);
    const { id } = (await tell(hanako, 'gone')).body;
    const removed = await as(hanako, 'DELETE', `/${id}`);
    expect(removed.status).toBe(204);
    expect((await shownAfter(hanako, removed)).body.items).toEqual([]);
    for (const [method, path] of [
      ['GET', `/${id}`],
      ['PATCH', `/${id}/read`],
    ] as const)
      expect(await as(hanako, method, path)).toMatchObject({ status: 404, body: { code: 'notification.not_found' } });
    expect((await as(hanako, 'DELETE', `/${id}`)).status).toBe(204);
  });

  it('are nobody else’s to see, to read or to remove', async () => {
    const [hanako, taro] = [await somebody(api), await somebody(api)];
    const told = await tell(hanako, 'private');
    await shownAfter(hanako, told);
    const { id } = told.body;
    for (const other of [taro, admin])
      for (const [method, path] of [
        ['GET', ''],
        ['PATCH', '/read'],
        ['DELETE', ''],
      ] as const)
        expect(await as(other, method, `/${id}${path}`)).toMatchObject({
          status: 404,
          body: { code: 'notification.not_found' },
        });
    expect((await as(taro, 'GET', '')).body.items).toEqual([]);
    expect(await as(hanako, 'PATCH', `/${newUuid()}/read`)).toMatchObject({ status: 404 });
  });
});

describe('preferences', () => {
  it('say by which channels what comes, and those of others stay as they are', async () => {
    const [hanako, taro] = [await somebody(api), await somebody(api)];
    const items = [{ kind: 'booking_confirmed', channels: ['email'] }];
    const set = await as(hanako, 'PUT', '/preferences', { items });
    const of = ({ body }: Reply, kind: string) =>
      body.items.find((item: { kind: string }) => item.kind === kind)?.channels;
    expect(of(set, 'booking_confirmed')).toEqual(['email']);
    expect(of(set, 'booking_cancelled')).toEqual(['app', 'email']);
    expect((await as(hanako, 'GET', '/preferences')).body).toEqual(set.body);
    expect(of(await as(taro, 'GET', '/preferences'), 'booking_confirmed')).toEqual(['app', 'email']);
  });

  it('cannot turn off what concerns an account', async () => {
    const items = [{ kind: 'password_reset', channels: [] }];
    const refused = await as(await somebody(api), 'PUT', '/preferences', { items });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'items[0].kind', code: 'not_one_of' }] } });
  });

  it('choose no text messages, which cost and go to numbers that nobody has proved to be theirs', async () => {
    const items = [{ kind: 'booking_confirmed', channels: ['sms'] }];
    expect(await as(await somebody(api), 'PUT', '/preferences', { items })).toMatchObject({ status: 400 });
  });

  it('hold for what an admin announces, unless the admin says by which channels it goes', async () => {
    const hanako = await somebody(api);
    await as(hanako, 'PUT', '/preferences', { items: [{ kind: 'announcement', channels: ['email'] }] });
    const body = { userId: hanako.id, title: 'News', message: 'We move' };
    expect((await as(admin, 'POST', '', body)).body).toMatchObject({ email: 'queued', sms: null });
  });
});

it('counts how messages fare, for admins', async () => {
  const told = await tell(await somebody(api), 'counted', ['app', 'email']);
  const { body } = await shownAfter(admin, told, '/stats?days=1');
  expect(body.items).toContainEqual({
    kind: 'announcement',
    channel: 'email',
    status: 'queued',
    count: expect.any(Number),
  });
});
