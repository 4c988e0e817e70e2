import { atLocal, localDate, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import { anOpenSalon, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, PASSWORD, type Reply } from './api-under-test';

const TOKYO = 'Asia/Tokyo';
const DATE = plusDays(localDate(now(), TOKYO), 3);
const LONG = '【サロン青山】カット＆カラー（担当：髙橋）, 明日; ご予約の確認';

let api: ApiUnderTest;
let owner: Person;
let hanako: Person;
let businessId: Uuid;
let yuki: Uuid;
let cut: Uuid;
let asOwner: Awaited<ReturnType<typeof anOpenSalon>>['asOwner'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  hanako = await somebody(api);
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['10:00', '18:00']));
  yuki = (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki' })).body.id;
  const price = { amount: 8000, currency: 'JPY' };
  const service = { businessId, name: LONG, durationMinutes: 60, price, requirements: [{ anyOf: [yuki] }] };
  cut = (await asOwner('POST', '/owner/services', service)).body.id;
});
afterAll(() => api.stop());

const at = (time: string) => atLocal(DATE, time, TOKYO);
const as = ({ token }: Person, ...[method, path, body]: [Parameters<ApiUnderTest['call']>[0], string, object?]) =>
  must(api.call(method, path, { token, body }));
const book = (time: string): Promise<Reply> =>
  as(hanako, 'POST', '/bookings', { businessId, serviceId: cut, start: at(time), note: 'I am allergic' });
const opened = async (who: Person, path: string): Promise<string> => (await as(who, 'POST', path, {})).body.path;

/** What the address shows to anybody, once read models have what that command did. */
const shown = (path: string, after?: Reply): Promise<Reply> =>
  api.call('GET', path.slice('/api/v1'.length), {
    headers: after && { 'x-min-position': after.headers['x-event-position'] as string, prefer: 'wait=10' },
  });
const unfolded = ({ text }: Reply): string[] => text.replaceAll('\r\n ', '').split('\r\n');
const valuesOf = (reply: Reply, name: string): string[] =>
  unfolded(reply)
    .filter((line) => line.startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1));

describe('one’s own calendar', () => {
  it('has one’s bookings and appointments under one UID, in UTC, on lines of 75 octets at most', async () => {
    const booked = await book('10:00');
    const dentist = { title: 'Dentist, 2nd floor', start: at('14:00'), end: at('15:00') };
    const planned = await as(hanako, 'POST', '/bookings', dentist);
    const path = await opened(hanako, '/users/me/calendar');
    expect(path).toMatch(/^\/api\/v1\/calendars\/[\w-]{43}\.ics$/);
    const feed = await shown(path, planned);
    expect(feed.status).toBe(200);
    expect(feed.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, no-cache',
    });
    expect(valuesOf(feed, 'UID').toSorted()).toEqual(
      [booked, planned].map(({ body }) => `${body.id}@yoyaku`).toSorted(),
    );
    expect(valuesOf(feed, 'DTSTART').toSorted()).toEqual(
      [at('10:00'), at('14:00')].map((start) => start.replaceAll(/[-:]/g, '')),
    );
    const text = LONG.replaceAll(',', '\\,').replaceAll(';', '\\;');
    expect(valuesOf(feed, 'SUMMARY')).toEqual(expect.arrayContaining([`${text} — Salon`, 'Dentist\\, 2nd floor']));
    expect(feed.text).not.toContain('allergic');
    for (const line of feed.text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(feed.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);

    const moved = await as(hanako, 'POST', `/bookings/${booked.body.id}/reschedule`, { start: at('11:00') });
    const after = await shown(path, moved);
    expect(valuesOf(after, 'UID').toSorted()).toEqual(valuesOf(feed, 'UID').toSorted());
    expect(valuesOf(after, 'DTSTART')).toContain(at('11:00').replaceAll(/[-:]/g, ''));
    const cancelled = await as(hanako, 'DELETE', `/bookings/${booked.body.id}`, {});
    expect(valuesOf(await shown(path, cancelled), 'UID')).toEqual([`${planned.body.id}@yoyaku`]);
  });

  it('is at a new address whenever one asks for one, and at none once it is withdrawn; only hashes are stored', async () => {
    const first = await opened(hanako, '/users/me/calendar');
    const second = await opened(hanako, '/users/me/calendar');
    expect((await shown(first)).body).toMatchObject({ status: 404, code: 'calendar.not_found' });
    expect((await shown(second)).status).toBe(200);
    for (const wrong of [second.replace('.ics', ''), second.replace('.ics', 'x.ics'), '/api/v1/calendars/x.ics']) {
      expect((await shown(wrong)).status).toBe(404);
    }
    const pool = new Pool({ connectionString: api.config.databaseUrl });
    const { rows } = await pool.query('select * from app.calendar_feeds where user_id = $1', [hanako.id]);
    await pool.end();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(second.slice('/api/v1/calendars/'.length, -'.ics'.length));
    await as(hanako, 'DELETE', '/users/me/calendar');
    expect((await shown(second)).status).toBe(404);
  });
});

it('is at no address that was known before the password was changed', async () => {
  const taro = await api.register('Taro');
  const paths = [await opened(taro, '/users/me/calendar'), await opened(hanako, '/users/me/calendar')];
  const body = { currentPassword: PASSWORD, newPassword: 'staple battery horse' };
  await must(api.call('POST', '/auth/change-password', { token: taro.token, body }));
  const statuses = await Promise.all(paths.map(async (path) => (await shown(path)).status));
  expect(statuses).toEqual([404, 200]);
});

describe('the calendar of a resource', () => {
  it('has its bookings and blocks, nothing of customers, for as long as its reader may see them', async () => {
    const staff = await somebody(api);
    const member = (await employed(api, owner.token, { businessId, userId: staff.id, role: 'staff' })).body.id;
    const path = await opened(staff, `/resources/${yuki}/calendar`);
    const booked = await book('12:00');
    const block = { start: at('16:00'), end: at('17:00'), reason: 'Lunch' };
    const blocked = await asOwner('POST', `/resources/${yuki}/blocks`, block);
    const feed = await shown(path, blocked);
    expect(valuesOf(feed, 'UID').toSorted()).toEqual(
      [`${booked.body.id}@yoyaku`, `${blocked.body.id}@yoyaku`].toSorted(),
    );
    expect(valuesOf(feed, 'SUMMARY')).toEqual(expect.arrayContaining([LONG.replaceAll(/[,;]/g, '\\$&'), 'Lunch']));
    expect(feed.text).not.toMatch(/allergic|example\.com/);
    await asOwner('DELETE', `/staff/assignments/${member}/terminate`);
    expect((await shown(path)).status).toBe(404);
  });

  it('is opened by those who see its bookings, and withdrawn by each for themselves', async () => {
    const refused = await api.call('POST', `/resources/${yuki}/calendar`, { token: hanako.token, body: {} });
    expect(refused.status).toBe(404);
    const path = await opened(owner, `/resources/${yuki}/calendar`);
    expect((await shown(path)).status).toBe(200);
    await as(owner, 'DELETE', `/resources/${yuki}/calendar`);
    expect((await shown(path)).status).toBe(404);
  });
});
