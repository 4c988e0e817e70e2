import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Pool } from 'pg';
import type { Network } from './network';

/**
 * The process on this machine that holds an advisory lock of that name (see `tryHolding`) through a TCP connection to
 * PostgreSQL, by way of a proxy or not; undefined when none does. Knows only Linux.
 */
export async function holderOf(pool: Pool, { links }: Network, lock: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ client_port: number }>(
    `select client_port from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and granted and application_name = $1`,
    [`yoyaku ${lock}`],
  );
  const port = rows[0]?.client_port;
  if (port === undefined) return undefined;
  const behind = links.flatMap(({ to, proxy }) => (to === 'postgres' ? (proxy.clientPortBehind(port) ?? []) : []));
  return ownerOf(behind[0] ?? port);
}

/** proc(5): the socket's inode by its local port, and whose descriptor leads to that inode. */
function ownerOf(localPort: number): number | undefined {
  const port = localPort.toString(16).toUpperCase().padStart(4, '0');
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'latin1').split('\n'));
  const inode = sockets.map((line) => line.trim().split(/\s+/)).find(([, local]) => local?.endsWith(`:${port}`))?.[9];
  if (inode === undefined) return undefined;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.map(Number).find((pid) => descriptorsOf(pid).includes(`socket:[${inode}]`));
}

function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => linkOf(`${folder}/${name}`) ?? []);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
