import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { claimPort } from '@yoyaku/embedded';
import { parse } from 'dotenv';

/** Variables that `npm start` itself reads. All others are passed on to the processes unchanged. */
export interface Settings {
  readonly dataDir: string;
  readonly host: string;
  /** Port of the first api process; the others get the next ones. Undefined: any that are free. */
  readonly port: number | undefined;
  readonly apiProcesses: number;
  readonly demo: boolean;
  readonly adminEmail: string;
  readonly adminPassword: string | undefined;
  readonly outboxKey: string | undefined;
  /** If set, that server is used and none is started. */
  readonly databaseUrl: string | undefined;
  readonly eventStoreUrl: string | undefined;
  readonly natsUrl: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const USUAL_PORT = 3000;

/** The environment, completed from the folder's `.env`. If a variable is in both, the environment wins. */
export function readEnvironment(folder: string, environment: Environment = process.env): Environment {
  const file = join(folder, '.env');
  return { ...(existsSync(file) ? parse(readFileSync(file)) : {}), ...environment };
}

/** Throws, with the reason, when a value is out of range. */
export function readSettings(env: Environment): Settings {
  const apiProcesses = wholeNumber(env, 'API_PROCESSES', 1, 64) ?? 1;
  return {
    dataDir: resolve(env.DATA_DIR || '.data'),
    host: env.HOST || '0.0.0.0',
    port: wholeNumber(env, 'PORT', 1, 65_536 - apiProcesses),
    apiProcesses,
    demo: env.DEMO !== 'false',
    adminEmail: env.ADMIN_EMAIL || 'admin@example.com',
    adminPassword: env.ADMIN_PASSWORD || undefined,
    outboxKey: env.OUTBOX_KEY || undefined,
    databaseUrl: env.DATABASE_URL || undefined,
    eventStoreUrl: env.ESDB_URL || env.EVENTSTORE_URL || undefined,
    natsUrl: env.NATS_URL || undefined,
  };
}

/** The URL at which an api process with this port is reached from this machine. */
export const originOf = ({ host }: Settings, port: number): string =>
  `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}`;

/** A port for each api process. Throws when one that was asked for is taken. */
export async function apiPorts({ port, apiProcesses, host }: Settings): Promise<[number, ...number[]]> {
  if (port !== undefined) return portsFrom(port, apiProcesses, host);
  for (let first = USUAL_PORT; first < USUAL_PORT + 1_000; first += apiProcesses) {
    const ports = await portsFrom(first, apiProcesses, host).catch(() => undefined);
    if (ports) return ports;
  }
  throw new Error(`no free ports from ${USUAL_PORT} on; name one by PORT`);
}

async function portsFrom(first: number, count: number, host: string): Promise<[number, ...number[]]> {
  const next = Array.from({ length: count - 1 }, (_, index) => first + 1 + index);
  const ports: [number, ...number[]] = [first, ...next];
  for (const port of ports) {
    await claimPort(port, host).catch((error: Error) => {
      throw new Error(`port ${port} cannot be used: ${error.message}`);
    });
  }
  return ports;
}

function wholeNumber(env: Environment, name: string, min: number, max: number): number | undefined {
  if (!env[name]) return undefined;
  const value = Number(env[name]);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name} must be a whole number from ${min} to ${max}`);
}
