import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projections } from '@yoyaku/composition';
import { EventCodec, EventStoreDb, SUBJECT_KEYS, type SubjectKeys, subjectOf } from '@yoyaku/eventing';
import { newUuid, now } from '@yoyaku/kernel';
import { Auditor } from '@yoyaku/platform';
import { Consistency } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { type EventNode, startEventNode } from '../../event-node/src/event-node';
import { type Claim, Idempotency } from '../src/http/conventions/commands/idempotency';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, callOn, type Method, type Reply } from './api-under-test';

/** What only she is or wrote, or was written of her. */
const PROFILE = {
  name: 'Murasaki Shikibu',
  email: 'murasaki@heian.example',
  phone: '+81 75-211-1211',
  birthday: '1978-09-13',
};
const WRITTEN = {
  note: 'Allergic to chrysanthemum',
  gone: 'Prefers the eastern pavilion',
  booking: 'Brings her own brushes',
  changed: 'Arrives by ox-drawn carriage',
  reason: 'Poetry contest at court',
  block: 'Read her diary aloud',
  tag: 'Composes by moonlight',
  untagged: 'Pale from lack of sleep',
};
const PERSONAL = [...Object.values(PROFILE), ...Object.values(WRITTEN)];

/** All that the processes ever logged. */
const log: string[] = [];
let api: ApiUnderTest;
let eventNode: EventNode;
let eventData: string;
let pool: Pool;
let admin: Person;
let salon: ABusiness;
let rival: ABusiness;

beforeAll(async () => {
  eventData = await mkdtemp(join(tmpdir(), 'yoyaku-erasure-'));
  eventNode = await startEventNode({ port: 0, dataDir: eventData });
  const logger = pino({ level: 'trace' }, { write: (line) => log.push(line) });
  api = await ApiUnderTest.start({ ESDB_URL: eventNode.url }, 2, logger);
  pool = api.app.get(Pool);
  admin = await somebody(api, 'admin');
  [salon, rival] = await Promise.all([aBusiness(api, admin), aBusiness(api, admin)]);
});
afterAll(async () => {
  await api.stop();
  await eventNode.close();
  await rm(eventData, { recursive: true });
});

type Options = { readonly user?: Person; readonly process?: 0 | 1; readonly headers?: Record<string, string> };

async function call(method: Method, path: string, body?: object, options: Options = {}): Promise<Reply> {
  const { user = salon.people.owner, process = 0, headers = {} } = options;
  const app = api.apps[process] ?? api.app;
  return callOn(app, method, path, { token: user.token, headers, ...(method !== 'GET' && { body: body ?? {} }) });
}

/** The call, with a key, so that its answer is kept. */
const ask = async (method: Method, path: string, body?: object, options: Options = {}): Promise<Reply> => {
  const reply = await call(method, path, body, { ...options, headers: { 'idempotency-key': newUuid() } });
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  return reply;
};

/** Where PostgreSQL has something personal in clear: rows of any table, whatever the columns. */
async function foundInPostgres(): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const sql = `select t::text as row from ${name} t where exists (
      select from unnest($1::text[]) word
      where strpos(lower(t::text), lower(word)) > 0 or strpos(t::text, encode(word::bytea, 'hex')) > 0)`;
    const { rows } = await pool.query<{ row: string }>(sql, [PERSONAL]);
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}

/** Which of the words stand in files of that folder. */
async function foundInFiles(folder: string, words: readonly string[] = PERSONAL): Promise<string[]> {
  const found = new Set<string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const word of words) if (bytes.includes(word)) found.add(word);
  }
  return [...found];
}

/** Events that say something personal, as they are stored, or as a process opens them. */
async function foundInEvents(process?: 0 | 1): Promise<string[]> {
  const app = api.apps[process ?? 0] ?? api.app;
  const stored = await Array.fromAsync(app.get(EventStoreDb).readAll());
  const events = process === undefined ? stored : await app.get(EventCodec).openAll(stored);
  const text = (event: object) => JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? null : value));
  return events.map(text).filter((each) => PERSONAL.some((word) => each.includes(word)));
}

