import { randomBytes } from 'node:crypto';
import { readConfig } from './config';

const secrets = {
  APP_SECRET: randomBytes(32).toString('base64url'),
  PII_MASTER_KEY: randomBytes(32).toString('base64'),
};

describe.each([undefined, 'development', 'test', 'production'])('secrets, with NODE_ENV %s', (NODE_ENV) => {
  const admin = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery' };
  const read = (env: Record<string, string | undefined>) => () =>
    readConfig({ NODE_ENV, ...admin, ...secrets, ...env });

  it('are taken as they are given', () => {
    const { appSecret, piiMasterKey, jwtSecret } = read({})();
    expect(appSecret).toBe(secrets.APP_SECRET);
    expect(piiMasterKey.toString('base64')).toBe(secrets.PII_MASTER_KEY);
    expect(jwtSecret).not.toContain(secrets.APP_SECRET);
  });

  it.each([
    ['APP_SECRET', undefined],
    ['APP_SECRET', 'x'.repeat(31)],
    ['JWT_SECRET', 'x'],
    ['JWT_SECRET', 'x'.repeat(31)],
    ['METRICS_TOKEN', 'x'.repeat(31)],
    ['OUTBOX_KEY', 'x'.repeat(31)],
    ['PII_MASTER_KEY', undefined],
    ['PII_MASTER_KEY', randomBytes(31).toString('base64')],
  ])('are refused by name: %s = %s', (name, value) => {
    expect(read({ [name]: value })).toThrow(name);
  });
});

describe('the address of NATS', () => {
  const read = (NATS_URL: string) => () => readConfig({ ...secrets, NATS_URL });

  it.each([
    ['nats://u:p%25w@h:4222', 'nats://u:p%25w@h:4222'],
    ['nats://a:4222,b:4222', 'nats://a:4222,nats://b:4222'],
    ['localhost:4222', 'nats://localhost:4222'],
    ['', ''],
  ])('may be %s', (text, natsUrl) => {
    expect(read(text)().natsUrl).toBe(natsUrl);
  });

  it.each(['nats://u:p%w@h', 'u:p%w@h', 'nats://u:p%25w@h,nats://u:p%w@i'])('is refused by name: %s', (url) => {
    expect(read(url)).toThrow(/^Configuration: NATS_URL must have its user and password percent-encoded$/);
  });
});

it.each(['health', '1.5', '65536'])('HEALTH_PORT is refused by name: %s', (HEALTH_PORT) => {
  expect(() => readConfig({ ...secrets, HEALTH_PORT })).toThrow('HEALTH_PORT must be a whole number');
});

describe('the address of the event store', () => {
  const read = (env: Record<string, string>) => {
    const warnings: string[] = [];
    return { ...readConfig({ ...secrets, ...env }, (advice) => warnings.push(advice)), warnings };
  };

  it('is ESDB_URL', () => {
    const env = { ESDB_URL: 'esdb://new:2113', EVENTSTORE_URL: 'esdb://old:2113' };
    expect(read(env)).toMatchObject({ eventStoreUrl: 'esdb://new:2113', warnings: [] });
  });

  it('may still have its older name, with one line of warning', () => {
    const warnings = ['EVENTSTORE_URL is the older name of ESDB_URL; rename it'];
    expect(read({ EVENTSTORE_URL: 'esdb://old:2113' })).toMatchObject({ eventStoreUrl: 'esdb://old:2113', warnings });
  });
});
