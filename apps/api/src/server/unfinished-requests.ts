import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { answerUnreadable } from './protocol-errors';

/**
 * How long a request may take to arrive, in milliseconds. A body of 1 MiB then needs 35 KB/s; a client that sends none
 * holds a connection for so long and no longer. Node looks for late ones every few seconds.
 */
export const ARRIVAL = { headersTimeout: 15_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };

/** Once the process is to stop, what is not whole yet has so long left. */
const GRACE_MS = 2_000;

/** Node stops to look for late requests when its server closes, and a connection with one keeps it from closing. */
export function endUnfinishedOnClose(fastify: FastifyInstance): void {
  /** Open connections, each with its latest request. */
  const latest = new Map<Socket, IncomingMessage | undefined>();
  fastify.server.on('connection', (socket: Socket) => {
    latest.set(socket, undefined);
    socket.once('close', () => latest.delete(socket));
  });
  fastify.server.on('request', (request: IncomingMessage) => latest.set(request.socket, request));

  let grace: NodeJS.Timeout | undefined;
  fastify.addHook('preClose', (done) => {
    grace = setTimeout(() => {
      const late = [...latest].filter(([, request]) => !request?.complete);
      for (const [socket] of late) answerUnreadable(LATE, socket);
    }, GRACE_MS);
    done();
  });
  fastify.addHook('onClose', (_, done) => {
    clearTimeout(grace);
    done();
  });
}

const LATE = Object.assign(new Error('not whole in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
