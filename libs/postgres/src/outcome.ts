/** Something is missing without which PostgreSQL cannot be used here. It is treated as if PostgreSQL were down. */
export class Away extends Error {
  override readonly name: string = 'Away';
}

/** What an error of PostgreSQL, or of the connection to it, means for the caller. */
export type Outcome =
  /**
   * PostgreSQL does not answer, denies access, or accepts nothing now. A retry after a pause may succeed. If the
   * connection broke during a commit, the transaction may be committed. {@link Away} counts as this too.
   */
  | 'away'
  /** A conflict with others; nothing was done. An immediate retry may succeed. */
  | 'conflict'
  /** PostgreSQL refuses this value or this row. A retry fails too. */
  | 'refused'
  /** Any other error: a mistake in our code or in the installation. Waiting does not help. */
  | 'fault';

/**
 * SQLSTATEs: connection lost (08), out of resources (53), shut down or starting (57P), a statement, lock or transaction
 * that took too long (57014, 55P03, 25P03, 25P04), a server that only reads, as a standby or on its way to become
 * one (25006), an error of its disk (58030), an outcome it does not know itself (40003).
 */
const AWAY = /^(08...|53...|57P..|57014|55P03|25P0[34]|25006|58030|40003)$/;
/** SQLSTATEs of denied access: an operator must change something. */
const DENIALS: Readonly<Record<string, string>> = {
  '28000': 'access denied',
  '28P01': 'wrong password',
  '3D000': 'no such database',
  '42501': 'access denied',
};
/** Serialization failure and deadlock. */
const CONFLICT = /^(40001|40P01)$/;
/** Values (22), constraints (23), and what is larger than PostgreSQL can hold (54). */
const REFUSED = /^(22...|23...|54...)$/;

/** Codes of Node for failures of sockets, host names and streams. */
const UNREACHED: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** Codes of Node for certificates that are not trusted and for failed TLS handshakes. */
const NOT_SECURE =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_.*|EPROTO|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/;

/** Messages of the driver, which have no code, for connections that are lost, not available, or do not answer. */
const DRIVER =
  /^(The server does not support SSL|Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded when trying to connect|Query read timeout)/;

export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return 'fault';
  const code = codeOf(error);
  if (error instanceof Away || isLost(error) || AWAY.test(code) || denialOf(error)) return 'away';
  if (CONFLICT.test(code)) return 'conflict';
  return REFUSED.test(code) ? 'refused' : 'fault';
}

/** Whether a retry may help. */
export const isTransient = (error: unknown): boolean => ['away', 'conflict'].includes(outcomeOf(error));

/** Why PostgreSQL denies access; undefined for any other error. */
export const denialOf = (error: unknown): string | undefined => DENIALS[sqlStateOf(error) ?? ''];

/** Whether the connection failed, rather than PostgreSQL refusing. The connection can then no longer be used. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return UNREACHED.has(code) || NOT_SECURE.test(code) || (code === '' && DRIVER.test(error.message));
}

/** The SQLSTATE of an error; undefined if it is not from PostgreSQL. Unlike Node's codes it has a digit. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error ? codeOf(error) : '';
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