const levelWith = (reply: Reply): Promise<boolean> =>
  api.app.get(Consistency).waitFor(
    projections.map(({ name }) => name),
    BigInt(reply.headers['x-event-position'] as string),
    { timeoutMs: 60_000 },
  );

const foundInLog = (): string[] => log.filter((line) => PERSONAL.some((word) => line.includes(word)));

/** A customer of whom everything is known that can be, who is a user. */
async function somebodyKnown(): Promise<{ id: string; user: Person; bookings: string[]; notes: string[] }> {
  const { business, service } = salon.things;
  const user = await somebody(api);
  const { id } = (
    await ask('POST', '/customers', { businessId: business, ...PROFILE, tags: [WRITTEN.tag, WRITTEN.untagged] })
  ).body;
  await ask('POST', `/customers/${id}/link-user`, { userId: user.id });
  await ask('POST', `/customers/${id}/link-user`, { userId: user.id }, { user });
  const note = async (text: string) =>
    (await ask('POST', '/customers/notes', { customerId: id, kind: 'allergy', text })).body.id;
  const notes = [await note(WRITTEN.note), await note(WRITTEN.gone)];
  await ask('DELETE', `/customers/notes/${notes[1]}`);
  const book = async (booked: object, options: Options = {}) => {
    const wish = { businessId: business, serviceId: service, start: nextStart(), ...booked };
    return (await ask('POST', '/bookings', wish, options)).body.id;
  };
  const bookings = [
    await book({ customerId: id, note: WRITTEN.booking }),
    await book({ note: WRITTEN.booking }, { user }),
  ];
  await ask('PATCH', `/bookings/${bookings[0]}`, { note: WRITTEN.changed });
  await ask('DELETE', `/bookings/${bookings[1]}/cancel`, { reason: WRITTEN.reason }, { user });
  await ask('PUT', `/customers/${id}`, { status: 'blocked', blockReason: WRITTEN.block });
  await levelWith(await ask('PUT', `/customers/${id}`, { status: 'customer', tags: [WRITTEN.tag] }));
  return { id, user, bookings, notes };
}

let hours = 0;
const nextStart = (): string => {
  hours += 1;
  return new Date(Date.parse(salon.start) + hours * 3_600_000).toISOString();
};

