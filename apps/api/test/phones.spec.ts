import { randomInt } from 'node:crypto';
import { EventStoreDb, EventStoreUnavailable } from '@yoyaku/eventing';
import { PhoneCodes, VerificationCodes } from '@yoyaku/identity';
import { newUuid, now, type Uuid } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { anOpenSalon, somebody } from './a-business';
import { ApiUnderTest, callOn, type Reply } from './api-under-test';

const log: string[] = [];
let api: ApiUnderTest;

beforeAll(async () => {
  const logger = pino({ level: 'trace' }, { write: (line) => log.push(line) });
  const limits = { RATE_LIMIT: 'on', TRUST_PROXY: '1', SMS_CODES_PER_HOUR: '100' };
  api = await ApiUnderTest.start(limits, 2, logger);
});
afterAll(() => api.stop());

const aPhone = (): string => `+8190${randomInt(10_000_000, 99_999_999)}`;
const anAddress = (): string => [10, randomInt(256), randomInt(256), randomInt(256)].join('.');

interface Call {
  readonly from?: string;
  readonly token?: string;
  readonly process?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const post = (path: string, body: object, { from = anAddress(), token, process = 0, headers }: Call = {}) =>
  callOn(api.apps[process] as ApiUnderTest['app'], 'POST', path, {
    token,
    body,
    headers: { 'x-forwarded-for': from, ...headers },
  });
const start = (phone: string, call?: Call, businessId?: string): Promise<Reply> =>
  post('/auth/phone/start', { phone, businessId }, call);
const verify = (phone: string, code: string, call?: Call, more: object = {}): Promise<Reply> =>
  post('/auth/phone/verify', { phone, code, ...more }, call);

const seen = new Set<string>();

/** The code that was sent to the phone last, once it is another than those seen before. */
async function sentTo(phone: string): Promise<string> {
  let code: string | undefined;
  await until(async () => {
    const { rows } = await api.app.get(Pool).query('select message_id from app.phone_codes where phone = $1', [phone]);
    const id = rows[0]?.message_id;
    if (id === undefined || seen.has(id)) return false;
    seen.add(id);
    code = (await api.app.get(PhoneCodes).sentBy(id))?.code;
    return true;
  });
  return code as string;
}

async function codeFor(phone: string): Promise<string> {
  expect((await start(phone)).status).toBe(202);
  return sentTo(phone);
}

const another = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const me = (token: string) => api.call('GET', '/auth/me', { token });
const INVALID = { status: 422, body: { code: 'identity.code_invalid', errors: [{ path: 'code' }] } };

describe('a phone', () => {
  it('signs in by the code that was sent to it, and the first time makes an account', async () => {
    const phone = aPhone();
    const first = await verify(phone, await codeFor(phone), {}, { name: 'Hanako' });
    expect(first).toMatchObject({ status: 200, body: { user: { name: 'Hanako', email: null, phone, role: 'user' } } });
    expect((await me(first.body.accessToken)).body).toMatchObject({ phone, emailVerified: false, status: 'active' });

    const again = await verify(phone, await codeFor(phone), {}, { name: 'Somebody else' });
    expect(again.body.user).toMatchObject({ id: first.body.user.id, name: 'Hanako' });
    const { body } = await api.call('GET', '/auth/sessions', { token: again.body.accessToken });
    const days = body.items.map(({ createdAt, expiresAt }: Record<string, string>) =>
      Math.round((Date.parse(expiresAt as string) - Date.parse(createdAt as string)) / 86_400_000),
    );
    expect(days).toEqual([30, 30]);
    const refreshed = await post('/auth/refresh', { refreshToken: again.body.refreshToken });
    expect(refreshed.status).toBe(200);
  });

  it('is the same however it is written, by the country of a business that takes bookings', async () => {
    const { businessId } = await anOpenSalon(api, ['09:00', '18:00']);
    const phone = aPhone();
    const [local, wide] = [phone.replace('+81', '0'), phone.replace('+81', '０')];
    expect(await start(local)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'phone', code: 'bad_format' }] },
    });
    expect((await start(local, {}, businessId)).status).toBe(202);
    expect(await verify(wide, await sentTo(phone), {}, { businessId })).toMatchObject({ body: { user: { phone } } });
  });

  it.each(['12345', 'call me', '+81 90-1234-5678 ext. 5', '+99912345678', '+1 900 234 5678', '+881612345678'])(
    'is not %j',
    async (phone) => expect(await start(phone)).toMatchObject({ status: 400, body: { errors: [{ path: 'phone' }] } }),
  );

  it('tells nobody whether it is known', async () => {
    const known = aPhone();
    await verify(known, await codeFor(known));
    const [asked, unknown] = [await start(known), await start(aPhone())];
    expect(asked.text).toBe(unknown.text);
    expect(asked.status).toBe(unknown.status);
    const guesses = [await verify(known, '000000'), await verify(aPhone(), '000000')];
    expect(guesses[0]?.body).toEqual(guesses[1]?.body);
  });
});

