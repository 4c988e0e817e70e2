import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Config, projections, readConfig } from '@yoyaku/composition';
import { EventCodec, EventStoreDb } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { Notifications } from '@yoyaku/postgres';
import { Projector } from '@yoyaku/projecting';
import { countHeld, startServers, type TestServers, testSecrets } from '@yoyaku/testing';
import { Pool } from 'pg';
import { type Logger, pino } from 'pino';
import { createApi } from '../src/create-api';
import { Contract } from './contract';
import { late } from './late-events';
import { watchReads } from './reads';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: specs look into answers as clients do
  readonly body: any;
}

export interface CallOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
}

export interface SignedInUser {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}

export const PASSWORD = 'correct horse battery';
export const METRICS_TOKEN = randomBytes(32).toString('base64url');
export const OUTBOX_KEY = randomBytes(32).toString('base64url');
const ADMIN = { email: 'admin@example.com', password: 'a platform of our own' };

type Env = Readonly<Record<string, string>>;

/** One or more api processes' worth of application over servers of their own, and a projector; all in this process. */
export class ApiUnderTest {
  private readonly projector: Projector;
  private projectingStopped: Promise<void> | undefined;

  private constructor(
    readonly servers: TestServers,
    readonly config: Config,
    readonly apps: readonly NestFastifyApplication[],
    log: Logger,
  ) {
    const [app] = apps as [NestFastifyApplication];
    this.projector = new Projector({
      projections,
      partitions: config.partitions,
      databaseUrl: config.databaseUrl,
      pool: app.get(Pool),
      notifications: app.get(Notifications),
      eventStore: late(app.get(EventStoreDb)),
      codec: app.get(EventCodec),
      log,
    });
  }

  /** @param env beyond what any test has; it may depend on the servers, where a way to them is laid */
  static async start(
    env: Env | ((servers: TestServers) => Promise<Env>) = {},
    processes = 1,
    logger: Logger = SILENT,
  ): Promise<ApiUnderTest> {
    const servers = await startServers();
    const config = readConfig({
      NODE_ENV: 'test',
      ...testSecrets,
      ...servers.environment,
      DATA_DIR: await mkdtemp(join(tmpdir(), 'yoyaku-api-')),
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      RATE_LIMIT: 'off',
      METRICS_TOKEN,
      OUTBOX_KEY,
      ...(typeof env === 'function' ? await env(servers) : env),
    });
    const apps: NestFastifyApplication[] = [];
    for (let i = 0; i < processes; i++) apps.push(await createApi(config, logger));
    const api = new ApiUnderTest(servers, config, apps, logger);
    await api.projector.start();
    return api;
  }

  get app(): NestFastifyApplication {
    return this.apps[0] as NestFastifyApplication;
  }

  /** Paths below `/api/v1`, or whole ones when they begin with `//`. */
  call(method: Method, path: string, options: CallOptions = {}): Promise<Reply> {
    return callOn(this.app, method, path, options);
  }

  /** As a client calls that insists: with a key, and again where a busy process says to come again. */
  async insist(method: Method, path: string, options: CallOptions = {}): Promise<Reply> {
    const headers = { ...(method !== 'GET' && { 'idempotency-key': newUuid() }), ...options.headers };
    for (let tries = 1; ; tries++) {
      const reply = await this.call(method, path, { ...options, headers });
      if (reply.status !== 503 || tries === 10) return reply;
      await delay(200);
    }
  }

  async register(name = 'Ann', email = `${newUuid()}@example.com`): Promise<SignedInUser> {
    const { body, status, text } = await this.insist('POST', '/auth/register', {
      body: { name, email, password: PASSWORD },
    });
    if (status !== 201) throw new Error(text);
    return { id: body.user.id, email, token: body.accessToken, refreshToken: body.refreshToken };
  }

  async login({ email, password = PASSWORD }: { email: string; password?: string }): Promise<SignedInUser> {
    const { body, status, text } = await this.insist('POST', '/auth/login', { body: { email, password } });
    if (status !== 200) throw new Error(text);
    return { id: body.user.id, email, token: body.accessToken, refreshToken: body.refreshToken };
  }

  /** What Prometheus reads of the first process. */
  async metrics(): Promise<string> {
    return (await this.call('GET', '//metrics', { token: METRICS_TOKEN })).text;
  }

  admin(): Promise<SignedInUser> {
    return this.login(ADMIN);
  }

  /** From now on events lead to no rows any more. */
  stopProjecting(): Promise<void> {
    this.projectingStopped ??= this.projector.stop();
    return this.projectingStopped;
  }

  async stop(): Promise<void> {
    await this.stopProjecting();
    for (const app of this.apps) await app.close();
    await rm(this.config.dataDir, { recursive: true });
    await this.servers.stop();
    countHeld(Contract.of(this.app).takeCounts());
  }
}

/** What every change of a resource changes of its view. */
export const MOVED = { revision: expect.any(Number), updatedAt: expect.any(String) };

const SILENT = pino({ level: 'silent' });

/** One request. Fails when what comes back is not in the api's OpenAPI document. */
export async function callOn(
  app: NestFastifyApplication,
  method: Method,
  path: string,
  { token, headers = {}, body, raw }: CallOptions = {},
): Promise<Reply> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const url = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
  const reads = new Set<string>();
  const response = await watchReads(reads, () =>
    app.inject({
      method,
      url,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        // A busy machine may need more than the usual two seconds.
        ...('x-min-position' in headers && { prefer: 'wait=10' }),
        ...headers,
      },
      payload,
    }),
  );
  const isJson = /[/+]json/.test(String(response.headers['content-type']));
  const reply: Reply = {
    status: response.statusCode,
    headers: response.headers as Record<string, string>,
    text: response.body,
    body: isJson && response.body ? JSON.parse(response.body) : undefined,
  };
  Contract.of(app).check(method, url, { payload, headers, reads }, reply);
  return reply;
}
