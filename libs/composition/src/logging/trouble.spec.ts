import { EventStoreUnavailable } from '@yoyaku/eventing';
import { isMistake, reasonOf } from './trouble';

const coded = (message: string, code: string, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more });

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
  ['PORT: listen EADDRINUSE', coded('listen EADDRINUSE', 'EADDRINUSE', { syscall: 'listen' })],
])('%s', (sentence, error) => {
  expect(reasonOf(error)).toBe(sentence);
  expect(isMistake(error)).toBe(false);
});

test('a mistake in our code is one', () => {
  expect(isMistake(new TypeError('x is not a function'))).toBe(true);
  expect(isMistake('thrown as it is')).toBe(true);
});
