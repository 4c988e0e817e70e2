import { isIP } from 'node:net';
import { credentials } from '@grpc/grpc-js';

/** What grpc-js keeps to connect by TLS. */
interface Connector {
  readonly connectionOptions: { servername?: string };
}

interface SecureCredentials {
  _createSecureConnector(...args: unknown[]): Connector;
}

/**
 * A server may be called by its IP address, as clusters tell their nodes, and its certificate may name that address.
 * But an address is no server name (RFC 6066), Node refuses it as one, and grpc-js (1.14) gives it as one all the same,
 * with no option against it. So the name is taken out; Node then holds the certificate against the address.
 */
export function allowTlsByAddress(): void {
  const secure = Object.getPrototypeOf(credentials.createSsl()) as SecureCredentials;
  const original = secure._createSecureConnector;
  secure._createSecureConnector = function (this: SecureCredentials, ...args) {
    const connector = original.apply(this, args);
    const { connectionOptions } = connector;
    if (isIP(connectionOptions.servername ?? '') > 0) delete connectionOptions.servername;
    return connector;
  };
}
