import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { TRIAL_DAYS } from '@yoyaku/business';
import { readSending, type SendingSettings } from '@yoyaku/notifications';
import { type AddressRules, readOutbound } from '@yoyaku/outbound';
import { readTracing, type TracingSettings } from '@yoyaku/tracing';

/** Everything a process reads from its environment; `.env.example` explains each. */
export interface Config {
  readonly environment: 'production' | 'development' | 'test';
  readonly host: string;
  readonly port: number;
  /** Port at which a projector serves its health; null: none. */
  readonly healthPort: number | null;
  readonly databaseUrl: string;
  /** Connection string of EventStoreDB, KurrentDB or event-node. */
  readonly eventStoreUrl: string;
  /** Prefix of our stream names, for a store that others use too; may be empty. Fixed at installation. */
  readonly eventStorePrefix: string;
  /** Empty: projections follow the event store directly. */
  readonly natsUrl: string;
  /** Name of the JetStream stream; installations that share a NATS server need one each. */
  readonly jetStream: string;
  /** Fixed at installation: the number of partitions that tenants are hashed to. */
  readonly partitions: number;
  /** Root of all keyed hashes and of the tokens' signature. */
  readonly appSecret: string;
  readonly jwtSecret: string;
  /** 32 bytes that wrap each person's key. */
  readonly piiMasterKey: Buffer;
  /** Bearer token with which Prometheus reads `/metrics`; empty: nobody can read them. */
  readonly metricsToken: string;
  /** Key to the pages of the local outbox; empty: there are none. */
  readonly outboxKey: string;
  /** 32 bytes with which the relay signs messages to NATS. */
  readonly relayKey: Buffer;
  /** Other master keys that may have wrapped a person's key: the next one, or the one before. */
  readonly piiMasterKeysOld: readonly Buffer[];
  /** 32 bytes with which snapshots are encrypted. */
  readonly snapshotKey: Buffer;
  readonly dataDir: string;
  readonly logLevel: string;
  /** Null: no traces are recorded. */
  readonly tracing: TracingSettings | null;
  readonly rateLimit: boolean;
  /**
   * Which reverse proxies are trusted to set `X-Forwarded-For`: a number of proxies in a row, or their addresses.
   * 0: none.
   */
  readonly trustedProxies: number | readonly string[];
  /** Origins from which browsers may call; empty: only our own. */
  readonly corsOrigins: readonly string[];
  /** `{slug}.<base domain>` names a tenant. */
  readonly baseDomain: string;
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly requireVerifiedEmail: boolean;
  readonly openRegistration: boolean;
  /** How long a new business is used before its subscription begins; 0: there are no trials, and nothing expires. */
  readonly trialDays: number;
  /** Codes that are sent to phones in an hour, by all processes together. */
  readonly smsCodesPerHour: number;
  /** How messages leave. */
  readonly sending: SendingSettings;
  /** Which addresses may be asked that users name. */
  readonly outbound: AddressRules;
}

/** The variable of {@link Config.eventStorePrefix}. PostgreSQL keeps its first value under this name. */
export const PREFIX_SETTING = 'ESDB_PREFIX';

type Environment = Readonly<Record<string, string | undefined>>;

/** Least number of characters in a secret: nobody guesses 32 random ones. */
const SECRET_LENGTH = 32;

/** Variables of the environment have invalid values. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
  constructor(problems: readonly string[]) {
    super(`Configuration: ${problems.join('; ')}`);
  }
}

/**
 * Throws {@link Misconfigured}, which names every variable at fault. `warn` is told of values that still work but are
 * outdated.
 */
export function readConfig(
  env: Environment = process.env,
  warn: (advice: string) => void = (advice) => console.warn(advice),
): Config {
  const problems: string[] = [];
  const environment = oneOf(env.NODE_ENV, ['development', 'production', 'test'] as const, 'NODE_ENV', problems);
  const production = environment === 'production';
  const appSecret = env.APP_SECRET ?? '';
  const piiMasterKey = Buffer.from(env.PII_MASTER_KEY ?? '', 'base64');
  const admin = env.ADMIN_EMAIL && env.ADMIN_PASSWORD ? { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD } : null;
  const rateLimit = env.RATE_LIMIT !== 'off';

  // Required in development too: whoever knows the secrets of an installation controls it.
  if (piiMasterKey.length !== 32) problems.push('PII_MASTER_KEY must be set to 32 bytes in base64');
  const { JWT_SECRET = '', METRICS_TOKEN = '', OUTBOX_KEY = '' } = env;
  const given = Object.entries({ JWT_SECRET, METRICS_TOKEN, OUTBOX_KEY }).filter(([, secret]) => secret);
  for (const [name, secret] of [['APP_SECRET', appSecret] as const, ...given]) {
    if (secret.length < SECRET_LENGTH) problems.push(`${name} must have at least ${SECRET_LENGTH} characters`);
  }
  const piiMasterKeysOld = (env.PII_MASTER_KEYS_OLD ?? '')
    .split(',')
    .filter(Boolean)
    .map((text) => Buffer.from(text, 'base64'));

  if (piiMasterKeysOld.some(({ length }) => length !== 32)) {
    problems.push('PII_MASTER_KEYS_OLD must be keys of 32 bytes in base64, separated by commas');
  }
  if (production) {
    if (!admin) problems.push('ADMIN_EMAIL and ADMIN_PASSWORD must be set');
    if (!rateLimit) problems.push('RATE_LIMIT=off is for load tests, not for production');
  }
  const config: Config = {
    environment,
    host: env.HOST || '0.0.0.0',
    port: integer(env.PORT, 3000, 0, 65_535, 'PORT', problems),
    healthPort: env.HEALTH_PORT ? integer(env.HEALTH_PORT, 0, 0, 65_535, 'HEALTH_PORT', problems) : null,
    ...servers(env, problems, warn),
    natsUrl: natsUrls(env.NATS_URL, problems),
    jetStream: env.JETSTREAM_STREAM || 'EVENTS',
    partitions: integer(env.PARTITIONS, 8, 1, 1024, 'PARTITIONS', problems),
    appSecret,
    jwtSecret: env.JWT_SECRET || createHash('sha256').update(`jwt:${appSecret}`).digest('hex'),
    piiMasterKey,
    metricsToken: METRICS_TOKEN,
    outboxKey: OUTBOX_KEY,
    relayKey: createHash('sha256').update(`relay:${appSecret}`).digest(),
    piiMasterKeysOld,
    snapshotKey: createHash('sha256').update(`snapshots:${appSecret}`).digest(),
    dataDir: env.DATA_DIR || '.data',
    logLevel: env.LOG_LEVEL || 'info',
    tracing: readTracing(env, problems),
    rateLimit,
    trustedProxies: proxies(env.TRUST_PROXY, problems),
    corsOrigins: (env.CORS_ORIGINS ?? '').split(',').filter(Boolean),
    baseDomain: env.BASE_DOMAIN || 'localhost',
    admin,
    requireVerifiedEmail: flag(env.AUTH_REQUIRE_VERIFIED_EMAIL, production),
    openRegistration: flag(env.AUTH_OPEN_REGISTRATION, true),
    trialDays: integer(env.TRIAL_DAYS, TRIAL_DAYS, 0, 3_650, 'TRIAL_DAYS', problems),
    smsCodesPerHour: integer(env.SMS_CODES_PER_HOUR, 1_000, 1, 1_000_000, 'SMS_CODES_PER_HOUR', problems),
    sending: readSending(env, problems),
    outbound: readOutbound(env, problems),
  };
  if (problems.length > 0) throw new Misconfigured(problems);
  return config;
}