describe('a customer', () => {
  it('is told all that is held about them', async () => {
    const { id, user, bookings, notes } = await somebodyKnown();
    for (const who of [salon.people.owner, user]) {
      const { status, body, text } = await call('GET', `/customers/${id}/export`, undefined, { user: who });
      expect(status).toBe(200);
      expect(body.customer).toMatchObject({ id, ...PROFILE, tags: [WRITTEN.tag] });
      expect(body.notes).toMatchObject([{ text: WRITTEN.note }, { text: WRITTEN.gone }]);
      expect(body.bookings).toMatchObject([{ note: WRITTEN.changed }, { note: WRITTEN.booking, status: 'cancelled' }]);
      const things = new Set(body.events.map(({ entityId }: { entityId: string }) => entityId));
      expect(things).toEqual(new Set([id, ...notes, ...bookings]));
      for (const word of PERSONAL) expect(text).toContain(word);
      const addresses = body.events.filter(({ actor }: { actor: { ip: string | null } }) => actor.ip !== null);
      expect(addresses.every(({ actor }: { actor: { id: string } }) => actor.id === user.id)).toBe(true);
      expect(addresses).toHaveLength(3);
    }
  });

  it('is forgotten: what was personal is nowhere, in no process, and history is still whole', async () => {
    await Promise.all((await everybodyKnown()).map((each) => ask('POST', `/customers/${each}/erase`)));
    const { id, bookings, notes } = await somebodyKnown();
    const { owner } = salon.people;
    for (const process of [0, 1] as const) {
      await call('PATCH', `/bookings/${bookings[0]}`, {}, { process });
      await call('GET', `/customers/notes/${notes[0]}`, undefined, { process });
    }
    expect((await foundInPostgres()).map((row) => row.split(':', 1)[0])).toContain('app.idempotency');
    expect(await foundInEvents(1)).not.toEqual([]);
    await api.app.get(Auditor).takeCheckpoint(now());

    const erased = await ask('POST', `/customers/${id}/erase`);
    expect(erased.body).toMatchObject({ id, businessId: salon.things.business, status: 'erased' });
    await levelWith(erased);
    expect(await foundInPostgres()).toEqual([]);
    expect(log).not.toEqual([]);
    expect(foundInLog()).toEqual([]);
    expect(await foundInEvents()).toEqual([]);
    expect(await foundInFiles(eventData)).toEqual([]);
    expect(await foundInFiles(eventData, [id, 'BookingRequested'])).toEqual([id, 'BookingRequested']);
    expect(await foundInFiles(api.config.dataDir)).toEqual([]);
    expect(await foundInEvents(0)).toEqual([]);
    await until(async () => (await foundInEvents(1)).length === 0);
    for (const process of [0, 1] as const) {
      const same = { process };
      expect((await call('PATCH', `/bookings/${bookings[0]}`, {}, same)).body).toMatchObject({ note: null });
      const entity = `/audit/entity/customer/${id}`;
      const replies = [
        await call('GET', `/bookings/${bookings[0]}`, undefined, same),
        await call('GET', `/bookings/${bookings[0]}/history`, undefined, same),
        await call('GET', `/bookings?businessId=${salon.things.business}`, undefined, same),
        await call('GET', `/customers/${id}`, undefined, same),
        await call('GET', `/customers?businessId=${salon.things.business}&status=erased`, undefined, same),
        await call('GET', entity, undefined, same),
        await call('GET', `/audit?businessId=${salon.things.business}&limit=200`, undefined, same),
        await call('GET', `/audit/entity/booking/${bookings[1]}`, undefined, same),
        await call('GET', `${entity}/state?at=${now()}`, undefined, { ...same, user: admin }),
        await call('GET', '/audit/events?decrypt=true', undefined, { ...same, user: admin }),
      ];
      for (const { status, text } of replies) {
        expect(status).toBe(200);
        expect(PERSONAL.filter((word) => text.includes(word))).toEqual([]);
      }
    }
    const listed = await call('GET', `/customers?businessId=${salon.things.business}`);
    expect(listed.body.items.map((customer: { id: string }) => customer.id)).not.toContain(id);
    const { body } = await call('GET', '/audit/verify', undefined, { user: admin });
    expect(body).toMatchObject({ ok: true, checkpoints: 1 });

    const again = await call('POST', `/customers/${id}/erase`, undefined, { user: owner, process: 1 });
    expect([again.status, again.text, again.headers.etag]).toEqual([erased.status, erased.text, erased.headers.etag]);
  });

  it('once forgotten is changed no more', async () => {
    const { id, bookings, notes } = await somebodyKnown();
    await ask('POST', `/customers/${id}/erase`);
    const { business, service } = salon.things;
    const note = { customerId: id, kind: 'general', text: 'Again' };
    const refused: [Method, string, object, number, string][] = [
      ['PUT', `/customers/${id}`, { name: 'Again' }, 409, 'customer.erased'],
      ['DELETE', `/customers/${id}`, {}, 409, 'customer.erased'],
      ['POST', `/customers/${id}/link-user`, { userId: salon.people.staff.id }, 409, 'customer.erased'],
      ['GET', `/customers/${id}/export`, {}, 409, 'customer.erased'],
      ['POST', '/customers/notes', note, 409, 'customer.erased'],
      ['PUT', `/customers/notes/${notes[0]}`, { text: 'Again' }, 409, 'customer.erased'],
      ['PATCH', `/bookings/${bookings[0]}`, { note: 'Again' }, 409, 'person.erased'],
      [
        'POST',
        '/bookings',
        { businessId: business, serviceId: service, start: nextStart(), customerId: id },
        404,
        'customer.not_found',
      ],
    ];
    for (const [method, path, body, status, code] of refused) {
      const reply = await call(method, path, body);
      expect([method, path, reply.status, reply.body.code]).toEqual([method, path, status, code]);
    }
    expect((await call('DELETE', `/bookings/${bookings[0]}/cancel`)).status).toBe(200);
  });

  it('once forgotten is not made again by who repeats, with its key, what made them', async () => {
    const headers = { 'idempotency-key': newUuid() };
    const add = () => call('POST', '/customers', { businessId: salon.things.business, ...PROFILE }, { headers });
    const { id } = (await add()).body;
    await ask('POST', `/customers/${id}/erase`);
    expect(await add()).toMatchObject({ status: 409, body: { code: 'customer.erased' } });
  });

  it('takes the answers along that name them, not that the commands were carried out', async () => {
    const idempotency = api.app.get(Idempotency);
    const [claimId, customerId, hash] = [newUuid(), newUuid(), '00'.repeat(32)];
    const hashes = { canonical: hash, asSent: hash, older: hash };
    const claim = async () => (await idempotency.claim(claimId, hashes)) as Claim;
    const first = await claim();
    await idempotency.complete(first, { status: 200, headers: {}, body: JSON.stringify({ customerId }) });
    expect(await claim()).toMatchObject({ status: 200 });
    await api.app.get<SubjectKeys>(SUBJECT_KEYS).destroy(subjectOf('customer', customerId));
    const second = await claim();
    expect(second).toMatchObject({ command: first.command, repeated: true });
    await idempotency.release(second);
  });

  it('may ask for it, and come again as somebody new', async () => {
    const { id, user } = await somebodyKnown();
    const erased = await call('POST', `/customers/${id}/erase`, undefined, { user });
    expect(erased).toMatchObject({ status: 200, body: { status: 'erased' } });
    expect((await call('POST', `/customers/${id}/erase`, undefined, { user })).text).toBe(erased.text);
    const { business, service } = salon.things;
    const wish = () => ({ businessId: business, serviceId: service, start: nextStart() });
    const [first, second] = [
      await call('POST', '/bookings', wish(), { user }),
      await call('POST', '/bookings', wish(), { user, process: 1 }),
    ];
    expect(first).toMatchObject({ status: 201, body: { userId: user.id } });
    expect(first.body.customerId).not.toBe(id);
    expect(second.body.customerId).toBe(first.body.customerId);
  });

  it('that is no longer on the list is forgotten all the same', async () => {
    const { id } = (await ask('POST', '/customers', { businessId: salon.things.business, ...PROFILE })).body;
    await ask('DELETE', `/customers/${id}`);
    expect((await ask('POST', `/customers/${id}/erase`)).body.status).toBe('erased');
    expect((await api.app.get<SubjectKeys>(SUBJECT_KEYS).find([subjectOf('customer', id)])).size).toBe(0);
  });
});

