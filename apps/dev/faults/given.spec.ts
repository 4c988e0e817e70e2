import { givenEventStore } from './given';

const given = (url: string) => givenEventStore({ TEST_ESDB_URL: url });

it('takes one node, with a prefix of its own for each run', () => {
  const url = 'esdb://user:secret@store:2113?tls=false';
  expect(given(url)).toEqual({ ESDB_URL: url, ESDB_PREFIX: expect.stringMatching(/^faults_\w+$/) });
  expect(given(url).ESDB_PREFIX).not.toBe(given(url).ESDB_PREFIX);
});

it('gives nothing without one', () => {
  expect(givenEventStore({})).toEqual({});
  expect(given('')).toEqual({});
});

it.each([
  'esdb://a:2113,b:2113',
  'esdb://a,b:2113',
  'esdb+discover://cluster.example:2113',
  'esdb://store?tls=false',
  'store:2113',
])('refuses %s, before which no proxy can stand', (url) => {
  expect(() => given(url)).toThrow('TEST_ESDB_URL must name one node and its port');
});
