/** The store's URL cannot be used: it is malformed, or names a file that is missing. */
export class UnusableUrl extends Error {
  override readonly name = 'UnusableUrl';
}

/**
 * Options for what the URL leaves open. A connection that leaves a ping unanswered is closed. Pings are rare, because
 * calls notice silence sooner, and a busy process must not lose its connection over a late ping. A node of a cluster
 * has one second (the client counts in seconds) to say who leads; then another node is asked, because this one may be
 * frozen.
 */
const DEFAULTS = { keepAliveInterval: 10_000, keepAliveTimeout: 10_000, gossipTimeout: 1 };

/** All options that the client (6.2) knows: those of `mapToQueryOption` in its `parseConnectionString`. */
const OPTIONS = [
  'userCertFile',
  'userKeyFile',
  'maxDiscoverAttempts',
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'nodePreference',
  'tls',
  'tlsVerifyCert',
  'tlsCAFile',
  'throwOnAppendFailure',
  'keepAliveInterval',
  'keepAliveTimeout',
];

/** The client accepts the names of its options in upper or lower case, with dashes or underscores. */
const flat = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, '');

const KNOWN: ReadonlySet<string> = new Set(OPTIONS.map(flat));

/** What the client's parser finds: protocol, user and password; then, behind the hosts, each option with its value. */
const BEFORE_HOSTS = /^[^:]+:\/\/(?:[^:]+:[^@]+@)?/;
const OPTION = /[?&]([^=]+)=([^&?]+)/gy;

/**
 * The URL as the client takes it, with our defaults. Throws {@link UnusableUrl} where it has an option that would have no
 * effect: of each the client warns on the console whenever it connects, with the whole URL and the password in it.
 *
 * @param losses how often the store did not answer; connections are shared only where this is the same
 */
export function completed(url: string, losses = 0): string {
  const text = url.trim().replace(/\/+$/, '');
  const hosts = text.replace(BEFORE_HOSTS, '');
  const query = hosts.includes('?') ? hosts.slice(hosts.indexOf('?')) : '';
  const options = Array.from(query.matchAll(OPTION), ([whole, name = '', value = '']) => ({ whole, name, value }));
  for (const { name, value } of options) {
    if (!KNOWN.has(flat(name))) throw new UnusableUrl(`The event store's client has no option ${JSON.stringify(name)}`);
    if (flat(name) === 'tlsverifycert' && value.trim() === 'false')
      throw new UnusableUrl('tlsVerifyCert=false has no effect; tlsCAFile names the authority that is to be trusted');
  }
  // The client refuses any other URL itself. Nothing may be added to it, because the client might read that as an
  // option that it does not know.
  if (options.map(({ whole }) => whole).join('') !== query) return text;
  const given = new Set(options.map(({ name }) => flat(name)));
  const defaults = { ...DEFAULTS, keepAliveTimeout: DEFAULTS.keepAliveTimeout + (losses % 1_000) };
  const added = Object.entries(defaults).filter(([name]) => !given.has(flat(name)));
  return added.reduce((whole, [name, value], i) => `${whole}${query || i > 0 ? '&' : '?'}${name}=${value}`, text);
}
