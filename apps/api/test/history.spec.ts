import { createHash, createPublicKey, verify } from 'node:crypto';
import { aggregates } from '@yoyaku/composition';
import { EventStoreDb, EventStoreUnavailable } from '@yoyaku/eventing';
import { newUuid, now } from '@yoyaku/kernel';
import { Auditor } from '@yoyaku/platform';
import { ApiUnderTest, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let admin: SignedInUser;
let ann: SignedInUser;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await api.admin();
  ann = await api.register('Ann');
});
afterAll(() => api.stop());

const asAdmin = (path: string, headers: Record<string, string> = {}) =>
  api.call('GET', path, { token: admin.token, headers });
const rename = (name: string) => api.call('PATCH', '/users/me', { token: ann.token, body: { name } });
const replay = async (query = '') => {
  const { status, headers, text } = await asAdmin(`/audit/events${query}`);
  expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/x-ndjson' });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

describe('GET /audit/events', () => {
  it('replays what is stored, personal data sealed, each event behind the one before', async () => {
    await rename('Anna');
    const events = await replay('?category=user');
    const [registered, renamed] = events.filter(({ stream }) => stream === `user-${ann.id}`);
    expect(registered).toMatchObject({ type: 'UserRegistered', revision: 0, prevHash: null, tenantId: 'platform' });
    expect(renamed.prevHash).toBe(registered.hash);
    expect(JSON.stringify(events)).not.toContain('Anna');
    const positions = events.map(({ position }) => BigInt(position.commit));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('goes on from a position, and filters', async () => {
    const all = await replay();
    expect(await replay(`?from=${all[0].position.commit}`)).toEqual(all.slice(1));
    const byAnn = await replay(`?actorId=${ann.id}`);
    expect(byAnn).toEqual(all.filter(({ actor }) => actor.id === ann.id));
    expect(await replay(`?since=${now()}`)).toEqual([]);
    expect(await replay('?type=UserRegistered')).toEqual(all.filter(({ type }) => type === 'UserRegistered'));
  });

  it('takes every category and every type of event that there is', async () => {
    for (const { category, events } of aggregates) {
      const own = await replay(`?category=${category}`);
      expect(own.filter(({ stream }) => !stream.startsWith(`${category}-`))).toEqual([]);
      for (const type of Object.keys(events)) await replay(`?type=${type}&category=${category}`);
    }
  });

  it('opens personal data for who may, and records who was shown what', async () => {
    const disclosed = () => replay('?type=HistoryDisclosed');
    expect(await disclosed()).toEqual([]);
    const registered = await replay('?type=UserRegistered&decrypt=true');
    expect(registered.find(({ data }) => data.userId === ann.id).data.email).toBe(ann.email);
    const [event, ...others] = await disclosed();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      stream: expect.stringMatching(/^disclosure-/),
      tenantId: 'platform',
      actor: { role: 'admin' },
      data: { disclosureId: expect.any(String), type: 'UserRegistered' },
    });
    const seen = { 'x-min-position': event.position.commit, prefer: 'wait=10' };
    const { body } = await asAdmin(`/audit/${event.id}`, seen);
    expect(body).toMatchObject({ action: 'HistoryDisclosed', actorId: admin.id });
  });

  it('opens nothing that could not be recorded', async () => {
    const refusing = jest
      .spyOn(api.app.get(EventStoreDb), 'append')
      .mockRejectedValue(new EventStoreUnavailable(new Error('away')));
    expect(await asAdmin('/audit/events?decrypt=true')).toMatchObject({ status: 503 });
    refusing.mockRestore();
  });

  it('is for auditors, and answers nonsense with what is wrong', async () => {
    expect(await api.call('GET', '/audit/events', { token: ann.token })).toMatchObject({ status: 403 });
    for (const query of [
      'from=x',
      'from=-1',
      `from=${'9'.repeat(30)}`,
      'since=yesterday',
      'follow=maybe',
      'color=red',
    ]) {
      expect(await asAdmin(`/audit/events?${query}`)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    }
  });
});

describe('GET /audit/entity/:entity/:entityId/state', () => {
  it('shows a thing as it was', async () => {
    const speak = (locale: string) => api.call('PATCH', '/users/me', { token: ann.token, body: { locale } });
    await speak('ja');
    const then = now();
    while (now() === then);
    await speak('ru');
    const path = `/audit/entity/user/${ann.id}/state`;
    expect(await asAdmin(`${path}?at=${then}`)).toMatchObject({ status: 200, body: { state: { locale: 'ja' } } });
    expect(await asAdmin(`${path}?at=${now()}`)).toMatchObject({
      status: 200,
      body: { state: { locale: 'ru', name: null } },
    });
  });

  it('knows what was not there, and what is nobody’s business', async () => {
    const at = '1999-01-01T00:00:00Z';
    expect(await asAdmin(`/audit/entity/user/${ann.id}/state?at=${at}`)).toMatchObject({
      status: 404,
      body: { code: 'entity.not_there_yet' },
    });
    expect(await asAdmin(`/audit/entity/user/${newUuid()}/state?at=${at}`)).toMatchObject({ status: 404 });
    expect(await asAdmin(`/audit/entity/dragon/${ann.id}/state?at=${at}`)).toMatchObject({ status: 404 });
    expect(await asAdmin(`/audit/entity/user/${ann.id}/state`)).toMatchObject({ status: 400 });
    const own = await api.call('GET', `/audit/entity/user/${admin.id}/state?at=${now()}`, { token: ann.token });
    expect(own).toMatchObject({ status: 404 });
  });
});

describe('GET /audit/verify and /audit/proofs/:eventId', () => {
  it('finds history whole', async () => {
    const { status, body } = await asAdmin('/audit/verify');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, brokenAt: null, events: (await replay()).length });
  });

  it('proves an event to who has nothing but the answer', async () => {
    const { headers } = await rename('Proven');
    const [event] = (await replay(`?actorId=${ann.id}`)).slice(-1);
    const path = `/audit/proofs/${event.id}`;
    const waiting = { 'x-min-position': String(headers['x-event-position']) };
    expect(await asAdmin(path, waiting)).toMatchObject({ status: 422, body: { code: 'audit.not_yet_signed' } });

    await api.app.get(Auditor, { strict: false }).takeCheckpoint(now());
    const { status, body } = await asAdmin(path);
    expect(status).toBe(200);
    expect(body.event).toEqual(event);
    expect(body.hashes).toContain(event.hash);
    const hash = body.hashes.reduce(
      (mark: string, each: string) => createHash('sha256').update(mark).update(each).digest('hex'),
      body.from.hash,
    );
    const { position, events, takenAt, signature } = body.checkpoint;
    expect(hash).toBe(body.checkpoint.hash);
    const signed = Buffer.from(['yoyaku-checkpoint-v1', position, events, hash, takenAt].join('\n'));
    expect(verify(null, signed, createPublicKey(body.publicKey), Buffer.from(signature, 'base64'))).toBe(true);
    expect(await asAdmin('/audit/verify?from=checkpoint')).toMatchObject({ body: { ok: true, checkpoints: 1 } });
    expect(await asAdmin(`/audit/proofs/${newUuid()}`)).toMatchObject({ status: 404 });
  });
});
