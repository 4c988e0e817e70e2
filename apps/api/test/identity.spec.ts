import { setTimeout as delay } from 'node:timers/promises';
import { aggregates, projectionsAndReactions } from '@yoyaku/composition';
import { Commands, systemContext } from '@yoyaku/eventing';
import { EnsureAdmin } from '@yoyaku/identity';
import { Outbox } from '@yoyaku/notifications';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Credentials } from '../../../libs/identity/src/infrastructure/credentials';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../../reactor/src/reactor-process';
import { ApiUnderTest, callOn, PASSWORD } from './api-under-test';

const NEXT_PASSWORD = 'staple battery horse';
let api: ApiUnderTest;
let projector: ProjectorProcess;
let reactor: ReactorProcess;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 2);
  const logger = pino({ level: 'silent' });
  projector = await startProjector({ ...api.config, aggregates, projections: projectionsAndReactions, logger });
  reactor = await startReactor(api.config, logger, { everyMs: 50, graceMs: 30_000 });
});
afterAll(async () => {
  await reactor.stop();
  await projector.stop();
  await api.stop();
});

const me = (token: string) => api.call('GET', '/auth/me', { token });

/** The code in the message to an address with that subject. Messages are sent after the answers, in any order. */
async function codeSentTo(email: string, subject: string): Promise<string> {
  let code: string | undefined;
  await until(async () => {
    const mails = await api.app.get(Outbox).newest(50, email);
    code = /[0-9a-f-]{36}\.[\w-]{43}/.exec(mails.find((mail) => mail.subject === subject)?.text ?? '')?.[0];
    return code !== undefined;
  });
  return code as string;
}

describe('the administrator of the installation', () => {
  const ensure = (email: string, process = 0) =>
    api.apps[process]?.get(Commands).send(new EnsureAdmin(email, PASSWORD, systemContext('installation')));
  const roleOf = async (email: string) => (await me((await api.login({ email })).token)).body.role;

  it('is made where nobody has the address, by whichever process, once', async () => {
    await Promise.all([ensure('root@example.com', 0), ensure('root@example.com', 1)]);
    expect(await roleOf('root@example.com')).toBe('admin');
    await ensure('ROOT@example.com');
  });

  it('is not whoever registered the address before, who stays what they are', async () => {
    await api.register('Mallory', 'chief@example.com');
    await expect(ensure('chief@example.com')).rejects.toThrow(
      'ADMIN_EMAIL is the address of an account that is no admin',
    );
    expect(await roleOf('chief@example.com')).toBe('user');
  });
});