/** Where events and state are stored. It is enough for tools that only read them. */
export type Servers = Pick<Config, 'databaseUrl' | 'eventStoreUrl' | 'eventStorePrefix'>;

/** As {@link readConfig}, without the secrets. */
export function readServers(
  env: Environment = process.env,
  warn: (advice: string) => void = (advice) => console.warn(advice),
): Servers {
  const problems: string[] = [];
  const found = servers(env, problems, warn);
  if (problems.length > 0) throw new Misconfigured(problems);
  return found;
}

function servers(env: Environment, problems: string[], warn: (advice: string) => void): Servers {
  if (!env.ESDB_URL && env.EVENTSTORE_URL) warn('EVENTSTORE_URL is the older name of ESDB_URL; rename it');
  const databaseUrl = env.DATABASE_URL || 'postgres://postgres:postgres@127.0.0.1:5432/yoyaku';
  return {
    databaseUrl: url(databaseUrl, ['postgres:', 'postgresql:'], 'DATABASE_URL', problems),
    eventStoreUrl: env.ESDB_URL || env.EVENTSTORE_URL || 'esdb://127.0.0.1:2113?tls=false',
    eventStorePrefix: prefix(env.ESDB_PREFIX, problems),
  };
}

const flag = (text: string | undefined, fallback: boolean): boolean => (text ? text === 'true' : fallback);

function prefix(text = '', problems: string[]): string {
  if (!/^\w{0,32}$/.test(text)) problems.push('ESDB_PREFIX must be letters, digits and underscores, 32 at most');
  return text;
}

/** The message does not quote the value, because it may hold a password. */
function url(text: string, protocols: readonly string[], name: string, problems: string[]): string {
  const isSound = URL.canParse(text) && protocols.includes(new URL(text).protocol);
  if (!isSound)
    problems.push(`${name} must be a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`);
  return text;
}

/** Addresses are separated by commas. One without a scheme gets `nats://`. */
function natsUrls(text = '', problems: string[]): string {
  if (text === '') return '';
  const addresses = text.split(',').map((each) => (each.includes('://') ? each : `nats://${each}`));
  for (const each of addresses) {
    const address = url(each, ['nats:', 'tls:'], 'NATS_URL', problems);
    if (URL.canParse(address) && !isPercentEncoded(new URL(address)))
      problems.push('NATS_URL must have its user and password percent-encoded');
  }
  return addresses.join(',');
}

function isPercentEncoded({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

const PROXY_RANGES = ['loopback', 'linklocal', 'uniquelocal'];

function proxies(text: string | undefined, problems: string[]): number | readonly string[] {
  if (!text || /^\d{1,2}$/.test(text)) return Number(text || 0);
  const addresses = text.split(',').map((address) => address.trim());
  const isKnown = (address: string) => PROXY_RANGES.includes(address) || isIP(address.replace(/\/\d{1,3}$/, '')) > 0;
  if (!addresses.every(isKnown)) {
    problems.push(`TRUST_PROXY must be a number of proxies, or addresses and ${PROXY_RANGES.join(', ')}`);
  }
  return addresses;
}

function integer(
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
  name: string,
  problems: string[],
): number {
  const value = text ? Number(text) : fallback;
  if (!Number.isInteger(value) || value < min || value > max) {
    problems.push(`${name} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

function oneOf<T extends string>(
  text: string | undefined,
  allowed: readonly [T, ...T[]],
  name: string,
  problems: string[],
): T {
  const found = allowed.find((value) => value === (text || allowed[0]));
  if (!found) problems.push(`${name} must be one of ${allowed.join(', ')}`);
  return found ?? allowed[0];
}
