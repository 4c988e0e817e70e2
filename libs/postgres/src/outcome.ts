/** Something is missing that whoever uses PostgreSQL here cannot do without. For them it is as if PostgreSQL were away. */
export class Away extends Error {
  override readonly name: string = 'Away';
}

/** What an error of PostgreSQL, or on the way to it, means for whoever gets it. */
export type Outcome =
  /**
   * PostgreSQL does not answer, does not let us in, or takes nothing just now. The same, tried again after a pause, may
   * succeed. If the connection broke while a transaction was being committed, that transaction may be in.
   * {@link Away} counts as that too.
   */
  | 'away'
  /** Others were in the way, and nothing was done. The same may succeed at once. */
  | 'conflict'
  /** It answers, and does not take this value or this row, however often it is tried. */
  | 'refused'
  /** Anything that is not known here: a mistake in our code, or in the installation. Waiting does not mend it. */
  | 'fault';

/**
 * SQLSTATEs: connection lost (08), out of resources (53), shut down or starting (57P), a statement, lock or transaction
 * that took too long (57014, 55P03, 25P03, 25P04), a server that only reads, as a standby or on its way to become
 * one (25006), an error of its disk (58030), an outcome it does not know itself (40003).
 */
const AWAY = /^(08...|53...|57P..|57014|55P03|25P0[34]|25006|58030|40003)$/;
/** SQLSTATEs of a server that answers and does not let us in, or not at that, until an operator mends it. */
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

/** What Node says of sockets, names and streams that fail. */
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

/** What Node says of a certificate that is not to be trusted, or of TLS that cannot be agreed on. */
const NOT_SECURE =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_.*|EPROTO|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/;

/** What the driver says, without any code, of connections that are gone, cannot be had, or do not answer. */
const DRIVER =
  /^(The server does not support SSL|Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded when trying to connect|Query read timeout)/;

export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return 'fault';
  const code = codeOf(error);
  if (error instanceof Away || isLost(error) || AWAY.test(code) || denialOf(error)) return 'away';
  if (CONFLICT.test(code)) return 'conflict';
  return REFUSED.test(code) ? 'refused' : 'fault';
}

/** Whether trying again may help. */
export const isTransient = (error: unknown): boolean => ['away', 'conflict'].includes(outcomeOf(error));

/** Why PostgreSQL does not let us in, or not at that; undefined where the error is another one. */
export const denialOf = (error: unknown): string | undefined => DENIALS[sqlStateOf(error) ?? ''];

/** Whether it came from the way to PostgreSQL rather than from PostgreSQL: that connection is of no use any more. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return UNREACHED.has(code) || NOT_SECURE.test(code) || (code === '' && DRIVER.test(error.message));
}

/** What PostgreSQL gives with an error; undefined where it is none of PostgreSQL's. Unlike Node's codes it has a digit. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error ? codeOf(error) : '';
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
