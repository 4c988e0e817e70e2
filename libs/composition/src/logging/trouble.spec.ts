import { EventStoreUnavailable, MasterKeyMissing } from '@yoyaku/eventing';
import { isMistake, reasonOf } from './trouble';

const coded = (message: string, code: string, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more });

const taken = coded('listen EADDRINUSE', 'EADDRINUSE', { syscall: 'listen' });

test.each([
  ['DATABASE_URL: password authentication failed', coded('password authentication failed', '28P01')],
  ['DATABASE_URL: database "yoyaku" does not exist', coded('database "yoyaku" does not exist', '3D000')],
  ['DATABASE_URL: self-signed certificate', coded('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT')],
  // As Node has it for `localhost`.
  [
    'DATABASE_URL: connect ECONNREFUSED ::1:5432',
    Object.assign(new AggregateError([coded('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')]), {
      code: 'ECONNREFUSED',
    }),
  ],
  ['ESDB_URL: The event store does not answer: no leader', new EventStoreUnavailable(new Error('no leader'))],
  ['PORT: listen EADDRINUSE', taken],
  ['PII_MASTER_KEY or PII_MASTER_KEYS_OLD: not given', new MasterKeyMissing('not given')],
  ['the database system is starting up', coded('the database system is starting up', '57P03')],
])('%s', (sentence, error) => {
  expect(reasonOf(error)).toBe(sentence);
  expect(isMistake(error)).toBe(false);
});

test('a port that is taken is told by the variable that the process has it from', () => {
  expect(reasonOf(taken, 'HEALTH_PORT')).toBe('HEALTH_PORT: listen EADDRINUSE');
});

test.each([
  ['syntax error at or near "form"', '42601'],
  ['relation "users" already exists', '42P07'],
])('a mistake in a statement of ours is one, and no setting is to blame: %s', (message, code) => {
  const error = coded(message, code);
  expect(reasonOf(error)).toBe(message);
  expect(isMistake(error)).toBe(true);
});

test('a mistake in our code is one', () => {
  expect(isMistake(new TypeError('x is not a function'))).toBe(true);
  expect(isMistake('thrown as it is')).toBe(true);
});
