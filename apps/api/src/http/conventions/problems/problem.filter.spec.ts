import { problemOf } from './problem.filter';

const statusOf = (code: string): number => problemOf(Object.assign(new Error('from PostgreSQL'), { code })).status;

test.each(['22003', '22007', '22008', '22021', '22P02', '22P05'])(
  'a value no type takes (%s) is the client’s',
  (code) => {
    expect(statusOf(code)).toBe(400);
  },
);

test.each([
  ['has lost its time zones', '22023'],
  ['is asked something wrong by us', '22012'],
])('a server that %s is no fault of the client', (_, code) => {
  expect(statusOf(code)).toBe(500);
});