describe('registering', () => {
  it('signs in at once', async () => {
    const { status, body, headers } = await api.call('POST', '/auth/register', {
      body: { name: ' Hanako ', email: 'Hanako@Example.com', password: PASSWORD, locale: 'ja' },
    });
    expect(status).toBe(201);
    expect(body.user).toEqual({
      id: expect.any(String),
      name: 'Hanako',
      email: 'Hanako@Example.com',
      role: 'user',
      locale: 'ja',
      phone: null,
      username: null,
      emailVerified: false,
    });
    expect(headers).toMatchObject({
      etag: expect.stringMatching(/^"0-/),
      'x-event-position': expect.stringMatching(/^\d+$/),
    });
    expect((await me(body.accessToken)).body).toMatchObject({ ...body.user, status: 'active', revision: 0 });
  });

  it('gives an address to one account, however it is written', async () => {
    await api.register('Taro', 'taro@example.com');
    const again = await api.call('POST', '/auth/register', {
      body: { name: 'Taro', email: 'TARO@example.com', password: PASSWORD },
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'identity.email_taken', errors: [{ path: 'email' }] } });
  });

  it('gives an address to one of many who come at once, to whichever process', async () => {
    const body = { name: 'Race', email: 'race@example.com', password: PASSWORD };
    const replies = await Promise.all(
      [0, 1, 0, 1].map((i) => callOn(api.apps[i] as ApiUnderTest['app'], 'POST', '/auth/register', { body })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const winner = replies.find(({ status }) => status === 201);
    expect((await api.login({ email: body.email })).id).toBe(winner?.body.user.id);
  });

  it.each([
    [{ name: 'A', email: 'a@example.com', password: 'short' }, 400, 'request.invalid', 'password'],
    [{ name: 'A', email: 'no address', password: PASSWORD }, 400, 'request.invalid', 'email'],
    [{ name: '  ', email: 'a@example.com', password: PASSWORD }, 400, 'request.invalid', 'name'],
    [{ email: 'a@example.com', password: PASSWORD }, 400, 'request.invalid', 'name'],
    [{ name: 'A', email: 'a@example.com', password: PASSWORD, role: 'admin' }, 400, 'request.invalid', 'role'],
    [{ name: 'A', email: 'a@example.com', password: PASSWORD, locale: 'klingon!' }, 400, 'request.invalid', 'locale'],
    [{ name: 'A', email: 'a@example.com', password: 'password123' }, 422, 'identity.password_too_common', 'password'],
    [{ name: 'Hanako', email: 'a@example.com', password: 'hanako99' }, 422, 'identity.password_guessable', 'password'],
  ])('refuses %j', async (body, status, code, path) => {
    const reply = await api.call('POST', '/auth/register', { body });
    expect(reply).toMatchObject({ status, body: { code, errors: [{ path }] } });
  });
});

describe('signing in', () => {
  it('tells nobody which addresses are known', async () => {
    const { email } = await api.register();
    const unknown = await api.call('POST', '/auth/login', {
      body: { email: 'nobody@example.com', password: PASSWORD },
    });
    const wrong = await api.call('POST', '/auth/login', { body: { email, password: 'not the password' } });
    expect(unknown).toMatchObject({ status: 401, body: { code: 'identity.wrong_credentials' } });
    expect(wrong.body).toEqual(unknown.body);
  });

  describe('goes on with a refresh token', () => {
    const refresh = (refreshToken: string, app = api.app, headers = {}) =>
      callOn(app, 'POST', '/auth/refresh', { body: { refreshToken }, headers });
    const spentLongAgo = (refreshToken: string) =>
      api.app
        .get(Pool)
        .query(`update app.refresh_tokens set spent_at = spent_at - interval '10 seconds' where id::text = $1`, [
          refreshToken.split('.')[0],
        ]);
    const ended = async (token: string, refreshToken: string) => {
      expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: 'identity.session_expired' } });
      expect(await me(token)).toMatchObject({ status: 401, body: { code: 'auth.session_ended' } });
    };

    it('which gives the same pair again for a moment, in whichever process and to however many tabs', async () => {
      const { refreshToken } = await api.register();
      const apps = [0, 1, 0, 1].map((i) => api.apps[i] as ApiUnderTest['app']);
      const [first, ...others] = await Promise.all(apps.map((app) => refresh(refreshToken, app)));
      expect(first?.status).toBe(200);
      for (const again of others) expect(again.text).toBe(first?.text);
      expect((await me(first?.body.accessToken)).status).toBe(200);

      const second = await refresh(first?.body.refreshToken);
      expect(second.status).toBe(200);
      expect(second.body.refreshToken).not.toBe(first?.body.refreshToken);
      // A tab that is two behind still comes through.
      expect((await refresh(refreshToken)).text).toBe(first?.text);
      expect((await refresh(first?.body.refreshToken)).text).toBe(second.text);
    });

    it('which used later ends the session', async () => {
      const { refreshToken, token } = await api.register();
      const next = await refresh(refreshToken);
      await spentLongAgo(refreshToken);
      expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: 'identity.token_reused' } });
      await ended(token, next.body.refreshToken);
    });

    it('which used by another device ends the session', async () => {
      const { refreshToken, token } = await api.register();
      const next = await refresh(refreshToken);
      const thief = await refresh(refreshToken, api.app, { 'user-agent': 'somebody else' });
      expect(thief).toMatchObject({ status: 401, body: { code: 'identity.token_reused' } });
      await ended(token, next.body.refreshToken);
    });

    it('which gives nothing again once the session has ended', async () => {
      const { refreshToken } = await api.register();
      const next = await refresh(refreshToken);
      await api.call('POST', '/auth/logout', { token: next.body.accessToken });
      expect((await refresh(refreshToken)).status).toBe(401);
    });

    it('which the previous build spent, and remembers no device of, only once', async () => {
      const { refreshToken } = await api.register();
      await refresh(refreshToken);
      await api.app.get(Pool).query('update app.refresh_tokens set spent_by = null');
      expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: 'identity.token_reused' } });
    });
  });

  it('does not end a session for who only guesses its token', async () => {
    const { refreshToken, token } = await api.register();
    const guess = `${refreshToken.slice(0, -2)}xx`;
    expect(await api.call('POST', '/auth/refresh', { body: { refreshToken: guess } })).toMatchObject({ status: 401 });
    expect((await me(token)).status).toBe(200);
  });

  it('shows sessions and ends them, in every process within a second', async () => {
    const { email, token } = await api.register();
    const other = await api.login({ email });
    const { body } = await api.call('GET', '/auth/sessions', { token });
    expect(body.items).toHaveLength(2);
    for (const { createdAt, lastUsedAt, expiresAt } of body.items) {
      for (const at of [createdAt, lastUsedAt, expiresAt]) expect(at).toMatch(/T\d\d:\d\d:\d\d(\.\d{3})?Z$/);
    }
    const theOther = body.items.find(({ current }: { current: boolean }) => !current);
    const started = performance.now();
    expect((await api.call('DELETE', `/auth/sessions/${theOther.id}`, { token })).status).toBe(204);
    expect((await me(other.token)).status).toBe(401);
    expect((await me(token)).status).toBe(200);
    const elsewhere = () => callOn(api.apps[1] as ApiUnderTest['app'], 'GET', '/auth/me', { token: other.token });
    while ((await elsewhere()).status !== 401) {
      expect(performance.now() - started).toBeLessThan(10_000);
      await delay(20);
    }
    expect((await api.call('DELETE', `/auth/sessions/${theOther.id}`, { token })).status).toBe(404);
  });

  it('ends with logout', async () => {
    const { token, refreshToken } = await api.register();
    expect((await api.call('POST', '/auth/logout', { token })).status).toBe(204);
    expect(await me(token)).toMatchObject({ status: 401, body: { code: 'auth.session_ended' } });
    expect((await api.call('POST', '/auth/refresh', { body: { refreshToken } })).status).toBe(401);
  });
});