describe('only the owner and the customer', () => {
  it.each(['manager', 'staff', 'assistant', 'sales_manager'] as const)('not a %s', async (role) => {
    const user = salon.people[role];
    const path = `/customers/${salon.things.customer}`;
    expect(await call('POST', `${path}/erase`, undefined, { user })).toMatchObject({ status: 403 });
    expect(await call('GET', `${path}/export`, undefined, { user })).toMatchObject({ status: 403 });
  });

  it('nor another business, or a stranger', async () => {
    const path = `/customers/${salon.things.customer}`;
    for (const user of [rival.people.owner, await somebody(api)]) {
      expect(await call('POST', `${path}/erase`, undefined, { user })).toMatchObject({ status: 404 });
      expect(await call('GET', `${path}/export`, undefined, { user })).toMatchObject({ status: 404 });
    }
    expect(await call('POST', `/customers/${newUuid()}/erase`)).toMatchObject({ status: 404 });
    expect(await call('GET', path)).toMatchObject({ status: 200, body: { name: 'Hanako' } });
  });
});

/** The customers by that name who are not erased. */
async function everybodyKnown(): Promise<string[]> {
  const { body } = await call('GET', `/customers?businessId=${salon.things.business}&q=murasaki`);
  return body.items.map(({ id }: { id: string }) => id);
}
