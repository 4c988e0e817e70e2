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

test.each(['28000', '28P01', '3D000', '42501'])('PostgreSQL that does not let us in (%s) is told as that', (code) => {
  const { status, code: told, options } = problemOf(Object.assign(new Error('from PostgreSQL'), { code }));
  expect({ status, told, headers: options.headers }).toEqual({
    status: 503,
    told: 'database.access_denied',
    headers: { 'retry-after': '1' },
  });
});
