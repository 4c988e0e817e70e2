import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { migrate } from '@yoyaku/composition';
import { systemContext } from '@yoyaku/eventing';
import { instant, newUuid } from '@yoyaku/kernel';
import { putOthers, startServers, type TestServers } from '@yoyaku/testing';
import { User } from '../../../libs/identity/src/domain/user.decider';
import { startEventNode } from '../../event-node/src/event-node';
import { Environment } from '../src/environment';
import { answerOf, yoyaku } from './yoyaku';

let servers: TestServers;
let environment: Environment;
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  await migrate(servers.databaseUrl);
  Object.assign(process.env, servers.environment);
  environment = new Environment();
});
afterAll(async () => {
  process.env = env;
  await environment.close();
  await servers.stop();
});

/** What the command says, and the code that the process would exit with. */
async function run(...args: string[]): Promise<{ said: string; exitCode: number }> {
  const { stdout, exitCode } = await yoyaku(environment, 'audit', ...args);
  return { said: stdout.trimEnd(), exitCode };
}

const register = async ({ aggregateStore } = environment): Promise<string> => {
  const userId = newUuid();
  const data = { userId, name: 'Ann', email: `${userId}@example.com`, locale: 'en', role: 'user' } as const;
  await aggregateStore().execute(User, userId, { type: 'RegisterUser', data }, systemContext('spec'), 'assumeEmpty');
  return userId;
};

/** As whoever has the store's own tools, does that to it. */
async function byHand(
  act: (client: EventStoreDBClient) => Promise<unknown>,
  url = servers.eventStoreUrl,
): Promise<void> {
  const client = EventStoreDBClient.connectionString(url);
  await act(client).finally(() => client.dispose());
}

describe('yoyaku audit', () => {
  it('signs history, and finds it whole, from the start or from the last checkpoint', async () => {
    await register();
    expect(await run('checkpoint')).toEqual({ said: expect.stringMatching(/^Signed: 1 events/), exitCode: 0 });
    expect(await run('checkpoint')).toEqual({ said: 'Nothing came since the last checkpoint.', exitCode: 0 });
    await register();
    const whole = { said: expect.stringMatching(/^Whole: 2 events .* through 1 checkpoints; /), exitCode: 0 };
    expect(await run('verify')).toEqual(whole);
    const { stderr } = await yoyaku(environment, 'audit', 'verify');
    expect(stderr).toMatch(/^\[#{30}\] 100 % 2 of 2 events, [\d,]+\/s, 0 s left$/m);
    expect(await run('verify', '--from-last-checkpoint')).toEqual(whole);
  });

  it('is not disturbed by events of others, and lists their streams', async () => {
    await putOthers(servers.eventStoreUrl, 100, 'user');
    await register();
    await putOthers(servers.eventStoreUrl, 100, 'user');
    expect(await run('verify')).toEqual({ said: expect.stringMatching(/^Whole: 3 events /), exitCode: 0 });
    const foreign = await answerOf<object[]>(environment, 'streams', 'foreign');
    const three = { events: 3, first: expect.stringMatching(/^\d+$/), last: expect.stringMatching(/^\d+$/) };
    expect(foreign).toContainEqual({ stream: expect.stringMatching(/^orders-/), ...three });
    expect(foreign).toContainEqual({ stream: expect.stringMatching(/^user-/), ...three });
    expect(foreign.filter((one) => 'stream' in one && one.stream === 'links')).toHaveLength(1);
  });

  it.each<[string, (stream: string) => (client: EventStoreDBClient) => Promise<unknown>, number]>([
    ['truncated', (stream) => (client) => client.setStreamMetadata(stream, { truncateBefore: 1 }), 0],
    ['deleted', (stream) => (client) => client.deleteStream(stream), 0],
  ])('names a stream of ours that somebody %s, until it is mended', async (_, harm, revision) => {
    const stream = `user-${await register()}`;
    const inStore = servers.inStore(stream);
    await byHand(harm(inStore));
    expect(await run('verify')).toEqual({ said: `Broken: ${stream} at revision ${revision}.`, exitCode: 1 });
    // The first one after a deletion brings the stream back, without what it held.
    for (let i = 0; i < 2; i++) await byHand((client) => client.setStreamMetadata(inStore, {}));
    expect(await run('verify')).toEqual({ said: expect.stringMatching(/^Whole/), exitCode: 0 });
  });

  it.each<[string, (stream: string) => (client: EventStoreDBClient) => Promise<unknown>, number]>([
    [
      'an event that somebody put into a stream of ours',
      (stream) => (client) => client.appendToStream(stream, jsonEvent({ type: 'Test', data: {} })),
      1,
    ],
    ['a stream of ours that somebody deleted for good', (stream) => (client) => client.tombstoneStream(stream), 0],
    [
      'an event that says it is ours and is not',
      (stream) => (client) =>
        client.appendToStream(
          stream,
          jsonEvent({ type: 'UserRegistered', data: {}, metadata: { tenantId: 'platform' } }),
        ),
      1,
    ],
  ])('names %s', async (_, harm, revision) => {
    const node = await startEventNode({ inMemory: true, port: 0 });
    const here = { ...process.env };
    let elsewhere: Environment;
    try {
      Object.assign(process.env, { ESDB_URL: node.url, ESDB_PREFIX: '' });
      elsewhere = new Environment();
    } finally {
      process.env = here;
    }
    await elsewhere.pool().query('delete from app.audit_checkpoints');
    const stream = `user-${await register(elsewhere)}`;
    await byHand(harm(stream), node.url);
    expect(await elsewhere.auditor().verify()).toMatchObject({ ok: false, brokenAt: { stream, revision } });
    await elsewhere.close();
    await node.close();
  });

  it('names where history is broken, and exits with 1', async () => {
    const [event] = await Array.fromAsync(environment.eventStore().readAll());
    if (!event) throw new Error('There is no event');
    const forged = {
      ...event,
      id: newUuid(),
      metadata: { ...event.metadata, occurredAt: instant('1999-01-01T00:00:00Z') },
    };
    await environment.eventStore().append('user-forged', 'no_stream', [forged]);
    expect(await run('verify')).toEqual({ said: 'Broken: user-forged at revision 0.', exitCode: 1 });
    expect(await yoyaku(environment, 'audit', 'checkpoint')).toEqual({
      stdout: '',
      stderr: 'yoyaku: History is broken: user-forged at revision 0 (history.damaged)\n',
      exitCode: 1,
    });
  });
});