describe('a password', () => {
  it('changes with the old one, and ends all other sessions', async () => {
    const { email, token } = await api.register();
    const other = await api.login({ email });
    const change = (currentPassword: string) =>
      api.call('POST', '/auth/change-password', { token, body: { currentPassword, newPassword: NEXT_PASSWORD } });
    expect(await change('not it at all')).toMatchObject({ status: 422, body: { code: 'identity.wrong_password' } });
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await me(token)).status).toBe(200);
    expect((await me(other.token)).status).toBe(401);
    expect((await api.login({ email, password: NEXT_PASSWORD })).email).toBe(email);
  });

  it('stays as it is where the other sessions cannot be ended', async () => {
    const { email, token } = await api.register();
    const pool = api.app.get(Pool);
    await pool.query(`
      create function app.keep_sessions() returns trigger language plpgsql as
        $$ begin raise exception 'gone' using errcode = '57P01'; end $$;
      create trigger keep_sessions before update on app.sessions
        for each row when (new.revoked_at is not null) execute function app.keep_sessions()`);
    await api.login({ email });
    const body = { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD };
    const changed = await api.call('POST', '/auth/change-password', { token, body });
    await pool.query('drop function app.keep_sessions cascade');
    expect(changed.status).toBe(503);
    expect((await api.login({ email })).email).toBe(email);
  });

  it('that is changed while somebody signs in with it lets nobody in', async () => {
    const { email, token } = await api.register();
    const verify = Credentials.prototype.verify;
    jest.spyOn(Credentials.prototype, 'verify').mockImplementationOnce(async function (this: Credentials, ...given) {
      const verified = await verify.apply(this, given);
      const body = { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD };
      expect((await api.call('POST', '/auth/change-password', { token, body })).status).toBe(204);
      return verified;
    });
    expect(await api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })).toMatchObject({
      status: 401,
      body: { code: 'identity.wrong_credentials' },
    });
    expect((await api.call('GET', '/auth/sessions', { token })).body.items).toHaveLength(1);
  });

  it('is chosen anew with a code sent by mail', async () => {
    const { email, token } = await api.register();
    expect((await api.call('POST', '/auth/forgot-password', { body: { email } })).status).toBe(202);
    expect((await api.call('POST', '/auth/forgot-password', { body: { email: 'nobody@example.com' } })).status).toBe(
      202,
    );
    const code = await codeSentTo(email, 'Choose a new password');
    const reset = (password: string) => api.call('POST', '/auth/reset-password', { body: { token: code, password } });
    // What is refused for the password does not use the code up.
    expect((await reset('password123')).body.code).toBe('identity.password_too_common');
    expect((await reset(NEXT_PASSWORD)).status).toBe(204);
    expect((await me(token)).status).toBe(401);
    expect((await api.login({ email, password: NEXT_PASSWORD })).email).toBe(email);
    expect(await reset(NEXT_PASSWORD)).toMatchObject({ status: 422, body: { code: 'identity.code_invalid' } });
  });
});

