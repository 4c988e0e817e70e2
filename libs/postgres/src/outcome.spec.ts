import { outcomeOf } from './outcome';

const coded = (code: string, message = 'no') => Object.assign(new Error(message), { code });

test.each([
  // Sockets and names.
  ...['ECONNREFUSED', 'EPIPE', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND'].map((code) => [coded(code), 'away'] as const),
  // Lost, full, shut down, starting, too slow, a server that only reads.
  ...['08006', '53300', '57P01', '57P03', '57014', '55P03', '25006', '25P03'].map(
    (code) => [coded(code), 'away'] as const,
  ),
  // Not let in, or not at that, until an operator mends it.
  ...['28000', '28P01', '3D000', '42501'].map((code) => [coded(code), 'away'] as const),
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'].map(
    (code) => [coded(code), 'away'] as const,
  ),
  ...[
    'The server does not support SSL connections',
    'Connection terminated unexpectedly',
    'timeout expired',
    'Query read timeout',
  ].map((message) => [new Error(message), 'away'] as const),
  [coded('40001'), 'conflict'],
  [coded('40P01'), 'conflict'],
  [coded('22003'), 'refused'],
  [coded('23505'), 'refused'],
  [coded('54000'), 'refused'],
  // Our own mistakes, in SQL and elsewhere, and what nobody knows.
  [coded('42601'), 'fault'],
  [coded('42P01'), 'fault'],
  [new TypeError('Do not know how to serialize a BigInt'), 'fault'],
  [coded('ERR_INVALID_ARG_TYPE'), 'fault'],
  [coded('08', 'Connection terminated'), 'fault'],
  ['no error at all', 'fault'],
] as const)('%s is %s', (error, outcome) => {
  expect(outcomeOf(error)).toBe(outcome);
});
