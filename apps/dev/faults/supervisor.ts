import { supervise } from '../src/supervise';
import type { Program } from '../src/supervised';
import { readStaging, STAGING_FILE } from './staging';

/** `npm start`, whose programs start as they are staged at that moment. */
function staged(program: Program): Program {
  const { ports = {}, environment = {} } = readStaging(process.env[STAGING_FILE] ?? '')[program.name] ?? {};
  const env = { ...program.env };
  for (const [variable, port] of Object.entries(ports)) {
    const url = env[variable];
    if (url) env[variable] = atProxy(url, port);
  }
  return { ...program, env: { ...env, ...environment } };
}

/** Proxies stand on this machine, wherever the server behind them is. */
function atProxy(address: string, port: number): string {
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = `${port}`;
  return url.href;
}

supervise(staged);