describe('an e-mail address', () => {
  it('is verified with the code sent to it', async () => {
    const { email, token } = await api.register();
    const body = { token: await codeSentTo(email, 'Confirm your e-mail address') };
    expect(await api.call('POST', '/auth/verify-email', { body })).toMatchObject({ body: { emailVerified: true } });
    expect((await me(token)).body.emailVerified).toBe(true);
    expect(await api.call('POST', '/auth/verify-email', { body })).toMatchObject({ status: 422 });
  });
});

it('a phone gets a code as a text message, in two parts at most', async () => {
  const phone = '+819011112222';
  const call = (path: string, body: object) =>
    api.call('POST', path, { body: { phone, ...body }, headers: { 'accept-language': 'ru' } });
  expect((await call('/auth/phone/start', {})).status).toBe(202);
  let text = '';
  await until(async () => {
    const [sent] = await api.app.get(Outbox).newest(1, phone);
    text = sent?.text ?? '';
    return sent?.kind === 'phone_code' && sent.locale === 'ru' && (sent.segments ?? 9) <= 2;
  });
  const [, code = ''] = /\n\n@localhost #(\d{6})$/.exec(text) ?? [];
  expect(text).toContain(`Yoyaku: ваш код ${code}.`);
  expect(await call('/auth/phone/verify', { code })).toMatchObject({ status: 200, body: { user: { locale: 'ru' } } });
});

describe('users', () => {
  it('change their own profile, on condition if they like', async () => {
    const { token } = await api.register('Ann');
    const change = (name: string, etag: string) =>
      api.call('PATCH', '/users/me', { token, body: { name }, headers: { 'if-match': etag } });
    expect(await change('Anna', '"0"')).toMatchObject({
      status: 200,
      headers: { etag: expect.stringMatching(/^"1-/) },
      body: { name: 'Anna' },
    });
    expect(await change('Anne', '"0"')).toMatchObject({ status: 412, body: { code: 'concurrency.conflict' } });
    expect(await change('Anne', 'latest')).toMatchObject({ status: 400, body: { code: 'request.invalid_if_match' } });
  });

  it('are listed for admins, who see what they wait for', async () => {
    const admin = await api.admin();
    const { token, email } = await api.register('Listed');
    const changed = await api.call('PATCH', '/users/me', { token, body: { name: 'Listed anew' } });
    const list = await api.call('GET', `/users?email=${encodeURIComponent(email)}`, {
      token: admin.token,
      headers: { 'x-min-position': changed.headers['x-event-position'] as string, prefer: 'wait=10' },
    });
    expect(list).toMatchObject({ status: 200, body: { items: [{ name: 'Listed anew', email }], nextCursor: null } });
    expect((await api.call('GET', '/users', { token })).status).toBe(403);
  });

  it('are listed page by page', async () => {
    const { token } = await api.admin();
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.call('GET', `/users?limit=3${cursor}`, { token });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor && `&cursor=${body.nextCursor}`;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(3);
  });
});

it('shows admins how the read models are', async () => {
  const { token } = await api.admin();
  const { body } = await api.call('GET', '/admin/projections', { token });
  expect(body.items).toContainEqual(expect.objectContaining({ name: 'users', state: 'live' }));
  expect((await api.call('GET', '/admin/projections/users', { token })).body.partitions).not.toHaveLength(0);
  expect((await api.call('GET', '/admin/projections/nothing', { token })).status).toBe(404);
});

describe('an installation', () => {
  let strict: ApiUnderTest;
  beforeAll(async () => {
    strict = await ApiUnderTest.start({ AUTH_OPEN_REGISTRATION: 'false', AUTH_REQUIRE_VERIFIED_EMAIL: 'true' });
  });
  afterAll(() => strict.stop());

  it('may leave registering to admins, and booking to people with a verified address', async () => {
    const body = { name: 'Ann', email: 'ann@example.com', password: PASSWORD };
    const alone = await strict.call('POST', '/auth/register', { body });
    expect(alone).toMatchObject({ status: 403, body: { code: 'identity.registration_closed' } });

    const { token } = await strict.admin();
    const registered = await strict.call('POST', '/auth/register', { body, token });
    expect(registered.status).toBe(201);
    const ann = registered.body.accessToken;
    expect((await strict.call('GET', '/auth/me', { token: ann })).status).toBe(200);
    const book = (token: string) => strict.call('POST', '/bookings', { token, body: {} });
    expect(await book(ann)).toMatchObject({ status: 403, body: { code: 'identity.email_not_verified' } });
    expect((await book(token)).status).toBe(400);
  });
});
