import { connect } from '../src/store/eventstoredb/connection';
import { UnusableUrl } from '../src/store/eventstoredb/url';

/** What the client warns of, on the console: the whole URL is in it. */
let warnings: jest.SpyInstance;
beforeEach(() => {
  warnings = jest.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => {
  expect(warnings).not.toHaveBeenCalled();
  warnings.mockRestore();
});

const at = (options: string) => `esdb://user:p?s=s&w@a:2113,b:2113/${options}`;

test.each([
  '',
  '?tls=false',
  '?keep_alive_interval=12000&KEEPALIVETIMEOUT=12000&gossip-timeout=2',
  '?tls=true&tlsVerifyCert=true&connectionName=us&nodePreference=leader&throwOnAppendFailure=false',
  '?maxDiscoverAttempts=3&discoveryInterval=100&defaultDeadline=5000&gossipTimeout=2',
])('an address may end with %j', async (options) => {
  await connect(at(options)).dispose();
});

test.each([
  ['no option "conectionName"', '?tls=false&conectionName=us'],
  ['no option "&tls"', '?&tls=false'],
  ['no option "tls&tls"', '?tls&tls=false'],
  ['tlsVerifyCert=false has no effect', '?tls=true&tls_verify_cert=false'],
  ['Unexpected', '?tls'],
  ['Unexpected', '?tls=false?tls=true'],
  ['Unexpected', '?'],
])('what the client would warn of, or not understand, is refused: %s', (reason, options) => {
  expect(() => connect(at(options))).toThrow(UnusableUrl);
  expect(() => connect(at(options))).toThrow(reason);
});
