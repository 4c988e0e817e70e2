import { randomBytes } from 'node:crypto';
import { migrate } from '@yoyaku/composition';
import { PostgresSubjectKeys, subjectOf } from '@yoyaku/eventing';
import { newUuid, type Uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import { Outbox, OutboxTexts } from './outbox';
import { SendingTurns } from './turns';

let servers: TestServers;
let pool: ReturnType<typeof createPool>;
let outbox: Outbox;

beforeAll(async () => {
  servers = await startServers();
  await migrate(servers.databaseUrl);
  pool = createPool(servers.databaseUrl);
  outbox = new Outbox(pool);
});
afterAll(async () => {
  await pool.end();
  await servers.stop();
});

const [customer, resource] = [subjectOf('customer', newUuid()), subjectOf('resource', newUuid())];
const text = (to: string, subjects: readonly string[]) => ({
  id: newUuid(),
  kind: 'booking_reminder',
  locale: 'ja',
  to,
  text: '予約',
  subjects,
});

describe('the outbox', () => {
  it('has a message once, though it is sent by two at once and again', async () => {
    const message = text('+819012345678', [customer]);
    const sender = new OutboxTexts(outbox);
    await Promise.all([sender.send(message), sender.send(message)]);
    await sender.send(message);
    expect(await outbox.newest(10, message.to)).toMatchObject([{ id: message.id, channel: 'sms', segments: 1 }]);
  });

  it('has a message once for each channel by which it goes', async () => {
    const { id, subjects, ...message } = text('+819011113333', []);
    await new OutboxTexts(outbox).send({ id, subjects, ...message });
    const mail = { subject: 's', html: '', headers: {}, attachments: [], segments: null } as const;
    await outbox.put({ id, ...message, ...mail, channel: 'email' }, subjects);
    expect((await outbox.newest(10, message.to)).map(({ channel }) => channel).sort()).toEqual(['email', 'sms']);
  });

  it('keeps a message for a week', async () => {
    const [old, recent] = [text('+813011112222', []), text('+813011112222', [])];
    for (const message of [old, recent]) await new OutboxTexts(outbox).send(message);
    const age = `update app.outbox set at = now() - $2::interval where id = $1`;
    await pool.query(age, [old.id, '7 days 1 minute']);
    await pool.query(age, [recent.id, '6 days 23 hours']);
    await outbox.prune();
    expect((await outbox.newest(10, old.to)).map(({ id }) => id)).toEqual([recent.id]);
    await pool.query('delete from app.outbox where id = $1', [recent.id]);
  });

  it('forgets what names somebody who is erased, whoever it was for', async () => {
    const messages = [text('+815011112222', [customer]), text('+815011112222', [newUuid(), resource])];
    for (const message of messages) await new OutboxTexts(outbox).send(message);
    const keys = new PostgresSubjectKeys(pool, randomBytes(32));
    await keys.destroy(resource);
    expect((await outbox.newest(10, '+815011112222')).map(({ id }) => id)).toEqual([messages[0]?.id]);
    await keys.destroy(customer);
    expect(await outbox.newest(10, '+815011112222')).toEqual([]);
  });
});

it('lets as many messages a minute go as a provider takes, whoever asks', async () => {
  const processes = [new SendingTurns(pool, 2), new SendingTurns(pool, 2)];
  const turns = await Promise.all(Array.from({ length: 10 }, (_, i) => processes[i % 2]?.next('email', null, 'none')));
  // By tens of them: who was told later waits for less long.
  const seconds = turns.map((turn) => 10 * Math.round((turn?.wait ?? 0) / 10_000)).sort((a, b) => a - b);
  // Everybody has a place of their own in the line, and need not ask again.
  expect(seconds).toEqual([0, 0, 30, 60, 90, 120, 150, 180, 210, 240]);
  expect(await processes[0]?.next('sms', null, 'none')).toEqual({ wait: 0, stood: 'both' });
});

it('has no business wait behind all that another has to send, and divides the rate among those that wait', async () => {
  const turns = new SendingTurns(pool, 30);
  const [many, few, third] = [newUuid(), newUuid(), newUuid()];
  const waits = async (businessId: Uuid, count: number) => {
    const found = await Promise.all(Array.from({ length: count }, () => turns.next('mail', businessId, 'none')));
    return found.map(({ wait, stood }) => ({ stood, seconds: Math.round(wait / 1_000) }));
  };
  const first = await waits(many, 300);
  expect(first.filter(({ stood }) => stood === 'both').length).toBeLessThan(60);
  expect(Math.max(...first.map(({ seconds }) => seconds))).toBeGreaterThan(480);
  const [one] = await waits(few, 1);
  expect(one).toMatchObject({ stood: 'both' });
  expect(one?.seconds).toBeLessThan(10);
  // Those that come next have half of the rate: alone, the 60th would wait for a minute.
  const next = await waits(third, 60);
  const last = Math.max(...next.filter(({ stood }) => stood === 'own').map(({ seconds }) => seconds));
  expect(last).toBeGreaterThan(60);
  // When its turn has come in its own line it stands in the common one, and then goes.
  const turn = await turns.next('mail', many, 'own');
  expect(turn.stood).toBe('both');
  expect(await turns.next('mail', many, 'both')).toEqual({ wait: 0, stood: 'both' });
});
