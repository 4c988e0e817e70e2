import { join, resolve } from 'node:path';
import { migrate } from '@yoyaku/composition';
import {
  ensureDatabase,
  freePort,
  NODE_OPTIONS,
  nats,
  postgres,
  type Secrets,
  type ServerSpec,
} from '@yoyaku/embedded';
import { haveNats } from './install-nats';
import type { Log } from './log';
import type { RunFolder } from './run-folder';
import { type Environment, originOf, type Settings } from './settings';
import { type Adapt, type Program, Supervised } from './supervised';

/** The servers that the product's processes use. They are stopped last. */
export const SERVERS = ['postgres', 'nats', 'event-node'] as const;

const USUAL_PORTS = { postgres: 5432, nats: 4222, eventNode: 2113 };
const DATABASE = 'yoyaku';
/** Together less than the ten seconds that a stop may take. */
const PATIENCE_MS = { processes: 6_000, servers: 3_000 };
const APPS = resolve(__dirname, '..', '..');

/** All servers and processes of one installation on this machine. */
export class Stack {
  private readonly supervised = new Map<string, Supervised>();
  private stopped = false;

  constructor(
    private readonly settings: Settings,
    private readonly apiPorts: readonly number[],
    private readonly environment: Environment,
    private readonly secrets: Secrets,
    private readonly run: RunFolder,
    private readonly log: Log,
    private readonly adapt: Adapt,
  ) {}

  /** Starts everything for which the settings name no other server. Resolves when all of it is ready. */
  async start(): Promise<void> {
    const [databaseUrl, eventStoreUrl, natsUrl] = await Promise.all([
      this.database(),
      this.settings.eventStoreUrl ?? this.eventNode(),
      this.settings.natsUrl ?? this.nats(),
    ]);
    const env = {
      NODE_ENV: 'development',
      APP_SECRET: this.secrets.appSecret,
      PII_MASTER_KEY: this.secrets.piiMasterKey,
      ADMIN_PASSWORD: this.secrets.adminPassword,
      OUTBOX_KEY: this.secrets.outboxKey,
      ...withoutEmpty(this.environment),
      ADMIN_EMAIL: this.settings.adminEmail,
      DATA_DIR: this.settings.dataDir,
      DATABASE_URL: databaseUrl,
      ESDB_URL: eventStoreUrl,
      NATS_URL: natsUrl,
    };
    this.run.keepEnvironment(env);
    await Promise.all([
      ...this.apiPorts.map((port, index) => this.api(index === 0 ? 'api' : `api-${index + 1}`, port, env)),
      this.supervise(this.app('projector', env)),
      this.supervise(this.app('reactor', env)),
    ]);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const servers = new Set<string>(SERVERS);
    const end = (areServers: boolean, patience: number) =>
      Promise.all(
        [...this.supervised]
          .filter(([name]) => servers.has(name) === areServers)
          .map(([, supervised]) => supervised.stop(patience)),
      );
    await end(false, PATIENCE_MS.processes);
    await end(true, PATIENCE_MS.servers);
  }

  private async database(): Promise<string> {
    const url = this.settings.databaseUrl ?? (await this.postgres());
    await migrate(url);
    return url;
  }

  private async postgres(): Promise<string> {
    const dataDir = join(this.settings.dataDir, 'postgres');
    const password = this.secrets.postgresPassword;
    const server = await postgres({ dataDir, port: await freePort(USUAL_PORTS.postgres), password });
    await this.supervise(server);
    return ensureDatabase(server.url, DATABASE);
  }

  private async nats(): Promise<string> {
    if (!(await haveNats(this.log))) {
      this.log.say('running without NATS: projections follow the event store directly');
      return '';
    }
    const server = nats({ dataDir: join(this.settings.dataDir, 'nats'), port: await freePort(USUAL_PORTS.nats) });
    await this.supervise(server);
    return server.url;
  }

  private async eventNode(): Promise<string> {
    const port = await freePort(USUAL_PORTS.eventNode);
    const data = join(this.settings.dataDir, 'event-node');
    await this.supervise(this.app('event-node', {}, ['--port', `${port}`, '--data', data]));
    return `esdb://127.0.0.1:${port}?tls=false`;
  }

  private api(name: string, port: number, env: NodeJS.ProcessEnv): Promise<void> {
    const ready = `${originOf(this.settings, port)}/health/ready`;
    return this.supervise({
      ...this.app('api', { ...env, PORT: `${port}` }),
      name,
      answers: async () => (await fetch(ready, { signal: AbortSignal.timeout(2_000) })).ok,
    });
  }

  /** One of the product's programs, as built by `nest build`. */
  private app(name: string, env: NodeJS.ProcessEnv, args: readonly string[] = []): Program {
    const entry = join(APPS, name, 'src', 'main.js');
    return {
      name,
      command: process.execPath,
      args: [...NODE_OPTIONS, entry, ...args],
      env: { NODE_COMPILE_CACHE: join(this.settings.dataDir, 'cache'), ...env },
      stopSignal: 'SIGTERM',
      saysReady: true,
    };
  }

  private async supervise(program: Program | ServerSpec): Promise<void> {
    if (this.stopped) return;
    const supervised = new Supervised(program, this.run, this.log, this.adapt);
    this.supervised.set(program.name, supervised);
    await supervised.start();
  }
}

const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
