import { Writable } from 'node:stream';
import { createLogger } from '@yoyaku/composition';
import { causesOf, EventStoreDb, EventStoreUnavailable, type StoredEvent } from '@yoyaku/eventing';
import { Consistency } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { ApiUnderTest, PASSWORD, type SignedInUser } from './api-under-test';

type Line = Readonly<Record<string, unknown>>;

const lines: string[] = [];
const log = new Writable({
  write: (chunk, _, done) => {
    lines.push(String(chunk));
    done();
  },
});
const linesOf = (correlationId: string, msg: string): Line[] =>
  lines
    .map((line): Line => JSON.parse(line))
    .filter((line) => line.correlationId === correlationId && line.msg === msg);

let api: ApiUnderTest;
let owner: SignedInUser;
let businessId: string;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 1, createLogger({ app: 'spec' }, { logLevel: 'debug' }, {}, log));
  owner = await api.register('Hanako Mori');
  const founding = { name: 'Salon', slug: 'salon', timeZone: 'Asia/Tokyo', currency: 'JPY' };
  businessId = (await asOwner('POST', '/owner/businesses', 'found', founding)).body.id;
});
afterAll(() => api.stop());

const asOwner = (method: 'GET' | 'POST' | 'PUT', path: string, correlationId: string, body?: object) =>
  api.call(method, path, { token: owner.token, body, headers: { 'x-correlation-id': correlationId } });

/** The line that tells of a request's answer. */
async function answered(correlationId: string): Promise<Line> {
  await until(() => linesOf(correlationId, 'answered').length === 1);
  return linesOf(correlationId, 'answered')[0] as Line;
}

describe('the log', () => {
  it('names who asked and the business it was about, however the request named it', async () => {
    await asOwner('PUT', `/owner/businesses/${businessId}/settings`, 'by-path', { slotIntervalMinutes: 15 });
    await asOwner('POST', '/owner/resources', 'by-body', { businessId, kind: 'room', name: 'Blue' });
    await asOwner('GET', `/bookings?businessId=${businessId}`, 'by-query');
    for (const correlationId of ['by-path', 'by-body', 'by-query']) {
      expect(await answered(correlationId)).toMatchObject({ actor: owner.id, tenant: businessId });
    }
    await api.call('GET', '/bookings?businessId=salon', { headers: { 'x-correlation-id': 'nobody' } });
    expect(await answered('nobody')).toMatchObject({ status: 401, actor: null, tenant: null });
  });

  it('follows a request to what it appended', async () => {
    await answered('found');
    const stream = `business-${businessId}`;
    const [event] = await Array.fromAsync(api.app.get(EventStoreDb).readStream(stream, { limit: 1 }));
    const { metadata } = event as StoredEvent;
    const { correlationId, causationId } = causesOf(metadata);
    const { commandId } = metadata;
    expect(correlationId).toBe('found');
    expect(linesOf('found', 'appended').filter((line) => line.stream === stream)).toMatchObject([
      {
        revision: 0,
        events: [event?.type],
        tenant: businessId,
        actor: owner.id,
        commandId,
        causationId,
        level: 20,
      },
    ]);
  });

  it('tells of what is refused by its code, with no stack: that is no failure', async () => {
    const position = String(await api.app.get(EventStoreDb).head());
    const waiting = api.app.get(Consistency);
    const waitFor = jest.spyOn(waiting, 'waitFor').mockResolvedValue(false);
    const correlationId = 'behind';
    const headers = { 'x-correlation-id': correlationId, 'x-min-position': position };
    const path = `/customers?businessId=${businessId}`;
    expect(await api.call('GET', path, { token: owner.token, headers })).toMatchObject({ status: 503 });
    waitFor.mockRestore();
    await answered(correlationId);
    const refused = { level: 30, status: 503, code: 'projection.behind', actor: owner.id, tenant: businessId };
    const told = linesOf(correlationId, 'request refused');
    expect(told).toMatchObject([refused]);
    expect(told[0]).not.toHaveProperty('err');
    expect(linesOf(correlationId, 'request failed')).toEqual([]);
  });

  it('names every command, also one that appends nothing', async () => {
    const { token, email, refreshToken } = await api.register('Mio Sato');
    const commandsOf = async (path: string, body: object): Promise<unknown[]> => {
      const { headers } = await api.call('POST', path, { token, body });
      const id = String(headers['x-correlation-id']);
      await until(() => linesOf(id, 'answered').length > 0 && linesOf(id, 'command').length > 0);
      return linesOf(id, 'command').map(({ command, outcome }) => `${command} ${outcome}`);
    };
    expect(await commandsOf('/auth/login', { email, password: PASSWORD })).toEqual(['StartSession ok', 'LogIn ok']);
    expect(await commandsOf('/auth/refresh', { refreshToken })).toEqual(['RefreshTokens ok']);
    expect(await commandsOf('/auth/forgot-password', { email })).toEqual([
      'notification.RequestNotification ok',
      'RequestPasswordReset ok',
    ]);
    const password = 'quite another one';
    expect(await commandsOf('/auth/reset-password', { token: 'none', password })).toEqual(['ResetPassword refused']);
    const change = { currentPassword: 'none', newPassword: password };
    expect(await commandsOf('/auth/change-password', change)).toEqual(['ChangePassword refused']);
    expect(await commandsOf('/auth/logout', {})).toEqual(['EndSession ok']);
  });

  it('tells once why requests fail, however many do, and of each that it did', async () => {
    const append = jest
      .spyOn(api.app.get(EventStoreDb), 'append')
      .mockImplementation(async (stream) => Promise.reject(new EventStoreUnavailable(new Error(`${stream} is lost`))));
    const untilAnswers = jest.spyOn(api.app.get(EventStoreDb), 'untilAnswers').mockResolvedValue();
    const ids = Array.from({ length: 5 }, (_, i) => `away-${i}`);
    const path = `/owner/businesses/${businessId}/settings`;
    const replies = await Promise.all(ids.map((id) => asOwner('PUT', path, id, { slotIntervalMinutes: 30 })));
    append.mockRestore();
    untilAnswers.mockRestore();
    expect(replies.map(({ status }) => status)).toEqual(ids.map(() => 503));
    const failed = { level: 30, status: 503, code: 'event_store.unavailable', actor: owner.id };
    for (const id of ids) expect(linesOf(id, 'request failed')).toMatchObject([failed]);
    const causes = ids.flatMap((id) => linesOf(id, 'requests fail'));
    expect(causes).toMatchObject([
      { level: 50, code: 'event_store.unavailable', err: { message: expect.stringContaining('does not answer') } },
    ]);
  });

  it('tells nothing of persons', () => {
    const all = lines.join('');
    for (const secret of ['Hanako', owner.email, PASSWORD, owner.token, owner.refreshToken, '127.0.0.1']) {
      expect(all).not.toContain(secret);
    }
  });
});