describe('a code', () => {
  it('is good once, for one of many who type it at once, to whichever process', async () => {
    const phone = aPhone();
    const code = await codeFor(phone);
    const replies = await Promise.all([0, 1, 0, 1].map((process) => verify(phone, code, { process })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    const { accessToken } = replies.find(({ status }) => status === 200)?.body ?? {};
    expect((await api.call('GET', '/auth/sessions', { token: accessToken })).body.items).toHaveLength(1);
    expect(await verify(phone, code)).toMatchObject(INVALID);
  });

  it('is good for five tries, made at once or not', async () => {
    const phone = aPhone();
    const code = await codeFor(phone);
    const wrong = await Promise.all([0, 1, 0, 1, 0].map((process) => verify(phone, another(code), { process })));
    for (const reply of wrong) expect(reply).toMatchObject(INVALID);
    expect(await verify(phone, code)).toMatchObject(INVALID);
  });

  it('is good again where what it was for fails, and once all the same', async () => {
    const phone = aPhone();
    const code = await codeFor(phone);
    const store = api.app.get(EventStoreDb);
    const away = jest.spyOn(store, 'append').mockRejectedValue(new EventStoreUnavailable(new Error('away')));
    const untilAnswers = jest.spyOn(store, 'untilAnswers').mockResolvedValue();
    const failed = await verify(phone, code);
    away.mockRestore();
    untilAnswers.mockRestore();
    expect(failed.status).toBe(503);
    expect((await verify(phone, code)).status).toBe(200);
    expect(await verify(phone, code)).toMatchObject(INVALID);
  });

  it('ends the one before it', async () => {
    const phone = aPhone();
    const [before, last] = [await codeFor(phone), await codeFor(phone)];
    if (last !== before) expect(await verify(phone, before)).toMatchObject(INVALID);
    expect((await verify(phone, last)).status).toBe(200);
  });

  it('is good for ten minutes', async () => {
    const phone = aPhone();
    const code = await codeFor(phone);
    const { rows } = await api.app
      .get(Pool)
      .query(`select extract(epoch from expires_at - asked_at)::int as seconds from app.phone_codes where phone = $1`, [
        phone,
      ]);
    expect(rows).toEqual([{ seconds: 600 }]);
    await api.app.get(Pool).query('update app.phone_codes set expires_at = now() where phone = $1', [phone]);
    expect(await verify(phone, code)).toMatchObject(INVALID);
    await api.app.get(PhoneCodes).prune();
    expect((await api.app.get(Pool).query('select from app.phone_codes where phone = $1', [phone])).rowCount).toBe(0);
  });

  it('is that of its phone alone', async () => {
    const [hers, his] = [aPhone(), aPhone()];
    const code = await codeFor(hers);
    if ((await codeFor(his)) !== code) expect(await verify(his, code)).toMatchObject(INVALID);
  });

  it('is asked for, and tried, only so often', async () => {
    const [phone, from] = [aPhone(), anAddress()];
    // An hour that ends meanwhile would let some more pass.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const asked = [];
    for (let i = 0; i < 6; i++) asked.push((await start(phone, { from })).status);
    expect(asked).toEqual([202, 202, 202, 202, 202, 429]);
    const many = [];
    for (let i = 0; i < 6; i++) many.push((await start(phone)).status);
    expect(many.slice(-1)).toEqual([429]);
    const tried = [];
    for (let i = 0; i < 11; i++) tried.push((await verify(phone, '000000', { from })).status);
    clock.mockRestore();
    expect(tried.slice(-2)).toEqual([422, 429]);
  });
});

describe('a signed-in user', () => {
  it('adds a phone to their account, and another in its place, and takes it out', async () => {
    const [ann, phone, next] = [await api.register('Ann'), aPhone(), aPhone()];
    const call = { token: ann.token };
    const linked = await verify(phone, await codeFor(phone), call);
    expect(linked).toMatchObject({ status: 200, body: { user: { id: ann.id, email: ann.email, phone } } });
    expect((await verify(phone, await codeFor(phone))).body.user.id).toBe(ann.id);

    const byFormer = (await verify(phone, await codeFor(phone))).body.accessToken;
    expect((await verify(next, await codeFor(next), call)).body.user).toMatchObject({ id: ann.id, phone: next });
    expect((await me(byFormer)).status).toBe(401);
    expect((await me(ann.token)).status).toBe(200);
    expect((await verify(phone, await codeFor(phone))).body.user.id).not.toBe(ann.id);

    const byPhone = await verify(next, await codeFor(next));
    const removed = await api.call('DELETE', '/users/me/phone', { token: ann.token });
    expect(removed).toMatchObject({ status: 200, body: { phone: null } });
    expect((await me(byPhone.body.accessToken)).status).toBe(401);
    expect((await me(ann.token)).status).toBe(200);
    expect((await verify(next, await codeFor(next))).body.user.id).not.toBe(ann.id);
  });

  it.each([false, true])(
    'whose address was verified before: %s, keeps the phone after a reset of the password only then',
    async (verified) => {
      const [ann, phone] = [await api.register('Ann'), aPhone()];
      const codes = api.app.get(VerificationCodes);
      const mailed = (purpose: 'verify_email' | 'reset_password') =>
        codes.issueFor(newUuid(), ann.id as Uuid, purpose, now());
      if (verified) await post('/auth/verify-email', { token: await mailed('verify_email') });
      expect((await verify(phone, await codeFor(phone), { token: ann.token })).status).toBe(200);
      const reset = { token: await mailed('reset_password'), password: 'another horse battery' };
      expect((await post('/auth/reset-password', reset)).status).toBe(204);
      expect((await me(ann.token)).status).toBe(401);
      expect((await verify(phone, await codeFor(phone))).body.user.id === ann.id).toBe(verified);
      const { body } = await post('/auth/login', { email: ann.email, password: reset.password });
      expect((await me(body.accessToken)).body).toMatchObject({ emailVerified: true, phone: verified ? phone : null });
    },
  );

  it('is not given a phone that another account signs in by', async () => {
    const [ann, phone] = [await api.register('Ann'), aPhone()];
    const { user } = (await verify(phone, await codeFor(phone))).body;
    const taken = await verify(phone, await codeFor(phone), { token: ann.token });
    expect(taken).toMatchObject({ status: 409, body: { code: 'identity.phone_taken', errors: [{ path: 'phone' }] } });
    expect((await verify(phone, await codeFor(phone))).body.user.id).toBe(user.id);
  });

  it('whose token is good no more is signed in to no other account', async () => {
    const phone = aPhone();
    expect(await verify(phone, await codeFor(phone), { token: 'expired' })).toMatchObject({ status: 401 });
  });

  it('keeps the phone that is the only way in', async () => {
    const phone = aPhone();
    const { accessToken: token } = (await verify(phone, await codeFor(phone))).body;
    expect(await api.call('DELETE', '/users/me/phone', { token })).toMatchObject({
      status: 422,
      body: { code: 'identity.only_way_in' },
    });
  });

  it('signs in by phone though an admin sees them by name alone', async () => {
    const [{ token }, phone] = [await somebody(api, 'admin'), aPhone()];
    const { user } = (await verify(phone, await codeFor(phone))).body;
    await until(async () => {
      const { body } = await api.call('GET', '/users?limit=200', { token, headers: { 'x-forwarded-for': '10.0.0.1' } });
      return body.items.some((row: { id: string; phone: string }) => row.id === user.id && row.phone === phone);
    });
  });
});

it('no phone is in clear in an event or in the log', async () => {
  const phone = aPhone();
  await verify(phone, await codeFor(phone));
  const events = await Array.fromAsync(api.app.get(EventStoreDb).readAll());
  const text = (event: object) => JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? null : value));
  expect(events.map(text).filter((each) => each.includes(phone))).toEqual([]);
  expect(log.filter((line) => line.includes(phone))).toEqual([]);
});
