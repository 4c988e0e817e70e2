import { Writable } from 'node:stream';
import { EventStoreUnavailable } from '@yoyaku/eventing';
import { OtherSetting } from '@yoyaku/postgres';
import { createLogger } from './logger';

type Line = Readonly<Record<string, unknown>>;

/** The lines that a logger writes, under a clock of the spec's own. */
function aLog() {
  const lines: Line[] = [];
  const destination = new Writable({
    write: (chunk, _, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { lines, logger: createLogger({ app: 'spec' }, { logLevel: 'debug' }, {}, destination) };
}

const away = (port: number) =>
  Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED' });

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());

it('tells a failure that goes on once, then how often, and that it is over', () => {
  const { lines, logger } = aLog();
  for (let second = 0; second < 125; second++) {
    for (let i = 0; i < 4; i++)
      logger.child({ correlationId: `${i}` }).warn({ err: away(5_000 + i), path: 'nats' }, 'It waits');
    jest.advanceTimersByTime(1_000);
  }
  jest.advanceTimersByTime(30_000);
  expect(lines).toMatchObject([
    { level: 40, msg: 'It waits', path: 'nats', err: { code: 'ECONNREFUSED', message: expect.any(String) } },
    { level: 40, msg: 'still: It waits', path: 'nats', error: 'ECONNREFUSED Error', repeated: expect.any(Number) },
    { level: 40, msg: 'still: It waits', repeated: expect.any(Number), seconds: expect.any(Number) },
    { level: 30, msg: 'over: It waits', repeated: 499, seconds: 124 },
  ]);
  expect(JSON.stringify(lines)).not.toContain('    at ');
  logger.warn({ err: away(5_000), path: 'nats' }, 'It waits');
  expect(lines.at(-1)).toMatchObject({ msg: 'It waits', err: {} });
});

it('tells a failure that happens once in one line', () => {
  const { lines, logger } = aLog();
  logger.error({ err: away(1) }, 'It failed');
  jest.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(1);
});

it('shows where a mistake in our code is; of servers that are away and of settings that says nothing', () => {
  const { lines, logger } = aLog();
  const notOurs = [
    away(1),
    new EventStoreUnavailable(new Error('14 UNAVAILABLE')),
    new OtherSetting('ESDB_PREFIX', 'a', 'b'),
    Object.assign(new Error('password authentication failed'), { code: '28P01' }),
  ];
  for (const err of notOurs) logger.error({ err }, 'It failed');
  expect(lines).toHaveLength(notOurs.length);
  for (const { err } of lines) expect(err).not.toHaveProperty('stack');
  logger.error({ err: new TypeError('x is not a function') }, 'It failed');
  logger.error({ err: Object.assign(new Error('syntax error at "form"'), { code: '42601' }) }, 'It failed');
  logger.error({ err: Object.assign(new Error('canceling statement'), { code: '57014' }) }, 'It failed');
  expect(lines).toHaveLength(notOurs.length + 3);
  for (const { err } of lines.slice(notOurs.length)) expect(err).toMatchObject({ stack: expect.any(String) });
});

it('tells what is no error as it is', () => {
  const { lines, logger } = aLog();
  logger.fatal({ err: 'text' }, 'It failed');
  logger.warn({ err: null }, 'It failed');
  logger.error({ err: { why: 'unknown' } }, 'It failed');
  expect(lines.map(({ err }) => err)).toEqual(['text', null, { why: 'unknown' }]);
});

it('keeps apart what is not the same, and never counts what is no failure', () => {
  const { lines, logger } = aLog();
  logger.error({ tenant: 'a', event: 'e1' }, 'A tenant stopped');
  logger.error({ tenant: 'b', event: 'e1' }, 'A tenant stopped');
  logger.error({ err: new TypeError('x is not a function') }, 'requests fail');
  logger.error({ err: new TypeError('y is not a function') }, 'requests fail');
  logger.error('Limits are not shared');
  logger.warn('Limits are not shared');
  logger.info('ready');
  logger.info('ready');
  logger.fatal('cannot go on');
  logger.fatal('cannot go on');
  expect(lines).toHaveLength(10);
  logger.error('Limits are not shared');
  expect(lines).toHaveLength(10);
});
