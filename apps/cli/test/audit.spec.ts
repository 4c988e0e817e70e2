import { systemContext } from '@yoyaku/eventing';
import { User } from '@yoyaku/identity';
import { newUuid } from '@yoyaku/kernel';
import { migrate } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import { auditCommand } from '../src/audit.command';
import { Environment } from '../src/environment';

let servers: TestServers;
let environment: Environment;
let said: string[];
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  await migrate(servers.databaseUrl);
  Object.assign(process.env, { DATABASE_URL: servers.databaseUrl, ESDB_URL: servers.eventStoreUrl });
  environment = new Environment();
  said = [];
  jest.spyOn(console, 'log').mockImplementation((line) => said.push(line));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(async () => {
  jest.restoreAllMocks();
  process.env = env;
  await environment.close();
  await servers.stop();
});

/** What the command says, and the code that the process would exit with. */
async function run(...args: string[]): Promise<{ said: string | undefined; exitCode: typeof process.exitCode }> {
  process.exitCode = 0;
  await auditCommand(environment).parseAsync(args, { from: 'user' });
  const { exitCode } = process;
  process.exitCode = 0;
  return { said: said.at(-1), exitCode };
}

const register = async (): Promise<string> => {
  const userId = newUuid();
  const data = { userId, name: 'Ann', email: `${userId}@example.com`, locale: 'en', role: 'user' } as const;
  await environment.aggregateStore().create(User, userId, { type: 'RegisterUser', data }, systemContext('spec'));
  return userId;
};

describe('yoyaku audit', () => {
  it('signs history, and finds it whole, from the start or from the last checkpoint', async () => {
    await register();
    expect(await run('checkpoint')).toEqual({ said: expect.stringMatching(/^Signed: 1 events/), exitCode: 0 });
    expect(await run('checkpoint')).toEqual({ said: 'Nothing came since the last checkpoint.', exitCode: 0 });
    await register();
    const whole = { said: expect.stringMatching(/^Whole: 2 events .* through 1 checkpoints; /), exitCode: 0 };
    expect(await run('verify')).toEqual(whole);
    const shown = jest.mocked(process.stderr.write).mock.calls.map(([text]) => text);
    expect(shown.at(-1)).toMatch(/^\[#{30}\] 100 % 2 of 2 events, [\d,]+\/s, 0 s left\n$/);
    expect(await run('verify', '--from-last-checkpoint')).toEqual(whole);
  });

  it('names where history is broken, and exits with 1', async () => {
    const [event] = await Array.fromAsync(environment.eventStore().readAll());
    if (!event) throw new Error('There is no event');
    const forged = { ...event, id: newUuid(), metadata: { ...event.metadata, occurredAt: '1999-01-01T00:00:00Z' } };
    await environment.eventStore().append('user-forged', 'no_stream', [forged]);
    expect(await run('verify')).toEqual({ said: 'Broken: user-forged at revision 0.', exitCode: 1 });
    await expect(run('checkpoint')).rejects.toThrow('user-forged at revision 0');
  });
});
