import { EventStoreDb } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { Accounts } from '../../../libs/identity/src/application/accounts';
import { USERNAME } from '../../../libs/identity/src/application/sign-in-names';
import { RateLimits } from '../src/http/conventions/limits/rate-limits';
import { LOGINS } from '../src/http/identity/auth.controller';
import { somebody } from './a-business';
import { ApiUnderTest, callOn, PASSWORD } from './api-under-test';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 2);
});
afterAll(() => api.stop());

let made = 0;
const aName = (): string => `hanako-${++made}-${newUuid().slice(-6)}`;
const register = (username: string, process = 0) => {
  const body = { name: 'Hanako', email: `${newUuid()}@example.com`, username, password: PASSWORD };
  return callOn(api.apps[process] as ApiUnderTest['app'], 'POST', '/auth/register', { body });
};
const login = (username: string, password = PASSWORD) =>
  api.call('POST', '/auth/login', { body: { username, password } });
const change = (token: string, username: string | null, headers = {}) =>
  api.call('PATCH', '/users/me', { token, body: { username }, headers });
const TAKEN = { status: 409, body: { code: 'identity.username_taken', errors: [{ path: 'username' }] } };

describe('a user name', () => {
  it('signs in, however it is written', async () => {
    const name = aName();
    const { status, body } = await register(name.toUpperCase());
    expect(status).toBe(201);
    expect(body.user.username).toBe(name.toUpperCase());
    for (const written of [name, ` ${name} `, name.replace('hanako', 'ｈａｎａｋｏ')])
      expect((await login(written)).body.user.id).toBe(body.user.id);
    const wrong = await login(name, 'not the password');
    expect(wrong).toMatchObject({ status: 401, body: { code: 'identity.wrong_credentials' } });
    expect((await login(aName())).body).toEqual(wrong.body);
  });

  it('is one person’s, of many who come at once, to whichever process', async () => {
    const name = aName();
    const replies = await Promise.all(
      [0, 1, 0, 1].map((process) => register(process ? name : name.toUpperCase(), process)),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    for (const reply of replies.filter(({ status }) => status === 409)) expect(reply).toMatchObject(TAKEN);
    const winner = replies.find(({ status }) => status === 201);
    expect((await login(name)).body.user.id).toBe(winner?.body.user.id);
    const [ann, bob] = [await somebody(api), await somebody(api)];
    const other = aName();
    const changed = await Promise.all([ann, bob].map(({ token }) => change(token, other)));
    expect(changed.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('changes, and rests before another gets it, but not before its owner does', async () => {
    const [first, second] = [aName(), aName()];
    const { token, id } = await api.register('Ann');
    const bob = await somebody(api);
    expect((await change(token, first)).body).toMatchObject({ username: first, name: 'Ann' });
    expect((await change(token, second, { 'if-match': '"1"' })).body.username).toBe(second);
    expect(await change(token, first, { 'if-match': '"1"' })).toMatchObject({ status: 412 });
    expect((await login(first)).status).toBe(401);
    expect((await login(second)).body.user.id).toBe(id);
    expect(await change(bob.token, first)).toMatchObject(TAKEN);
    expect((await change(token, first)).status).toBe(200);
    expect((await change(token, null)).body.username).toBeNull();
    expect((await login(first)).status).toBe(401);
    expect(await change(bob.token, first)).toMatchObject(TAKEN);
  });

  it('is another’s a month after it was given up', () => {
    const at = '2027-03-31T00:00:00Z' as never;
    const free = (givenUpAt: string, reservedAt = '2020-01-01T00:00:00Z', name = 'hanako') => {
      const user = { formerUsername: { username: 'Hanako', at: givenUpAt } } as never;
      return USERNAME.isFree(user, name, reservedAt as never, at);
    };
    expect(free('2027-02-28T00:00:00Z')).toBe(true);
    expect(free('2027-03-02T00:00:00Z')).toBe(false);
    // One given up before another rests no more.
    expect(free('2027-03-02T00:00:00Z', '2020-01-01T00:00:00Z', 'taro')).toBe(true);
    // Who is about to choose it has it reserved, and has chosen none so far.
    expect(free('2020-01-01T00:00:00Z', '2027-03-30T23:30:00Z', 'taro')).toBe(false);
    expect(free('2020-01-01T00:00:00Z', '2027-03-30T22:30:00Z', 'taro')).toBe(true);
  });

  it.each(['ab', 'hanako@example.com', '09012345678', 'ha nako', '-hanako', 'a'.repeat(31)])(
    'is not %j',
    async (name) => {
      expect(await register(name)).toMatchObject({ status: 400, body: { errors: [{ path: 'username' }] } });
    },
  );

  it('is given, or an e-mail address, to sign in', async () => {
    const body = { password: PASSWORD };
    expect(await api.call('POST', '/auth/login', { body })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'email', code: 'required' }] },
    });
    const both = { ...body, email: 'a@example.com', username: 'hanako' };
    expect(await api.call('POST', '/auth/login', { body: both })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'username' }] },
    });
  });

  it('is guessed for no more often than the address of the same account', async () => {
    const limits = api.app.get(RateLimits);
    const admit = jest.spyOn(limits, 'admitStrictly');
    const name = aName();
    const { user } = (await register(name)).body;
    await login(name);
    await api.call('POST', '/auth/login', { body: { email: user.email, password: PASSWORD } });
    const counted = admit.mock.calls.filter(([limit]) => limit === LOGINS).map(([, key]) => key);
    admit.mockRestore();
    expect(counted).toHaveLength(2);
    expect(counted[0]).toBe(counted[1]);
  });

  it('is in clear in no event', async () => {
    const name = aName();
    await register(name);
    const events = await Array.fromAsync(api.app.get(EventStoreDb).readAll());
    const text = (event: object) => JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? null : value));
    expect(events.map(text).filter((each) => each.includes(name))).toEqual([]);
    expect(api.app.get(Accounts).nameOf(name, USERNAME)).toMatch(/^[0-9a-f]{64}$/);
  });
});
